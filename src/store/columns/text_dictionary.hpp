// SPDX-License-Identifier: Apache-2.0
// The texts of one column of a block, one after another, so that a search runs over them all at once. Frequent texts
// are there once. Entries are numbered from 0 and never change.
#pragma once
#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spanreel::store {

/// One truth value per entry of a dictionary: 0 or 1.
using EntryFlags = std::vector<std::uint8_t>;

/// Flags the texts that contain `needle`, which is not empty. Text `i` is the bytes up to `ends[i]` from the end of the
/// one before.
void find_in_texts(std::string_view texts, std::span<const std::uint32_t> ends, std::string_view needle,
                   std::span<std::uint8_t> found);

class TextDictionary {
  public:
    /// The entry of this text, made if it is not among the first ones.
    std::uint32_t add(std::string_view text);
    /// A new entry.
    std::uint32_t append(std::string_view text);
    std::size_t size() const { return ends_.size(); }
    std::size_t bytes() const { return bytes_.size(); }
    std::string_view operator[](std::uint32_t entry) const { return at(bytes_, ends_, entry); }
    /// With case folded.
    std::string_view folded(std::uint32_t entry) const {
        return folded_ends_.empty() ? (*this)[entry] : at(folded_, folded_ends_, entry);
    }
    /// Flags the entries whose folded form contains `needle`, which is folded and not empty.
    void find(std::string_view needle, EntryFlags& found) const {
        for (char byte : needle)
            if (!folded_bytes_[static_cast<unsigned char>(byte)]) return;
        if (folded_ends_.empty())
            find_in_texts(bytes_, ends_, needle, found);
        else
            find_in_texts(folded_, folded_ends_, needle, found);
    }

  private:
    static std::string_view at(const std::string& bytes, const std::vector<std::uint32_t>& ends, std::uint32_t entry) {
        std::uint32_t begin = entry == 0 ? 0 : ends[entry - 1];
        return std::string_view(bytes).substr(begin, ends[entry] - begin);
    }

    std::string bytes_;
    std::bitset<256> folded_bytes_;  ///< those that stand in any folded text
    std::vector<std::uint32_t> ends_;
    std::string folded_;                      ///< empty while every text is its own folded form
    std::vector<std::uint32_t> folded_ends_;  ///< likewise
};

}  // namespace spanreel::store
