// SPDX-License-Identifier: Apache-2.0
// What a debug log says of requests and answers. Keys, tokens and other secrets are left out.
#pragma once
#include "spanreel/sdk/options.hpp"

namespace spanreel::sdk {

void log_request(const DebugLogger& log, const HttpRequest& request);
void log_result(const DebugLogger& log, const HttpRequest& request, const SendResult& result);

}  // namespace spanreel::sdk
