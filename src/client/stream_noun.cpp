// SPDX-License-Identifier: Apache-2.0
#include "client/stream_noun.hpp"

#include <fmt/ranges.h>

#include "client/amounts.hpp"

namespace spanreel::client {

using livepeer::SourceName;

namespace {

std::string state_of(const StreamView& view) {
    const livepeer::Stream& stream = view.stream;
    if (stream.suspended.value_or(false)) return "suspended";
    if (!stream.is_active.value_or(false)) return "idle";
    const bool ill = stream.is_healthy && !stream.is_healthy->is_null() && !stream.is_healthy->value();
    return ill ? "unhealthy" : "live";
}

std::string bit_rate_of(const StreamView& view) {
    const bool live = view.stream.is_active.value_or(false);
    return live ? bit_rate_text(view.stream.ingest_rate.value_or(0) * 8) : "";
}

std::string url_of(const StreamView& view, std::initializer_list<SourceName> names) {
    for (const livepeer::PlaybackSource& source : view.sources)
        if (source.hrn.value() && std::ranges::find(names, *source.hrn.value()) != names.end()) return source.url;
    return "";
}

}  // namespace

std::string to_json(const StreamView& view) { return livepeer::to_json(view.stream); }

std::string age_of(const std::optional<double>& unix_millis) {
    return unix_millis.value_or(0) == 0 ? "" : age_text(livepeer::to_date(*unix_millis), now());
}

std::string moment_of(const std::optional<double>& unix_millis) {
    return unix_millis.value_or(0) == 0 ? "" : moment_text(livepeer::to_date(*unix_millis), now());
}

std::string issues_text(const std::optional<sdk::Nullable<std::vector<std::string>>>& issues) {
    if (!issues || issues->is_null()) return "";
    return fmt::format("{}", fmt::join(issues->value(), "; "));
}

const Noun<StreamView>& stream_noun() {
    using View = const StreamView&;
    static const Noun<StreamView> noun{
        .singular = "stream",
        .plural = "streams",
        .id = [](View view) { return view.stream.id.value_or(""); },
        .fields = {
            {"ID", Column::fixed, [](View view) { return view.stream.id.value_or(""); }},
            {"Name", Column::text, [](View view) { return view.stream.name; }},
            {"State", Column::fixed, state_of},
            {"Bitrate", Column::number, bit_rate_of},
            {"Published", Column::number,
             [](View view) {
                 const double seconds = view.stream.source_segments_duration.value_or(0);
                 return seconds == 0 ? "" : duration_text(std::chrono::duration<double>(seconds));
             }},
            {"Record", Column::fixed,
             [](View view) { return std::string(view.stream.record.value_or(false) ? "yes" : "no"); }},
            {"Last seen", Column::fixed, [](View view) { return age_of(view.stream.last_seen); }},
            {"Issues", Column::hidden, [](View view) { return issues_text(view.stream.issues); }},
            {"Created", Column::hidden, [](View view) { return moment_of(view.stream.created_at); }},
            {"Playback ID", Column::hidden, [](View view) { return view.stream.playback_id.value_or(""); }},
            {"Publish to", Column::hidden, [](View view) { return view.publish_url; }},
            {"Watch (HLS)", Column::hidden, [](View view) { return url_of(view, {SourceName::hls}); }},
            {"Watch (WebRTC)", Column::hidden, [](View view) { return url_of(view, {SourceName::webrtc}); }},
            {"Picture", Column::hidden,
             [](View view) { return url_of(view, {SourceName::thumbnail_jpeg, SourceName::thumbnail_png}); }},
        }};
    return noun;
}

}  // namespace spanreel::client
