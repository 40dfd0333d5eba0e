// SPDX-License-Identifier: Apache-2.0
// How a call that a test asked for by name ended.
#pragma once
#include <optional>
#include <string>

#include "spanreel/sdk/error.hpp"

namespace spanreel::sdk::driver {

struct Outcome {
    std::string json;  ///< the answer in wire names; "null" for an answer that says nothing; empty beside an error
    std::optional<Error> error;
};

}  // namespace spanreel::sdk::driver
