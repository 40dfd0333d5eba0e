// SPDX-License-Identifier: Apache-2.0
#include "store/columns/text_dictionary.hpp"

#include <algorithm>

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

/// The first position from `at` on where the first and last byte of the needle stand at its distance, or one behind the
/// last position. Looks at 64 positions at a time, which is what makes a search over many texts fast.
std::size_t next_candidate(std::string_view text, std::string_view needle, std::size_t at) {
    const char first = needle.front(), last = needle.back();
    const std::size_t distance = needle.size() - 1, positions = text.size() - distance;
    const char* const begin = text.data();
    const char* const end = begin + distance;
    auto found = [&](std::size_t position) {
        return (load(begin + position) == first) & (load(end + position) == last);
    };
    auto bits = [](auto lanes) {
        return std::uint64_t{__builtin_bit_cast(std::uint16_t, __builtin_convertvector(lanes, Truths))};
    };
    for (; at + 4 * kLanes <= positions; at += 4 * kLanes) {
        const auto a = found(at), b = found(at + kLanes), c = found(at + 2 * kLanes), d = found(at + 3 * kLanes);
        if (bits((a | b) | (c | d)) == 0) continue;
        const std::uint64_t all = bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48;
        return at + static_cast<std::size_t>(std::countr_zero(all));
    }
    while (at < positions && (begin[at] != first || end[at] != last)) ++at;
    return at;
}

}  // namespace

void find_in_texts(std::string_view texts, std::span<const std::uint32_t> ends, std::string_view needle,
                   std::span<std::uint8_t> found) {
    if (texts.size() < needle.size()) return;
    const std::size_t last = texts.size() - needle.size();
    std::size_t text = 0;
    for (std::size_t at = 0; (at = next_candidate(texts, needle, at)) <= last;) {
        while (ends[text] <= at) ++text;
        const bool inside = at + needle.size() <= ends[text];
        if (inside && std::memcmp(texts.data() + at, needle.data(), needle.size()) == 0) found[text] = 1;
        at = !inside || found[text] ? ends[text] : at + 1;
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
