// SPDX-License-Identifier: Apache-2.0
// How answers of Livepeer's API look: JSON that names its charset, failures as `{"errors": ["text"]}` (contract,
// livepeer 1). Pure functions.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "net/http_message.hpp"

namespace spanreel::api::livepeer {

net::Response json_answer(unsigned status, std::string body);
net::Response render_error(unsigned status, const Error& error);

/// For what this server knows by name and does not do yet; the answer is 501.
[[nodiscard]] std::unexpected<Error> not_here_yet(std::string_view what);

}  // namespace spanreel::api::livepeer
