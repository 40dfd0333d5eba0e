// SPDX-License-Identifier: Apache-2.0
// What a target asks of the code under test: where it does not hold, the run ends with that input.
#pragma once
#include <cstdlib>

namespace spanreel {

inline void require(bool held) {
    if (!held) std::abort();
}

}  // namespace spanreel
