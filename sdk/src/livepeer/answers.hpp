// SPDX-License-Identifier: Apache-2.0
// From an answer of the server to an answer of an operation, and on to text.
#pragma once
#include "../core/answer.hpp"
#include "../core/json_model.hpp"
#include "spanreel/livepeer/answer.hpp"

namespace spanreel::livepeer {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Errors>
void members(Visitor& visit, Self& self) {
    visit("errors", self.errors);
}

/// An answer without its payload.
template <class Response>
Response bare(sdk::HttpResponse response) {
    Response answer;
    answer.content_type = response.content_type();
    answer.status_code = response.status;
    answer.raw_response = std::move(response);
    return answer;
}

/// Puts the body into a member of the answer.
template <class Response, class Payload>
sdk::Result<Response> with_body(sdk::HttpResponse response, std::optional<Payload> Response::* member) {
    sdk::Result<Payload> payload = sdk::read_body<Payload>(response);
    if (!payload) return std::unexpected(std::move(payload).error());
    Response answer = bare<Response>(std::move(response));
    answer.*member = *std::move(payload);
    return answer;
}

/// For what is neither what an operation is after nor an error: JSON comes back as Answer::error.
template <class Response>
sdk::Result<Response> read_other(sdk::HttpResponse response) {
    const bool refused = response.status >= 400 && response.status < 600;
    if (!refused && sdk::is_json(response))
        return with_body<Response>(std::move(response), static_cast<std::optional<Errors> Response::*>(&Answer::error));
    return std::unexpected(sdk::api_error(std::move(response), sdk::Wording::first));
}

/// The answer of an operation whose success is `status` with JSON.
template <class Response, class Payload>
sdk::Result<Response> read_answer(sdk::HttpResponse response, int status, std::optional<Payload> Response::* member) {
    if (response.status == status && sdk::is_json(response)) return with_body(std::move(response), member);
    return read_other<Response>(std::move(response));
}

/// The answer of an operation whose success is 204, whatever comes with it.
sdk::Result<Answer> read_no_content(sdk::HttpResponse response);

template <class Response, class Payload>
std::string answer_json(const Response& answer, const std::optional<Payload>& payload, std::string_view name) {
    std::string out = "{";
    sdk::JsonWriter writer(out);
    writer("ContentType", answer.content_type);
    writer("StatusCode", std::int64_t{answer.status_code});
    writer(name, payload);
    writer("error", answer.error);
    return out + "}";
}

}  // namespace spanreel::livepeer
