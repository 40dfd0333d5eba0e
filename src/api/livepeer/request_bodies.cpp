// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/request_bodies.hpp"

#include "api/json/json_text.hpp"
#include "api/livepeer/errors.hpp"
#include "live/stream_rules.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;

namespace {

std::optional<std::string> text_of(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    if (!value || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

std::optional<bool> flag_of(const json::object& body, std::string_view name) {
    const json::value* value = body.if_contains(name);
    if (!value) return std::nullopt;
    return value->get_bool();
}

/// The member's JSON text; null reads as `when_null`.
std::optional<std::string> stored_text(const json::object& body, std::string_view name, std::string_view when_null) {
    const json::value* value = body.if_contains(name);
    if (!value) return std::nullopt;
    return value->is_null() ? std::string(when_null) : to_text(*value);
}

std::optional<std::string> creator_of(const json::object& body) {
    const json::value* value = body.if_contains("creatorId");
    if (value && value->is_object()) return text_of(value->get_object(), "value");
    return text_of(body, "creatorId");
}

/// Accepting any of these would promise what does not happen.
Result<void> refuse_unsupported(const json::object& body) {
    if (body.contains("pull")) return not_here_yet("pull");
    if (const json::value* multistream = body.if_contains("multistream")) {
        const json::value* targets = multistream->get_object().if_contains("targets");
        if (targets && !targets->get_array().empty()) return not_here_yet("multistream.targets");
    }
    const json::value* policy = body.if_contains("playbackPolicy");
    if (!policy || policy->is_null()) return {};
    const std::string_view type = policy->get_object().at("type").get_string();
    if (type != "public") return not_here_yet(fmt::format("playbackPolicy of type {}", type));
    for (const std::string_view field : {"webhookId", "webhookContext", "refreshInterval", "allowedOrigins"})
        if (policy->get_object().contains(field)) return not_here_yet(fmt::format("playbackPolicy.{}", field));
    return {};
}

/// Milliseconds; fractions are cut, and what Time, which counts nanoseconds, cannot hold is clamped.
UnixMillis time_of(const json::value& value) {
    constexpr double kLatest = 9.2e12;
    return UnixMillis(Millis(static_cast<std::int64_t>(std::clamp(value.to_number<double>(), -kLatest, kLatest))));
}

template <class Fields>
void read_shared_fields(const json::object& body, Fields& fields) {
    fields.creator_id = creator_of(body);
    fields.profiles = stored_text(body, "profiles", live::default_profiles());
    fields.recording_spec = stored_text(body, "recordingSpec", "");
    fields.user_tags = stored_text(body, "userTags", "");
    fields.playback_policy = stored_text(body, "playbackPolicy", "");
}

}  // namespace

Result<live::NewStream> read_new_stream(const json::object& body) {
    SPANREEL_CHECK(refuse_unsupported(body));
    live::NewStream wanted{.name = text_of(body, "name").value_or(""),
                           .record = flag_of(body, "record").value_or(false)};
    read_shared_fields(body, wanted);
    return wanted;
}

Result<live::StreamPatch> read_stream_patch(const json::object& body) {
    SPANREEL_CHECK(refuse_unsupported(body));
    live::StreamPatch patch{
        .name = text_of(body, "name"), .record = flag_of(body, "record"), .suspended = flag_of(body, "suspended")};
    read_shared_fields(body, patch);
    return patch;
}

Result<live::AssetPatch> read_asset_patch(const json::object& body) {
    SPANREEL_CHECK(refuse_unsupported(body));
    if (body.contains("storage")) return not_here_yet("storage");
    return live::AssetPatch{.name = text_of(body, "name"), .creator_id = creator_of(body)};
}

live::NewClip read_new_clip(const json::object& body) {
    live::NewClip wanted{.playback_id = text_of(body, "playbackId").value_or(""),
                         .start_time = time_of(body.at("startTime")),
                         .name = text_of(body, "name"),
                         .session_id = text_of(body, "sessionId")};
    if (const json::value* end = body.if_contains("endTime")) wanted.end_time = time_of(*end);
    return wanted;
}

}  // namespace spanreel::api::livepeer
