// SPDX-License-Identifier: Apache-2.0
// What operations have in common when they prepare their requests.
#pragma once
#include "../core/request_json.hpp"
#include "../core/url.hpp"
#include "spanreel/livepeer/answer.hpp"

namespace spanreel::livepeer {

inline sdk::Prepared prepared(std::string_view operation, std::string_view method, std::string path) {
    return {.operation = operation, .method = method, .path = std::move(path), .query = {}};
}

/// `request` with `body`, unless that holds what JSON cannot carry.
template <class Body>
sdk::Result<sdk::Prepared> with_json(sdk::Prepared request, const Body& body) {
    sdk::Result<std::string> text = sdk::request_json(body);
    if (!text) return std::unexpected(std::move(text).error());
    request.body = *std::move(text);
    request.has_json_body = true;
    return request;
}

}  // namespace spanreel::livepeer
