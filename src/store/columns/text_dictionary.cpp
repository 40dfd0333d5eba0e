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

/// Calls `candidate(position)` wherever the first and last byte of the needle stand at its distance, in rising order.
template <class Candidate>
void each_candidate(std::string_view text, std::string_view needle, Candidate&& candidate) {
    if (text.size() < needle.size()) return;
    const char first = needle.front(), last = needle.back();
    const std::size_t distance = needle.size() - 1, positions = text.size() - distance;
    std::size_t at = 0;
    for (; at + kLanes <= positions; at += kLanes) {
        auto both = (load(text.data() + at) == first) & (load(text.data() + at + distance) == last);
        auto bits = __builtin_bit_cast(std::uint16_t, __builtin_convertvector(both, Truths));
        for (std::uint32_t left = bits; left != 0; left &= left - 1)
            candidate(at + static_cast<std::size_t>(std::countr_zero(left)));
    }
    for (; at < positions; ++at)
        if (text[at] == first && text[at + distance] == last) candidate(at);
}

}  // namespace

std::uint32_t TextDictionary::add(std::string_view text) {
    const auto searched = static_cast<std::uint32_t>(std::min<std::size_t>(size(), kSearchedEntries));
    for (std::uint32_t entry = 0; entry < searched; ++entry)
        if ((*this)[entry] == text) return entry;
    const std::string folded = fold_case(text);
    if (folded != text && folded_ends_.empty()) {
        folded_ = bytes_;
        folded_ends_ = ends_;
    }
    bytes_ += text;
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    if (folded != text || !folded_ends_.empty()) {
        folded_ += folded;
        folded_ends_.push_back(static_cast<std::uint32_t>(folded_.size()));
    }
    return static_cast<std::uint32_t>(size() - 1);
}

void TextDictionary::find(std::string_view needle, EntryFlags& found) const {
    const std::string& text = folded_ends_.empty() ? bytes_ : folded_;
    const std::vector<std::uint32_t>& ends = folded_ends_.empty() ? ends_ : folded_ends_;
    std::size_t entry = 0;
    each_candidate(text, needle, [&](std::size_t position) {
        while (ends[entry] <= position) ++entry;
        if (found[entry] || position + needle.size() > ends[entry]) return;
        if (std::memcmp(text.data() + position, needle.data(), needle.size()) == 0) found[entry] = 1;
    });
}

}  // namespace spanreel::store
