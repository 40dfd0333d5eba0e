// SPDX-License-Identifier: Apache-2.0
#include "store/columns/text_dictionary.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/case_folding.hpp"

namespace spanreel::store {

namespace {

/// Texts that repeat do so within the first few; looking further costs more than it saves.
constexpr std::uint32_t kSearchedEntries = 48;

constexpr std::size_t kLanes = 16;
using Bytes = char __attribute__((ext_vector_type(kLanes)));
using Truths = bool __attribute__((ext_vector_type(kLanes)));

Bytes load(const char* from) {
    Bytes bytes;
    std::memcpy(&bytes, from, kLanes);
    return bytes;
}

constexpr std::size_t kStep = 4 * kLanes;

/// Processors by themselves read ahead to the end of a page only.
constexpr std::size_t kReadAhead = 1024;

/// Of up to kStep positions from `at` on, a bit for each where the first and last byte of the needle stand at its
/// distance: a search over many texts is as fast as this.
std::uint64_t candidates(std::string_view text, std::string_view needle, std::size_t at) {
    const char first = needle.front(), last = needle.back();
    const char* const begin = text.data() + at;
    const char* const end = begin + needle.size() - 1;
    const std::size_t positions = text.size() - needle.size() + 1 - at;
    __builtin_prefetch(begin + kReadAhead);
    if (positions < kStep) {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < positions; ++i) bits |= std::uint64_t{begin[i] == first && end[i] == last} << i;
        return bits;
    }
    auto found = [&](std::size_t position) {
        return (load(begin + position) == first) & (load(end + position) == last);
    };
    auto bits = [](auto lanes) {
        return std::uint64_t{__builtin_bit_cast(std::uint16_t, __builtin_convertvector(lanes, Truths))};
    };
    const auto a = found(0), b = found(kLanes), c = found(2 * kLanes), d = found(3 * kLanes);
    if (bits((a | b) | (c | d)) == 0) return 0;
    return bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48;
}

}  // namespace

void find_in_texts(std::string_view texts, std::span<const std::uint32_t> ends, std::string_view needle,
                   std::span<std::uint8_t> found) {
    if (texts.size() < needle.size()) return;
    std::size_t text = 0, next = 0;
    for (std::size_t at = 0; at + needle.size() <= texts.size(); at = std::max(at + kStep, next))
        for (std::uint64_t left = candidates(texts, needle, at); left != 0;) {
            const std::size_t position = at + static_cast<std::size_t>(std::countr_zero(left));
            left &= left - 1;
            if (std::memcmp(texts.data() + position, needle.data(), needle.size()) != 0) continue;
            while (ends[text] <= position) ++text;
            if (position + needle.size() > ends[text]) continue;  // it runs into the next text
            found[text] = 1;
            next = ends[text];
            left = next - at < kStep ? left & ~std::uint64_t{0} << (next - at) : 0;
        }
}

std::uint32_t TextDictionary::add(std::string_view text) {
    const auto searched = static_cast<std::uint32_t>(std::min<std::size_t>(size(), kSearchedEntries));
    for (std::uint32_t entry = 0; entry < searched; ++entry)
        if ((*this)[entry] == text) return entry;
    return append(text);
}

std::uint32_t TextDictionary::append(std::string_view text) {
    const std::string folded = fold_case(text);
    if (folded != text && folded_ends_.empty()) {
        folded_ = bytes_;
        folded_ends_ = ends_;
    }
    for (char byte : folded) folded_bytes_.set(static_cast<unsigned char>(byte));
    bytes_ += text;
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    if (folded != text || !folded_ends_.empty()) {
        folded_ += folded;
        folded_ends_.push_back(static_cast<std::uint32_t>(folded_.size()));
    }
    return static_cast<std::uint32_t>(size() - 1);
}

}  // namespace spanreel::store
