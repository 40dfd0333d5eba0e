// SPDX-License-Identifier: Apache-2.0
// The one shape of every failure under /v1: `{"error": {"code": "not_found", "message": "..."}}`.
#pragma once
#include "net/http_message.hpp"

namespace spanreel::api::spanreel {

net::Response error_response(unsigned status, const Error& error);

}  // namespace spanreel::api::spanreel
