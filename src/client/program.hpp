// SPDX-License-Identifier: Apache-2.0
// Runs one of the programs that stand beside this one, with this one's terminal, until it ends. SIGINT and SIGTERM are
// handed on, so that it ends in order, and this program after it. From the main thread, once.
#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"

namespace spanreel::client {

/// Gives its exit status, or 128 and the signal that ended it. `variable` is `NAME=value` of its environment, where
/// other users cannot see it.
Result<int> run_beside(const std::string& name, const std::vector<std::string>& arguments, const std::string& variable);

}  // namespace spanreel::client
