// SPDX-License-Identifier: Apache-2.0
// Takes from the worker what it does not need before it touches a stranger's bytes. Linux only.
#pragma once
#include "base/error.hpp"

namespace spanreel::worker {

/// From here on the process has memory, its open descriptors and the time below, and nothing else: system calls that
/// reach for files, sockets, other processes or more rights fail.
Result<void> enter_sandbox();

}  // namespace spanreel::worker
