// SPDX-License-Identifier: Apache-2.0
// What the operations of the second generation have in common.
#pragma once
#include "../core/answer.hpp"
#include "../core/request_json.hpp"
#include "../core/url.hpp"
#include "spanreel/sdk/core.hpp"

namespace spanreel::orq {

inline sdk::Prepared second_generation(std::string_view operation, std::string_view method, std::string path) {
    return {.operation = operation,
            .method = method,
            .path = std::move(path),
            .query = {},
            .merges_query = true,
            .timeout_each = true,
            .retry_after_ms = true};
}

template <class Body>
sdk::Result<sdk::Prepared> second_generation(std::string_view operation, std::string_view method, std::string path,
                                             const Body& body) {
    sdk::Result<std::string> text = sdk::request_json(body);
    if (!text) return std::unexpected(std::move(text).error());
    sdk::Prepared prepared = second_generation(operation, method, std::move(path));
    prepared.has_json_body = true;
    prepared.body = *std::move(text);
    return prepared;
}

inline std::string thread_path(std::string_view id) { return "/v2/sessions/" + sdk::encode_component(id); }

template <class T>
sdk::Result<T> read_second_generation(sdk::HttpResponse response) {
    if (response.status == 200 && sdk::is_json(response)) return sdk::read_body<T>(std::move(response));
    return std::unexpected(sdk::api_error(std::move(response), sdk::Wording::second));
}

}  // namespace spanreel::orq
