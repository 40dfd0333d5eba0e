// SPDX-License-Identifier: Apache-2.0
// Comparing text without regard to case, beyond ASCII.
#pragma once
#include <string>
#include <string_view>

namespace spanreel {

/// Unicode simple case folding of UTF-8 text, by the C library's C.UTF-8 tables. Bytes that are not UTF-8 stay.
std::string fold_case(std::string_view text);

}  // namespace spanreel
