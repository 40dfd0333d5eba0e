// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>

#pragma GCC visibility push(default)
namespace spanreel::orq {

/// UTC; the wire carries milliseconds.
using Date = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace spanreel::orq
#pragma GCC visibility pop
