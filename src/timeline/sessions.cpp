// SPDX-License-Identifier: Apache-2.0
#include "timeline/sessions.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "live/playback.hpp"
#include "trace/span_tree.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::timeline {

namespace {

using store::Deleted;

/// The trace that crossed the limit was read whole.
void keep_earliest(Timeline& timeline, std::size_t max) {
    auto order = [](const TimelineSpan& span) {
        return std::tuple(span.facts.start, span.facts.trace_id, span.facts.span_id);
    };
    std::ranges::sort(timeline.spans, {}, order);
    if (timeline.spans.size() <= max) return;
    timeline.spans.resize(max);
    timeline.truncated = true;
}

void keep_newest(ReelTrack& track) {
    if (track.segments.size() <= kMaxSegments) return;
    track.segments.erase(track.segments.begin(), track.segments.end() - kMaxSegments);
    track.truncated = true;
}

}  // namespace

Result<Session> Sessions::find(const live::Scope& scope, const std::string& id) const {
    if (is_uuid(id)) {
        SPANREEL_TRY(StreamSession session, live::visible(scope, meta_.session(id), "Session not found"));
        SPANREEL_TRY(Reel reel, reel_of(std::move(session)));
        return reel;
    }
    SPANREEL_TRY(TraceSession session, recorder_.ledger().session(scope.workspace, id));
    if (scope.project && session->project != *scope.project) return fail(Code::not_found, "Session not found");
    return session;
}

Result<Reel> Sessions::reel_of(StreamSession session) const {
    Reel reel{.session = std::move(session)};
    Result<Asset> recording = meta_.asset(reel.session.id);
    if (recording && live::plays(*recording)) reel.recording = *std::move(recording);
    Result<Stream> stream = meta_.stream(reel.session.stream_id, Deleted::show);
    if (stream) reel.stream_name = std::move(stream->name);
    return reel;
}

Result<std::vector<Session>> Sessions::joined(const live::Scope& scope, const Session& session) const {
    std::vector<Session> counterparts;
    if (const auto* reel = std::get_if<Reel>(&session)) {
        SPANREEL_TRY(auto found, join_.trace_sessions_of(scope, reel->session));
        std::ranges::move(found, std::back_inserter(counterparts));
        return counterparts;
    }
    SPANREEL_TRY(auto found, join_.stream_sessions_of(scope, *std::get<TraceSession>(session)));
    for (StreamSession& one : found) {
        SPANREEL_TRY(Reel reel, reel_of(std::move(one)));
        counterparts.emplace_back(std::move(reel));
    }
    return counterparts;
}

Result<std::vector<store::TraceRow>> Sessions::traces_of(const live::Scope& scope, const Session& session) const {
    const auto* reel = std::get_if<Reel>(&session);
    SPANREEL_TRY(auto traces,
                 reel ? join_.traces_of(scope, reel->session) : join_.traces_of(*std::get<TraceSession>(session)));
    // A session may be moved to another project; spans stay where they were sent to.
    std::erase_if(traces,
                  [&](const store::TraceRow& trace) { return scope.project && trace.project != *scope.project; });
    return traces;
}

Result<Timeline> Sessions::timeline(const live::Scope& scope, const Session& session, std::size_t max_spans) const {
    Timeline timeline;
    SPANREEL_TRY(timeline.tracks, tracks_of(scope, session));
    SPANREEL_TRY(const std::vector<store::TraceRow> traces, traces_of(scope, session));
    SPANREEL_CHECK(add_spans(traces, std::min(max_spans, kMaxSpans), timeline));
    const SpanPlacer placer(timeline.tracks);
    for (TimelineSpan& span : timeline.spans) span.placement = placer.place(span.facts);
    for (ReelTrack& track : timeline.tracks) keep_newest(track);
    return timeline;
}

Result<std::vector<ReelTrack>> Sessions::tracks_of(const live::Scope& scope, const Session& session) const {
    std::vector<ReelTrack> tracks;
    if (const auto* reel = std::get_if<Reel>(&session)) {
        SPANREEL_TRY(ReelTrack track, track_of(*reel));
        tracks.push_back(std::move(track));
        return tracks;
    }
    SPANREEL_TRY(auto counterparts, joined(scope, session));
    for (Session& one : counterparts) {
        SPANREEL_TRY(ReelTrack track, track_of(std::get<Reel>(std::move(one))));
        tracks.push_back(std::move(track));
    }
    return tracks;
}

Result<ReelTrack> Sessions::track_of(Reel reel) const {
    Result<live::SessionTimeline> media = recordings_.timeline(reel.session);
    ReelTrack track{.reel = std::move(reel)};
    if (media) {
        track.segments = std::move(media->segments);
        track.complete = media->complete;
    } else if (media.error().code != Code::not_found) {
        return fail(std::move(media));
    }
    return track;
}

Result<void> Sessions::add_spans(const std::vector<store::TraceRow>& traces, std::size_t max,
                                 Timeline& timeline) const {
    for (const store::TraceRow& trace : traces) {
        if (timeline.spans.size() >= max) {
            timeline.truncated = true;
            break;
        }
        SPANREEL_TRY(auto spans, trace::read_spans(recorder_, trace));
        const std::vector<trace::SpanPlace> places = trace::places_of(spans);
        for (std::size_t i = 0; i < spans.size(); ++i)
            timeline.spans.push_back({.facts = std::move(spans[i].facts), .depth = places[i].level});
    }
    keep_earliest(timeline, max);
    return {};
}

}  // namespace spanreel::timeline
