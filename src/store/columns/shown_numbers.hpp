// SPDX-License-Identifier: Apache-2.0
// The numbers and dates of a block as answers show them, for filters that look into texts.
#pragma once
#include <array>
#include <span>
#include <string_view>

#include "store/columns/block.hpp"

namespace spanreel::store {

class ShownNumbers {
  public:
    /// Of the given rows; the texts of others are empty. Letters are small ones.
    ShownNumbers(const NumberColumn& numbers, ColumnType type, const RowMask& rows);

    /// One after another; that of row `i` is what lies before `ends()[i]`, from the end of the one before.
    std::string_view texts() const { return {texts_.data(), ends_.back()}; }
    std::span<const std::uint32_t> ends() const { return ends_; }

  private:
    /// The longest number has 24 bytes ("-2.2250738585072014e-308"), and the longest date less.
    static constexpr std::size_t kMostBytes = 32;

    std::array<char, kBlockRows * kMostBytes> texts_;
    std::array<std::uint32_t, kBlockRows> ends_;
};

}  // namespace spanreel::store
