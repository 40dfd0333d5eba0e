// SPDX-License-Identifier: Apache-2.0
// Failures as Livepeer shows them: `{"errors": ["text"]}` (contract, livepeer 1). Pure functions.
#pragma once
#include <string_view>

#include "base/error.hpp"
#include "net/http_message.hpp"

namespace spanreel::api::livepeer {

net::Response render_error(unsigned status, const Error& error);

/// For what this server knows by name and does not do yet; the answer is 501.
[[nodiscard]] std::unexpected<Error> not_here_yet(std::string_view what);

}  // namespace spanreel::api::livepeer
