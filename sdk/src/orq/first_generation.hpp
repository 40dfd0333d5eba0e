// SPDX-License-Identifier: Apache-2.0
// What the operations of the first generation have in common.
#pragma once
#include "../core/answer.hpp"
#include "../core/request_json.hpp"
#include "../core/url.hpp"
#include "spanreel/sdk/core.hpp"

namespace spanreel::orq {

/// Of a session's own resource.
inline sdk::Prepared first_generation(std::string_view operation, std::string_view method, std::string_view id) {
    return {.operation = operation,
            .method = method,
            .path = "/v2/traces/sessions/" + sdk::encode_component(id),
            .query = {}};
}

/// Puts the body in, if there is one.
template <class Body>
sdk::Result<sdk::Prepared> with_body(sdk::Prepared prepared, const std::optional<Body>& body) {
    prepared.has_json_body = true;
    if (!body) return prepared;
    sdk::Result<std::string> text = sdk::request_json(*body);
    if (!text) return std::unexpected(std::move(text).error());
    prepared.body = *std::move(text);
    return prepared;
}

template <class T>
sdk::Result<T> read_first_generation(sdk::HttpResponse response) {
    if (response.status == 200 && sdk::is_json(response)) return sdk::read_body<T>(std::move(response));
    return std::unexpected(sdk::api_error(std::move(response), sdk::Wording::first));
}

/// Whether it is the 404 that carries a message.
inline bool is_not_found(const sdk::HttpResponse& response) { return response.status == 404 && sdk::is_json(response); }

}  // namespace spanreel::orq
