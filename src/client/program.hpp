// SPDX-License-Identifier: Apache-2.0
// Runs one of the programs that stand beside this one, with this one's terminal and in its process group, until it
// ends. From the main thread, once.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace spanreel::client {

/// What the program asks for once it has looked at its arguments; a secret may be in it.
using Answer = std::function<Result<std::string>()>;

/// Gives its exit status, or 128 and the signal that ended it. The program is told with `--ask-on` of which descriptor
/// it asks, by a byte, and reads the answer to its end; without one it ends. From the answer on, SIGINT, SIGTERM and
/// SIGHUP are handed on to it, so that it ends in order, and this program after it.
Result<int> run_beside(const std::string& name, const std::vector<std::string>& arguments, const Answer& answer);

}  // namespace spanreel::client
