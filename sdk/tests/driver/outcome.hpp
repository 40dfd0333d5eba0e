// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "spanreel/sdk/error.hpp"

namespace spanreel::sdk::driver {

/// How a call ended: its answer as JSON in the names of the wire ("null" for none), or an error.
struct Outcome {
    std::string json = "null";
    std::optional<Error> error{};
};

}  // namespace spanreel::sdk::driver
