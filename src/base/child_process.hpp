// SPDX-License-Identifier: Apache-2.0
// Runs a program that is not trusted to end, to be quick or to be brief. It gets its input and gives its output over
// one socket, its standard input and output; of what the server has open it inherits only standard error, and nothing
// of its environment. Blocks; any thread.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/files.hpp"

namespace spanreel {

struct ChildLimits {
    std::chrono::milliseconds time{};  ///< from its start; then it is killed
    std::size_t output_bytes = 0;      ///< more than this and it is killed
    std::stop_token stop;              ///< when asked to stop it is killed, within a tenth of a second
};

struct ChildEnd {
    enum class How { not_started, exited, crashed, out_of_time, too_much_output, stopped };
    How how = How::exited;
    int number = 0;      ///< exit status, the signal that ended it, or errno when it was not started
    std::string output;  ///< what came until then
};

std::string_view to_string(ChildEnd::How how);

/// The next piece of the input; an empty one is its end. Called on the caller's thread.
using ChildInput = std::function<Result<std::string>()>;

/// An error when `input` gives one: the child is killed then. One that ends without taking all its input is none.
Result<ChildEnd> run_child(const Path& program, const ChildInput& input, const ChildLimits& limits);

}  // namespace spanreel
