// SPDX-License-Identifier: Apache-2.0
// The wall clock as a value, so that tests choose the time. Called by any thread.
#pragma once
#include <functional>

#include "base/time.hpp"

namespace spanreel::live {

using Clock = std::function<Time()>;

}  // namespace spanreel::live
