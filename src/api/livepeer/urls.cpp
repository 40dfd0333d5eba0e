// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/urls.hpp"

namespace spanreel::api::livepeer {

Urls::Urls(std::string_view public_url, const net::Request& request) : base_(public_url) {
    while (base_.ends_with('/')) base_.pop_back();
    if (!base_.empty()) return;
    base_ = request.tls ? "https://" : "http://";
    base_ += request.headers.get("Host").value_or("localhost");
}

}  // namespace spanreel::api::livepeer
