// SPDX-License-Identifier: Apache-2.0
#include "timeline/session_join.hpp"

#include <algorithm>
#include <unordered_set>

namespace spanreel::timeline {

namespace {

using store::Deleted;
using store::FilterOperator;

/// What does not exist, or is not the caller's, is no failure here.
template <class T>
Result<std::optional<T>> if_visible(const live::Scope& scope, Result<T> found) {
    if (found) return scope.sees(*found) ? std::optional(*std::move(found)) : std::nullopt;
    if (found.error().code == Code::not_found) return std::nullopt;
    return fail(std::move(found));
}

/// Keeps one of each id, ordered by `begin`, then id.
template <class T, class Id, class Begin>
void settle(std::vector<T>& items, Id id, Begin begin) {
    std::ranges::sort(items, {}, [&](const T& item) { return std::tuple(begin(item), std::invoke(id, item)); });
    auto [first, last] = std::ranges::unique(items, {}, id);
    items.erase(first, last);
    if (items.size() > kMaxJoined) items.resize(kMaxJoined);
}

void settle(std::vector<StreamSession>& sessions) {
    settle(sessions, &StreamSession::id, [](const StreamSession& session) { return session.created_at; });
}

void settle(std::vector<TraceSession>& sessions) {
    settle(
        sessions, [](const TraceSession& session) { return session->id; },
        [](const TraceSession& session) { return session->started_at; });
}

void order_by_start(std::vector<store::TraceRow>& traces) {
    auto order = [](const store::TraceRow& trace) { return std::pair(trace.started_at, trace.key.trace_id); };
    std::ranges::sort(traces, {}, order);
    auto [first, last] = std::ranges::unique(traces, {}, [](const store::TraceRow& trace) { return trace.key; });
    traces.erase(first, last);
}

store::ListQuery sessions_of_stream(const live::Scope& scope, const Stream& stream, store::ListFilter created,
                                    bool newest_first, std::size_t limit) {
    return {.workspace = scope.workspace,
            .project = scope.project,
            .filters = {{"parentId", FilterOperator::equal, stream.id}, std::move(created)},
            .order = {{"createdAt", newest_first}},
            .limit = limit};
}

}  // namespace

Extent extent_of(const store::SessionRow& session) {
    Time begin = from_unix_millis(session.started_at);
    return {begin, from_unix_millis(session.started_at + static_cast<std::int64_t>(std::ceil(session.duration)))};
}

Extent extent_of(const store::TraceRow& trace) {
    return {from_unix_nanos(trace.started_at), from_unix_nanos(trace.ended_at)};
}

Extent extent_of(const StreamSession& session) {
    if (session.state == SessionState::live) return {session.created_at, Time::max()};
    return {session.created_at, std::max(session.created_at, session.last_seen)};
}

Result<std::vector<StreamSession>> SessionJoin::stream_sessions_of(const live::Scope& scope,
                                                                   const store::SessionRow& session) const {
    SPANREEL_TRY(std::vector<StreamSession> found, named_by_key(scope, session));
    SPANREEL_TRY(const auto traces, ledger_.traces_of_session(session.workspace, session.id));
    std::unordered_set<std::string_view> named;
    for (const store::TraceRow& trace : traces) {
        if (trace.stream_session.empty() || named.size() == kMaxJoined) continue;
        if (!named.insert(trace.stream_session).second) continue;
        SPANREEL_TRY(auto one, if_visible(scope, meta_.session(trace.stream_session)));
        if (one) found.push_back(*std::move(one));
    }
    settle(found);
    return found;
}

Result<std::vector<StreamSession>> SessionJoin::named_by_key(const live::Scope& scope,
                                                             const store::SessionRow& session) const {
    const std::string& key = session.external_id;
    SPANREEL_TRY(auto named, if_visible(scope, meta_.session(key)));
    if (named) return std::vector{*std::move(named)};
    for (auto find : {&store::MetaStore::stream, &store::MetaStore::stream_by_playback_id}) {
        SPANREEL_TRY(const auto stream, if_visible(scope, (meta_.*find)(key, Deleted::show)));
        if (stream) return sessions_during(scope, *stream, extent_of(session));
    }
    SPANREEL_TRY(const auto asset, if_visible(scope, meta_.asset_by_playback_id(key, Deleted::show)));
    if (asset) {
        SPANREEL_TRY(named, if_visible(scope, meta_.session(asset->source_session_id)));
        if (named) return std::vector{*std::move(named)};
    }
    return std::vector<StreamSession>{};
}

/// Sessions of one stream follow one another, so the walk back from the end ends at the first that was over before.
Result<std::vector<StreamSession>> SessionJoin::sessions_during(const live::Scope& scope, const Stream& stream,
                                                                const Extent& extent) const {
    const std::int64_t end = to_unix_millis(extent.end);
    SPANREEL_TRY(auto until_end, meta_.list_sessions(sessions_of_stream(
                                     scope, stream, {"createdAt", FilterOperator::less_equal, end}, true, kMaxJoined)));
    std::vector<StreamSession>& found = until_end.items;
    auto before = std::ranges::find_if_not(
        found, [&](const StreamSession& session) { return extent_of(session).overlaps(extent); });
    if (before != found.begin()) {
        found.erase(before, found.end());
        return std::move(found);
    }
    SPANREEL_TRY(auto next, meta_.list_sessions(sessions_of_stream(
                                scope, stream, {"createdAt", FilterOperator::greater, end}, false, 1)));
    if (found.empty()) return std::move(next.items);
    const bool next_is_nearer =
        !next.items.empty() && next.items.front().created_at - extent.end < extent.begin - extent_of(*before).end;
    if (next_is_nearer) return std::move(next.items);
    found.resize(1);
    return std::move(found);
}

Result<std::vector<TraceSession>> SessionJoin::trace_sessions_of(const live::Scope& scope,
                                                                 const StreamSession& session) const {
    SPANREEL_TRY(std::vector<std::string> keys, keys_of(scope, session));
    SPANREEL_TRY(const auto candidates, sessions_with_key(scope, std::move(keys)));
    std::vector<TraceSession> found;
    for (const TraceSession& candidate : candidates) {
        SPANREEL_TRY(const auto joined, named_by_key(scope, *candidate));
        if (std::ranges::find(joined, session.id, &StreamSession::id) != joined.end()) found.push_back(candidate);
    }
    SPANREEL_TRY(const auto naming, ledger_.traces_of_stream_session(session.workspace, session.id));
    std::unordered_set<std::string_view> ids;
    for (const store::TraceRow& trace : naming) {
        if (trace.session.empty() || ids.size() == kMaxJoined || !ids.insert(trace.session).second) continue;
        Result<TraceSession> row = ledger_.session(session.workspace, trace.session);
        if (!row && row.error().code != Code::not_found) return fail(std::move(row));
        if (row && (!scope.project || (*row)->project == *scope.project)) found.push_back(*std::move(row));
    }
    settle(found);
    return found;
}

Result<std::vector<std::string>> SessionJoin::keys_of(const live::Scope& scope, const StreamSession& session) const {
    std::vector<std::string> keys{session.id, session.stream_id, session.playback_id};
    SPANREEL_TRY(const auto recording, if_visible(scope, meta_.asset(session.id, Deleted::show)));
    if (recording) keys.push_back(recording->playback_id);
    const store::ListQuery of_session{.workspace = scope.workspace,
                                      .project = scope.project,
                                      .filters = {{"sourceSessionId", FilterOperator::equal, session.id}},
                                      .limit = kMaxJoined,
                                      .include_deleted = true};
    SPANREEL_TRY(const auto clips, meta_.list_clips(of_session));
    for (const Asset& clip : clips.items) keys.push_back(clip.playback_id);
    return keys;
}

Result<std::vector<TraceSession>> SessionJoin::sessions_with_key(const live::Scope& scope,
                                                                 std::vector<std::string> keys) const {
    store::SessionQuery query{.workspace = scope.workspace, .project = scope.project, .limit = kMaxJoined};
    query.filter = {.kind = store::Filter::Kind::equals, .paths = {"external_id"}, .values = std::move(keys)};
    SPANREEL_TRY(store::SessionPage page, ledger_.query(query));
    return std::move(page.rows);
}

Result<std::vector<store::TraceRow>> SessionJoin::traces_of(const store::SessionRow& session) const {
    SPANREEL_TRY(auto traces, ledger_.traces_of_session(session.workspace, session.id));
    order_by_start(traces);
    return traces;
}

Result<std::vector<store::TraceRow>> SessionJoin::traces_of(const live::Scope& scope,
                                                            const StreamSession& session) const {
    SPANREEL_TRY(auto traces, ledger_.traces_of_stream_session(session.workspace, session.id));
    SPANREEL_TRY(const auto trace_sessions, trace_sessions_of(scope, session));
    for (const TraceSession& one : trace_sessions) {
        SPANREEL_TRY(const auto joined, stream_sessions_of(scope, *one));
        SPANREEL_TRY(auto more, ledger_.traces_of_session(session.workspace, one->id));
        if (joined.size() > 1) {
            std::erase_if(more,
                          [&](const store::TraceRow& trace) { return !extent_of(session).overlaps(extent_of(trace)); });
        }
        std::ranges::move(more, std::back_inserter(traces));
    }
    order_by_start(traces);
    return traces;
}

}  // namespace spanreel::timeline
