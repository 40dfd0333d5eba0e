// SPDX-License-Identifier: Apache-2.0
// The one shape of every failure (contract: orq, section 1.1). Its `code` must be a text: clients refuse a number.
#pragma once
#include "net/http_message.hpp"

namespace spanreel::api::orq {

/// `{"code": "404", "message": "..."}`
net::Response error_response(unsigned status, const Error& error);

}  // namespace spanreel::api::orq
