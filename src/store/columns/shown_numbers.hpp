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
    /// Of every row, whether there is one or not. Letters are small ones.
    ShownNumbers(const NumberColumn& numbers, ColumnType type);

    /// One after another; that of row `i` is what lies before `ends()[i]`, from the end of the one before.
    std::string_view texts() const { return texts_; }
    std::span<const std::uint32_t> ends() const { return ends_; }

  private:
    std::string texts_;
    std::array<std::uint32_t, kBlockRows> ends_;
};

}  // namespace spanreel::store
