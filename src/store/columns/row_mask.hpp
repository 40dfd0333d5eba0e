// SPDX-License-Identifier: Apache-2.0
// A set of rows of one block.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace spanreel::store {

/// Small enough to be copied for one changed row while a query reads the old one, large enough to be worth a loop.
inline constexpr std::size_t kBlockRows = 512;

/// One truth value per row, in a form that loops over columns write quickly.
using RowFlags = std::array<std::uint8_t, kBlockRows>;

class RowMask {
  public:
    RowMask() = default;
    /// Rows whose flag is 1; every flag is 0 or 1.
    explicit RowMask(const RowFlags& flags) {
        for (std::size_t word = 0; word < kWords; ++word)
            for (std::size_t byte = 0; byte < 8; ++byte) {
                std::uint64_t eight = 0;
                std::memcpy(&eight, flags.data() + word * 64 + byte * 8, 8);
                // Moves the lowest bits of eight bytes into the highest byte.
                words_[word] |= (eight * 0x0102'0408'1020'4080u >> 56) << (byte * 8);
            }
    }

    void set(std::size_t row) { words_[row / 64] |= std::uint64_t{1} << row % 64; }
    void clear(std::size_t row) { words_[row / 64] &= ~(std::uint64_t{1} << row % 64); }
    bool has(std::size_t row) const { return words_[row / 64] >> row % 64 & 1; }
    bool empty() const { return words_ == std::array<std::uint64_t, kWords>{}; }
    std::size_t count() const {
        std::size_t count = 0;
        for (std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
        return count;
    }

    RowMask& operator&=(const RowMask& other) {
        for (std::size_t i = 0; i < kWords; ++i) words_[i] &= other.words_[i];
        return *this;
    }
    RowMask& operator|=(const RowMask& other) {
        for (std::size_t i = 0; i < kWords; ++i) words_[i] |= other.words_[i];
        return *this;
    }
    /// What is in `other` too goes.
    RowMask& operator-=(const RowMask& other) {
        for (std::size_t i = 0; i < kWords; ++i) words_[i] &= ~other.words_[i];
        return *this;
    }

    /// Calls `visit(row)` in rising order.
    template <class Visit>
    void each(Visit&& visit) const {
        for (std::size_t i = 0; i < kWords; ++i)
            for (std::uint64_t left = words_[i]; left != 0; left &= left - 1)
                visit(i * 64 + static_cast<std::size_t>(std::countr_zero(left)));
    }

  private:
    static constexpr std::size_t kWords = kBlockRows / 64;
    static_assert(std::endian::native == std::endian::little && kBlockRows % 64 == 0);

    std::array<std::uint64_t, kWords> words_{};
};

}  // namespace spanreel::store
