// SPDX-License-Identifier: Apache-2.0
// What a person sees when the server starts: the new key and how to use it, or how to make one.
#pragma once
#include <string>

#include "server/settings.hpp"

namespace spanreel::server {

/// Addresses as they are listened on; empty: off.
struct Addresses {
    std::string http;
    std::string https;
    std::string otlp_http;
    std::string otlp_grpc;
    std::string rtmp;
};

/// `secret` is shown here and never again.
std::string first_start_text(const Settings& settings, const Addresses& addresses, const std::string& secret);
std::string later_start_text(const Settings& settings, const Addresses& addresses);

}  // namespace spanreel::server
