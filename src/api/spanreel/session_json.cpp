// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/session_json.hpp"

#include <boost/json/array.hpp>

#include "api/playback/paths.hpp"
#include "base/encoding.hpp"
#include "trace/session_state.hpp"

namespace spanreel::api::spanreel {

namespace json = boost::json;
using media::mp4::SegmentInfo;
using timeline::Reel;
using timeline::ReelTrack;
using timeline::TimelineSpan;
using timeline::TraceSession;

namespace {

/// To the microsecond.
double millis(Nanos duration) {
    return static_cast<double>(std::chrono::round<std::chrono::microseconds>(duration).count()) / 1000;
}

void add_moment(json::object& object, std::string_view name, Time time) {
    object[name] = to_iso_millis(time);
    object[fmt::format("{}_ms", name)] = millis(time.time_since_epoch());
}

void add_text(json::object& object, std::string_view name, std::string_view text) {
    if (!text.empty()) object[name] = text;
}

json::object describe(const TraceSession& session) {
    json::object out{{"id", session->id}, {"kind", "trace"}, {"external_id", session->external_id}};
    add_text(out, "name", session->title);
    add_text(out, "project_id", session->project);
    add_moment(out, "started_at", from_unix_millis(session->started_at));
    out["duration_ms"] = session->duration;
    out["traces_count"] = session->traces_count;
    out["usage"] = json::object{{"prompt_tokens", session->prompt_tokens},
                                {"completion_tokens", session->completion_tokens},
                                {"total_tokens", session->total_tokens}};
    out["cost"] = json::object{{"input", session->input_cost},
                               {"output", session->output_cost},
                               {"total", session->total_cost},
                               {"currency", "USD"}};
    if (const auto state = trace::decode_state(*session); state && state->observed.unpriced > 0)
        out["unpriced_spans"] = state->observed.unpriced;
    out["tags"] = json::array(session->tags.begin(), session->tags.end());
    return out;
}

/// Paths from the root of the server that was asked.
void add_players(json::object& out, const Reel& reel) {
    if (reel.is_live()) out["live_url"] = playback::live_path(reel.session.playback_id);
    if (!reel.recording) return;
    const std::string& playback_id = reel.recording->playback_id;
    out["recording_url"] = playback::recording_path(playback_id);
    if (reel.recording->phase == AssetPhase::ready) out["mp4_url"] = playback::download_path(playback_id);
}

json::object describe(const Reel& reel) {
    const StreamSession& session = reel.session;
    json::object out{{"id", session.id},
                     {"kind", "stream"},
                     {"stream_id", session.stream_id},
                     {"playback_id", session.playback_id},
                     {"state", name_of(session.state)},
                     {"recorded", reel.recording.has_value()}};
    add_text(out, "name", reel.stream_name);
    add_text(out, "project_id", session.project);
    add_moment(out, "started_at", session.created_at);
    out["duration_ms"] = std::round(static_cast<double>(session.media_length) * 1000 / kMediaTicksPerSecond);
    add_players(out, reel);
    return out;
}

json::object segment_json(const SegmentInfo& segment) {
    json::object out{{"number", segment.number},
                     {"media_start_ms", millis(segment.start())},
                     {"duration_ms", millis(segment.duration)}};
    add_moment(out, "started_at", segment.anchor.wall);
    if (segment.discontinuity) out["discontinuity"] = true;
    return out;
}

json::object track_json(const ReelTrack& track) {
    json::object out{{"stream_session_id", track.reel.session.id},
                     {"state", name_of(track.reel.session.state)},
                     {"complete", track.complete}};
    add_players(out, track.reel);
    json::array segments;
    segments.reserve(track.segments.size());
    for (const SegmentInfo& segment : track.segments) segments.push_back(segment_json(segment));
    out["segments"] = std::move(segments);
    out["truncated"] = track.truncated;
    return out;
}

void add_usage(json::object& out, const SpanFacts& facts) {
    if (facts.usage) {
        out["usage"] = json::object{{"prompt_tokens", facts.usage->prompt()},
                                    {"completion_tokens", facts.usage->completion()},
                                    {"total_tokens", facts.usage->total()}};
    }
    if (facts.cost.source != CostSource::none) {
        const double total = static_cast<double>(facts.cost.total) / static_cast<double>(kPicoPerUsd);
        out["cost"] = json::object{{"total", total}, {"currency", "USD"}};
    }
}

json::object span_json(const TimelineSpan& span, const std::vector<ReelTrack>& tracks) {
    const SpanFacts& facts = span.facts;
    json::object out{{"trace_id", to_hex(facts.trace_id.view())}, {"span_id", to_hex(facts.span_id.view())}};
    if (!facts.parent_id.empty()) out["parent_span_id"] = to_hex(facts.parent_id.view());
    out["depth"] = span.depth;
    add_text(out, "name", facts.name);
    out["type"] = name_of(facts.span_class);
    add_text(out, "operation", facts.operation);
    out["status"] = name_of(facts.status);
    add_text(out, "provider", facts.provider);
    add_text(out, "model", facts.response_model.empty() ? facts.request_model : facts.response_model);
    add_moment(out, "started_at", facts.start);
    add_moment(out, "ended_at", facts.end);
    add_usage(out, facts);
    out["recorded"] = span.placement && span.placement->recorded;
    if (span.placement) {
        out["stream_session_id"] = tracks[span.placement->track].reel.session.id;
        out["media_start_ms"] = millis(span.placement->start);
        out["media_end_ms"] = millis(span.placement->end);
    }
    return out;
}

}  // namespace

json::object session_json(const timeline::Session& session) {
    return std::visit([](const auto& one) { return describe(one); }, session);
}

json::object page_json(const timeline::SessionList& list) {
    json::array data;
    for (const timeline::Session& session : list.sessions) data.push_back(session_json(session));
    json::object out{{"data", std::move(data)}, {"has_more", !list.next.empty()}};
    add_text(out, "next", list.next);
    return out;
}

json::object detail_json(const timeline::Session& session, const std::vector<timeline::Session>& joined) {
    json::object out = session_json(session);
    json::array counterparts;
    for (const timeline::Session& one : joined) counterparts.push_back(session_json(one));
    out["joined"] = std::move(counterparts);
    return out;
}

json::object timeline_json(const timeline::Session& session, const timeline::Timeline& timeline) {
    json::array media;
    for (const ReelTrack& track : timeline.tracks) media.push_back(track_json(track));
    json::array spans;
    spans.reserve(timeline.spans.size());
    for (const TimelineSpan& span : timeline.spans) spans.push_back(span_json(span, timeline.tracks));
    const json::object one = session_json(session);
    return {{"id", one.at("id")},
            {"kind", one.at("kind")},
            {"media", std::move(media)},
            {"spans", std::move(spans)},
            {"truncated", timeline.truncated}};
}

}  // namespace spanreel::api::spanreel
