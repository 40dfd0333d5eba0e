// SPDX-License-Identifier: Apache-2.0
#include "trace/ledger.hpp"

#include <algorithm>
#include <mutex>

#include "trace/state_codec.hpp"
#include "trace/trace_columns.hpp"

namespace spanreel::trace {

namespace {

// What stays in memory after it was saved, so that the next spans of a running conversation need no disk.
constexpr std::size_t kCachedSpans = 50'000;
constexpr std::uint64_t kCachedBytes = 128u << 20;
constexpr std::size_t kCachedSessions = 20'000;

}  // namespace

Result<void> Ledger::load() {
    SPANREEL_TRY(applied_, store_.applied());
    SPANREEL_CHECK(store_.describe_traces([](const std::string& state) -> Result<store::TraceColumns> {
        SPANREEL_TRY(TraceRollup rollup, decode_rollup(state));
        return columns_of(rollup);
    }));
    store_.load_sessions();
    SPANREEL_TRY(auto tombstones, store_.tombstones());
    for (store::Tombstone& tombstone : tombstones) tombstones_[std::move(tombstone.key)] = tombstone.until;
    return {};
}

void Ledger::end_replay(Time now) {
    tombstones_expired_ = to_unix_nanos(now);
    std::erase_if(tombstones_, [&](const auto& tombstone) { return tombstone.second <= tombstones_expired_; });
}

store::TraceRow Ledger::row_of(const TraceState& trace) {
    return {trace.key,
            trace.project,
            trace.session,
            trace.rollup.stream_session,
            to_unix_nanos(trace.rollup.started_at),
            to_unix_nanos(trace.rollup.ended_at),
            encode_rollup(trace.rollup),
            trace.frames,
            columns_of(trace.rollup)};
}

void Ledger::publish(const std::vector<store::FrameRef>& frames, store::Lsn lsn) {
    for (auto& [key, staged] : staged_traces_)
        for (std::uint32_t frame : staged.frames) staged.state->frames.push_back(frames[frame]);
    std::vector<PublishedSession> sessions;
    std::vector<SessionRowPtr> changed;
    std::vector<std::string> removed;
    for (auto& [id, staged] : staged_sessions_) {
        if (staged.removed) {
            removed.push_back(id);
            continue;
        }
        PublishedSession published{nullptr, std::make_shared<const store::SessionRow>(shown(staged.state))};
        published.state = std::make_shared<const SessionState>(std::move(staged.state));
        changed.push_back(published.row);
        sessions.push_back(std::move(published));
    }
    {
        std::unique_lock lock(mutex_);
        applied_ = lsn;
        for (auto& [key, staged] : staged_traces_) {
            TracePtr& known = traces_[key];
            if (known) cached_spans_ -= known->spans.size();
            known = staged.state;
            if (known) {
                cached_spans_ += known->spans.size();
                unsaved_.traces.insert(key);
                unsaved_.removed_traces.erase(key);
            } else {
                traces_.erase(key);
                unsaved_.traces.erase(key);
                unsaved_.removed_traces.insert(key);
            }
        }
        auto forget_key = [&](const std::string& id) {
            auto known = sessions_.find(id);
            if (known == sessions_.end()) return;
            auto holder = keys_.find(session_key(*known->second.state));
            if (holder != keys_.end() && holder->second == id) keys_.erase(holder);
        };
        for (const auto& [id, staged] : staged_sessions_) {
            forget_key(id);
            if (!staged.removed) continue;
            sessions_.erase(id);
            unsaved_.sessions.erase(id);
            unsaved_.removed_sessions.insert(id);
        }
        for (PublishedSession& published : sessions) {
            const std::string& id = published.state->id;
            keys_[session_key(*published.state)] = id;
            unsaved_.sessions.insert(id);
            unsaved_.removed_sessions.erase(id);
            sessions_[id] = std::move(published);
        }
        for (const store::Tombstone& tombstone : staged_tombstones_) {
            tombstones_[tombstone.key] = tombstone.until;
            unsaved_.tombstones.push_back(tombstone);
        }
    }
    store_.show_sessions(changed, removed);
    for (const auto& [key, arrival] : arrivals_) unsaved_spans_ += arrival.spans.size();
    discard();
}

void Ledger::discard() {
    staged_sessions_.clear();
    staged_keys_.clear();
    staged_traces_.clear();
    staged_tombstones_.clear();
    arrivals_.clear();
    arrival_order_.clear();
    stored_.clear();
    made_.sessions.clear();
    expected_ids_.clear();
}

std::shared_ptr<const store::IndexChanges> Ledger::begin_save() {
    if (unsaved_.empty()) return nullptr;
    auto changes = std::make_shared<store::IndexChanges>();
    changes->applied = applied_;
    // Neighbours in key order share pages of the index.
    std::vector<store::TraceKey> traces(unsaved_.traces.begin(), unsaved_.traces.end());
    std::ranges::sort(traces);
    changes->traces.reserve(traces.size());
    for (const store::TraceKey& key : traces) changes->traces.push_back(row_of(*traces_.at(key)));
    changes->removed_traces.assign(unsaved_.removed_traces.begin(), unsaved_.removed_traces.end());
    std::vector<std::string> sessions(unsaved_.sessions.begin(), unsaved_.sessions.end());
    std::ranges::sort(sessions);
    changes->sessions.reserve(sessions.size());
    for (const std::string& id : sessions) changes->sessions.push_back(*sessions_.at(id).row);
    changes->removed_sessions.assign(unsaved_.removed_sessions.begin(), unsaved_.removed_sessions.end());
    changes->tombstones = unsaved_.tombstones;
    // Not beside new ones: with times of long ago one may have ended before it is written, and replays still need it.
    if (changes->tombstones.empty()) changes->tombstones_expired = std::exchange(tombstones_expired_, 0);
    std::unique_lock lock(mutex_);
    saving_ = std::exchange(unsaved_, {});
    saving_spans_ = std::exchange(unsaved_spans_, 0);
    return changes;
}

void Ledger::end_save(bool saved, std::uint64_t bytes) {
    std::unique_lock lock(mutex_);
    Unsaved ended = std::exchange(saving_, {});
    std::size_t spans = std::exchange(saving_spans_, 0);
    if (!saved) {  // what changed again meanwhile wins
        unsaved_spans_ += spans;
        for (const store::TraceKey& key : ended.traces)
            if (!unsaved_.removed_traces.contains(key)) unsaved_.traces.insert(key);
        for (const store::TraceKey& key : ended.removed_traces)
            if (!unsaved_.traces.contains(key)) unsaved_.removed_traces.insert(key);
        for (const std::string& id : ended.sessions)
            if (!unsaved_.removed_sessions.contains(id)) unsaved_.sessions.insert(id);
        for (const std::string& id : ended.removed_sessions)
            if (!unsaved_.sessions.contains(id)) unsaved_.removed_sessions.insert(id);
        unsaved_.tombstones.insert(unsaved_.tombstones.begin(), ended.tombstones.begin(), ended.tombstones.end());
        return;
    }
    cached_bytes_ += bytes;
    evict();
}

/// Forgets saved traces and sessions when there are too many; the ones still changing stay.
void Ledger::evict() {
    if (cached_spans_ > kCachedSpans || cached_bytes_ > kCachedBytes) {
        cached_bytes_ = 0;
        std::erase_if(traces_, [&](const auto& entry) {
            if (unsaved_.traces.contains(entry.first)) return false;
            cached_spans_ -= entry.second->spans.size();
            return true;
        });
    }
    if (sessions_.size() > kCachedSessions) {
        std::erase_if(sessions_, [&](const auto& entry) {
            if (unsaved_.sessions.contains(entry.first)) return false;
            keys_.erase(session_key(*entry.second.state));
            return true;
        });
    }
}

Result<Ledger::SessionRowPtr> Ledger::session(const std::string& workspace, const std::string& id) const {
    {
        std::shared_lock lock(mutex_);
        if (auto found = sessions_.find(id); found != sessions_.end()) {
            if (found->second.row->workspace != workspace) return fail(Code::not_found, "Session not found");
            return found->second.row;
        }
        if (unsaved_.removed_sessions.contains(id) || saving_.removed_sessions.contains(id))
            return fail(Code::not_found, "Session not found");
    }
    SPANREEL_TRY(auto row, store_.session(id));
    if (!row || row->workspace != workspace) return fail(Code::not_found, "Session not found");
    return std::make_shared<const store::SessionRow>(*std::move(row));
}

Result<std::optional<std::string>> Ledger::session_id_of_key(const std::string& workspace, const std::string& project,
                                                             const std::string& external_id) const {
    {
        std::shared_lock lock(mutex_);
        if (auto found = keys_.find(session_key(workspace, project, external_id)); found != keys_.end())
            return found->second;
    }
    SPANREEL_TRY(auto row, store_.session_by_key(workspace, project, external_id));
    if (!row) return std::nullopt;
    std::shared_lock lock(mutex_);
    bool stale = sessions_.contains(row->id) || unsaved_.removed_sessions.contains(row->id) ||
                 saving_.removed_sessions.contains(row->id);
    if (stale) return std::nullopt;  // in memory under another key, or gone
    return row->id;
}

Result<store::SessionPage> Ledger::query(const store::SessionQuery& query) const {
    return store_.query_sessions(query);
}

Result<std::int64_t> Ledger::count(const store::SessionQuery& query) const { return store_.count_sessions(query); }

Result<std::vector<std::string>> Ledger::tags(const store::SessionQuery& query) const {
    return store_.tags_of_sessions(query);
}

Result<store::TraceRow> Ledger::trace(const store::TraceKey& key) const {
    {
        std::shared_lock lock(mutex_);
        if (auto found = traces_.find(key); found != traces_.end()) return row_of(*found->second);
        if (unsaved_.removed_traces.contains(key) || saving_.removed_traces.contains(key))
            return fail(Code::not_found, "Trace not found");
    }
    SPANREEL_TRY(auto row, store_.trace(key));
    if (!row) return fail(Code::not_found, "Trace not found");
    return *std::move(row);
}

/// What memory knows better than the index about the keys that `covers` takes, and of these the rows that `match`
/// takes. Taken before the index is read: what is saved in between is then in both.
template <class Covers, class Match>
Ledger::Overlay Ledger::overlay(Covers&& covers, Match&& match) const {
    Overlay overlay;
    std::vector<TracePtr> fresh;
    {
        std::shared_lock lock(mutex_);
        for (const Unsaved* part : {&saving_, &unsaved_}) {
            for (const store::TraceKey& key : part->removed_traces)
                if (covers(key)) overlay.hidden.insert(key);
            for (const store::TraceKey& key : part->traces) {
                if (!covers(key)) continue;
                overlay.hidden.insert(key);
                auto found = traces_.find(key);
                bool again = part == &saving_ && unsaved_.traces.contains(key);
                if (!again && found != traces_.end() && match(*found->second)) fresh.push_back(found->second);
            }
        }
    }
    for (const TracePtr& trace : fresh) overlay.rows.push_back(row_of(*trace));
    return overlay;
}

void Ledger::lay_over(std::vector<store::TraceRow>& rows, Overlay overlay) {
    std::erase_if(rows, [&](const store::TraceRow& row) { return overlay.hidden.contains(row.key); });
    std::ranges::move(overlay.rows, std::back_inserter(rows));
}

std::optional<TraceId> Ledger::unsaved_id_after(const store::TraceKey& after, std::size_t count) const {
    std::vector<TraceId> ids;
    {
        std::shared_lock lock(mutex_);
        for (const Unsaved* part : {&saving_, &unsaved_})
            for (const store::TraceKey& key : part->traces)
                if (key.trace_id > after.trace_id && key.workspace == after.workspace) ids.push_back(key.trace_id);
    }
    if (ids.size() < count) return std::nullopt;
    const auto at = ids.begin() + static_cast<std::ptrdiff_t>(count) - 1;
    std::ranges::nth_element(ids, at);
    return *at;
}

Result<Ledger::TracePage> Ledger::traces_after(const store::TraceKey& after, const store::TraceFilter& filter,
                                               std::size_t limit) const {
    TracePage page;
    SPANREEL_TRY(page.last, store_.trace_id_after(after, limit));
    if (const auto unsaved = unsaved_id_after(after, limit); unsaved && (!page.last || *unsaved < *page.last))
        page.last = unsaved;
    TraceId last;
    last.bytes.fill(0xFF);
    if (page.last) last = *page.last;
    Overlay fresh = overlay(
        [&](const store::TraceKey& key) {
            return key.trace_id > after.trace_id && key.trace_id <= last && key.workspace == after.workspace;
        },
        [&](const TraceState& trace) { return filter.takes(trace.project, to_unix_nanos(trace.rollup.started_at)); });
    SPANREEL_TRY(page.rows, store_.traces_between(after, last, filter));
    lay_over(page.rows, std::move(fresh));
    std::ranges::sort(page.rows, {}, [](const store::TraceRow& row) { return row.key.trace_id; });
    return page;
}

store::UnsavedTraces Ledger::unsaved_of(const store::TraceQuery& query) const {
    Overlay fresh = overlay([&](const store::TraceKey& key) { return key.workspace == query.workspace; },
                            [&](const TraceState& trace) {
                                const std::int64_t ended = to_unix_nanos(trace.rollup.ended_at);
                                return ended >= query.from && ended <= query.to;
                            });
    store::UnsavedTraces unsaved{.rows = std::move(fresh.rows), .hidden = {}};
    for (const store::TraceKey& key : fresh.hidden) unsaved.hidden.push_back(key.trace_id);
    return unsaved;
}

Result<std::vector<store::TraceRow>> Ledger::find_traces(const store::TraceQuery& query,
                                                         const std::optional<store::TracePosition>& after,
                                                         std::size_t limit) const {
    return store_.find_traces(query, unsaved_of(query), after, limit);
}

Result<void> Ledger::each_trace_values(const store::TraceQuery& query, const std::vector<std::string>& texts,
                                       const std::vector<std::string>& numbers, const store::VisitValues& visit) const {
    return store_.each_trace_values(query, unsaved_of(query), texts, numbers, visit);
}

Result<std::vector<store::TraceRow>> Ledger::traces_of_session(const std::string& workspace,
                                                               const std::string& id) const {
    Overlay fresh = overlay([&](const store::TraceKey& key) { return key.workspace == workspace; },
                            [&](const TraceState& trace) { return trace.session == id; });
    SPANREEL_TRY(auto rows, store_.traces_of_session(workspace, id));
    lay_over(rows, std::move(fresh));
    return rows;
}

Result<std::vector<store::TraceRow>> Ledger::traces_of_stream_session(const std::string& workspace,
                                                                      const std::string& id) const {
    Overlay fresh = overlay([&](const store::TraceKey& key) { return key.workspace == workspace; },
                            [&](const TraceState& trace) { return trace.rollup.stream_session == id; });
    SPANREEL_TRY(auto rows, store_.traces_of_stream_session(workspace, id));
    lay_over(rows, std::move(fresh));
    return rows;
}

}  // namespace spanreel::trace
