// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "playback_json.hpp"
#include "requests.hpp"

namespace spanreel::livepeer::detail {

namespace {

/// What is no object says nothing; an object has to fit.
sdk::Error nothing_to_play(sdk::HttpResponse response) {
    sdk::Result<boost::json::value> json = sdk::parse_answer(response);
    if (!json) return std::move(json).error();
    sdk::Result<Errors> errors;
    if (json->is_object()) errors = sdk::read_body<Errors>(response);
    if (!errors) return std::move(errors).error();
    std::string texts;
    for (const std::string& text : errors->errors.value_or(std::vector<std::string>()))
        texts += (texts.empty() ? "" : "\n") + text;
    return {.kind = sdk::Error::Kind::not_found,
            .message = "API error occurred: " + sdk::json_of(*errors),
            .response = std::move(response),
            .api_message = std::move(texts)};
}

}  // namespace

sdk::Result<sdk::Prepared> prepare_playback_get(const Id& request) {
    return prepared("getPlaybackInfo", "GET", "/playback/" + sdk::encode_component(request.id));
}

sdk::Result<PlaybackResponse> read_playback_get(sdk::HttpResponse response) {
    if (response.status == 404 && sdk::is_json(response)) return std::unexpected(nothing_to_play(std::move(response)));
    return read_answer(std::move(response), 200, &PlaybackResponse::playback_info);
}

}  // namespace spanreel::livepeer::detail
