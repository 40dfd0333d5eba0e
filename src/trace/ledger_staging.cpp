// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "trace/ledger.hpp"
#include "trace/span_table.hpp"
#include "trace/state_codec.hpp"

namespace spanreel::trace {

namespace {

using Table = SpanTable<std::shared_ptr<const SpanFacts>>;

Result<std::vector<std::shared_ptr<const SpanFacts>>> read_facts(store::SpanStore& store,
                                                                 const store::FrameRef& where) {
    SPANREEL_TRY(std::string payload, store.read(where));
    SPANREEL_TRY(auto frame, store::decode_frame(payload));
    return facts_of(frame->frame);
}

TraceRollup derive_state(const TraceState& trace) {
    std::vector<const SpanFacts*> spans;
    spans.reserve(trace.spans.size());
    for (const auto& facts : trace.spans) spans.push_back(facts.get());
    return derive(spans);
}

}  // namespace

std::string Ledger::session_key(const std::string& workspace, const std::string& project,
                                const std::string& external_id) {
    // The length keeps two keys from ever reading alike; a workspace id has no blank.
    return fmt::format("{} {} {}{}", workspace, project.size(), project, external_id);
}

Ledger::StagedSession* Ledger::stage_session(SessionState state) {
    staged_keys_[session_key(state)] = state.id;
    std::string id = state.id;
    StagedSession& staged = staged_sessions_[id];
    staged.state = std::move(state);
    staged.removed = false;
    return &staged;
}

Result<Ledger::StagedSession*> Ledger::find_session(const std::string& id) {
    if (auto staged = staged_sessions_.find(id); staged != staged_sessions_.end())
        return staged->second.removed ? nullptr : &staged->second;
    if (auto published = sessions_.find(id); published != sessions_.end())
        return stage_session(*published->second.state);
    if (unsaved_.removed_sessions.contains(id) || saving_.removed_sessions.contains(id)) return nullptr;
    SPANREEL_TRY(auto row, store_.session(id));
    if (!row) return nullptr;
    SPANREEL_TRY(SessionState state, decode_state(*row));
    return stage_session(std::move(state));
}

Result<Ledger::StagedSession*> Ledger::find_session_by_key(const std::string& workspace, const std::string& project,
                                                           const std::string& external_id) {
    std::string key = session_key(workspace, project, external_id);
    std::string id;
    if (auto staged = staged_keys_.find(key); staged != staged_keys_.end()) {
        id = staged->second;
    } else if (auto published = keys_.find(key); published != keys_.end()) {
        id = published->second;
    } else {
        SPANREEL_TRY(auto row, store_.session_by_key(workspace, project, external_id));
        if (!row) return nullptr;
        id = row->id;
    }
    SPANREEL_TRY(StagedSession * found, find_session(id));
    // The holder may have been given another key, or be gone, since the index was written.
    return found && session_key(found->state) == key ? found : nullptr;
}

Result<Ledger::StagedSession*> Ledger::find_or_make_session(const TraceState& trace, Time received) {
    const std::string& external_id = trace.rollup.session_key;
    SPANREEL_TRY(StagedSession * found, find_session_by_key(trace.key.workspace, trace.project, external_id));
    if (found) return found;
    SessionState state;
    state.workspace = trace.key.workspace;
    state.project = trace.project;
    state.external_id = external_id;
    state.created = received;
    auto expected = expected_ids_.find(session_key(state));
    state.id = expected != expected_ids_.end() ? expected->second : make_ulid(received);
    made_.sessions.push_back({state.workspace, state.project, state.external_id, state.id});
    return stage_session(std::move(state));
}

Result<void> Ledger::check_key_free(const std::string& workspace, const std::string& project,
                                    const std::string& external_id, const std::string& own_id) {
    SPANREEL_TRY(StagedSession * holder, find_session_by_key(workspace, project, external_id));
    if (!holder || holder->state.id == own_id) return {};
    return fail(Code::conflict, fmt::format("external_id \"{}\" is taken by session {}", external_id, holder->state.id),
                "external_id");
}

Result<Ledger::SessionRowPtr> Ledger::create(const CreateSession& operation) {
    std::string project = operation.fields.project.value_or("");
    std::string external_id = operation.fields.external_id.value_or(operation.id);
    SPANREEL_CHECK(check_key_free(operation.workspace, project, external_id, operation.id));
    SessionState state;
    state.id = operation.id;
    state.workspace = operation.workspace;
    state.external_id = external_id;
    state.created = operation.at;
    apply(state, operation.fields, operation.at);
    return std::make_shared<const store::SessionRow>(shown(stage_session(std::move(state))->state));
}

Result<Ledger::SessionRowPtr> Ledger::patch(const PatchSession& operation) {
    SPANREEL_TRY(StagedSession * found, find_session(operation.id));
    if (!found) return fail(Code::not_found, "Session not found");
    SessionState state = found->state;
    if (!operation.fields.empty()) {
        apply(state, operation.fields, operation.at);
        SPANREEL_CHECK(check_key_free(state.workspace, state.project, state.external_id, state.id));
    }
    return std::make_shared<const store::SessionRow>(shown(stage_session(std::move(state))->state));
}

Result<Ledger::SessionRowPtr> Ledger::erase(const DeleteSession& operation) {
    SPANREEL_TRY(StagedSession * found, find_session(operation.id));
    if (!found) return fail(Code::not_found, "Session not found");
    SPANREEL_TRY(auto traces, staged_traces_of(found->state));
    std::int64_t until = to_unix_nanos(operation.at + kTombstoneLife);
    for (const auto& [key, rollup] : traces) {
        staged_traces_[key] = {};
        staged_tombstones_.push_back({key, until});
    }
    found->removed = true;
    return nullptr;
}

Result<Ledger::SessionRowPtr> Ledger::stage(const Operation& operation) {
    if (auto* call = std::get_if<CreateSession>(&operation)) return create(*call);
    if (auto* call = std::get_if<PatchSession>(&operation)) return patch(*call);
    if (auto* call = std::get_if<DeleteSession>(&operation)) return erase(*call);
    for (const SessionsMade::Made& made : std::get<SessionsMade>(operation).sessions)
        expected_ids_[session_key(made.workspace, made.project, made.external_id)] = made.id;
    return nullptr;
}

void Ledger::stage(const SpanBatch& batch, std::uint32_t first_frame, Refused& refused) {
    Arrival* arrival = nullptr;
    const TraceId* current = nullptr;
    const InternedText workspace = batch.workspace;
    for (const BatchSpan& span : batch.spans) {
        if (!current || *current != span.facts->trace_id) {
            current = &span.facts->trace_id;
            auto [entry, added] = arrivals_.try_emplace(store::TraceKey{workspace, *current});
            if (added) arrival_order_.push_back(&*entry);
            arrival = &entry->second;
            arrival->received = std::max(arrival->received, batch.received);
        }
        arrival->spans.push_back({span.facts, first_frame + span.frame, batch.project_key, &refused});
    }
    stage_logs(batch, first_frame, refused);
}

bool Ledger::is_deleted(const store::TraceKey& key, Time received) const {
    if (auto found = tombstones_.find(key); found != tombstones_.end() && found->second > to_unix_nanos(received))
        return true;
    auto staged = staged_traces_.find(key);
    return staged != staged_traces_.end() && !staged->second.state;
}

Result<Ledger::TracePtr> Ledger::find_trace(const store::TraceKey& key) {
    if (auto staged = staged_traces_.find(key); staged != staged_traces_.end()) return TracePtr(staged->second.state);
    if (auto published = traces_.find(key); published != traces_.end()) return published->second;
    if (unsaved_.removed_traces.contains(key) || saving_.removed_traces.contains(key)) return nullptr;
    auto stored = stored_.find(key);
    return stored == stored_.end() ? nullptr : load_trace(stored->second);
}

/// Looks all arrived traces up at once that memory does not know: most are new, and the index is asked in its order.
Result<void> Ledger::find_stored() {
    std::vector<store::TraceKey> unknown;
    for (const auto* arrived : arrival_order_)
        if (!traces_.contains(arrived->first)) unknown.push_back(arrived->first);
    if (unknown.empty()) return {};
    std::ranges::sort(unknown);
    SPANREEL_TRY(auto rows, store_.traces(unknown));
    for (store::TraceRow& row : rows) stored_.emplace(row.key, std::move(row));
    return {};
}

/// A trace that is not in memory any more: its spans come back from the tape.
Result<Ledger::TracePtr> Ledger::load_trace(const store::TraceRow& row) {
    auto trace = std::make_shared<TraceState>();
    trace->key = row.key;
    trace->project = row.project;
    trace->session = row.session;
    trace->frames = row.frames;
    SPANREEL_TRY(trace->rollup, decode_rollup(row.state));
    Table table(trace->spans);
    for (const store::FrameRef& where : row.frames) {
        auto all = read_facts(store_, where);
        if (!all && all.error().code != Code::corrupt) return fail(std::move(all));
        if (!all) {  // damaged: what is left of the trace goes on
            log::error("frame lost", {{"trace", to_hex(row.key.trace_id.view())}, {"error", all.error().message}});
            continue;
        }
        for (const auto& facts : *all)
            if (facts->trace_id == row.key.trace_id) table.add(facts);
    }
    return trace;
}

Result<void> Ledger::settle() {
    SPANREEL_CHECK(find_stored());
    for (const auto* arrived : arrival_order_) SPANREEL_CHECK(settle_trace(arrived->first, arrived->second));
    SPANREEL_CHECK(settle_logs());
    return settle_sessions();
}

Result<void> Ledger::settle_trace(const store::TraceKey& key, const Arrival& arrival) {
    if (is_deleted(key, arrival.received)) {
        for (const ArrivedSpan& span : arrival.spans) ++span.refused->deleted;
        return {};
    }
    SPANREEL_TRY(TracePtr before, find_trace(key));
    auto after = std::make_shared<TraceState>();
    after->key = key;
    if (before) {  // all but the rollup, which is derived anew
        after->project = before->project;
        after->session = before->session;
        after->spans = before->spans;
        after->frames = before->frames;
    }
    Table table(after->spans);
    std::string project = after->project;
    std::vector<std::uint32_t> frames;
    for (const ArrivedSpan& span : arrival.spans) {
        // Who knows a trace's id must not reach into another project with it.
        if (span.project_key && !project.empty() && span.facts->project != project) {
            ++span.refused->foreign;
            continue;
        }
        if (project.empty()) project = span.facts->project;
        const auto added = table.add(span.facts);
        if (added == Table::Added::full) ++span.refused->full;
        if (added == Table::Added::yes && (frames.empty() || frames.back() != span.frame)) frames.push_back(span.frame);
    }
    if (frames.empty()) return {};  // nothing new: a repetition
    after->rollup = derive_state(*after);
    after->project = after->rollup.project;
    SPANREEL_TRY(after->session, bind(before.get(), *after, arrival.received));
    SPANREEL_CHECK(move_share(before.get(), *after, arrival.received));
    std::ranges::sort(frames);
    frames.erase(std::ranges::unique(frames).begin(), frames.end());
    staged_traces_[key] = {std::move(after), std::move(frames)};
    return {};
}

/// The session of a trace: it stays with the one it has while its own key stays, whatever key that session was given
/// since.
Result<std::string> Ledger::bind(const TraceState* before, const TraceState& after, Time received) {
    if (after.rollup.session_key.empty()) return std::string();
    if (before && !before->session.empty() && before->rollup.session_key == after.rollup.session_key &&
        before->project == after.project)
        return before->session;
    SPANREEL_TRY(StagedSession * session, find_or_make_session(after, received));
    return session->state.id;
}

Result<void> Ledger::move_share(const TraceState* before, const TraceState& after, Time received) {
    if (before && !before->session.empty()) {
        SPANREEL_TRY(StagedSession * old, find_session(before->session));
        if (old && before->session == after.session) {
            if (!old->rebuild) old->rebuild = !replace(old->state.observed, before->rollup, after.rollup);
            old->state.last_received = std::max(old->state.last_received.value_or(received), received);
            return {};
        }
        if (old && !old->rebuild) old->rebuild = !remove(old->state.observed, before->rollup);
    }
    if (after.session.empty()) return {};
    SPANREEL_TRY(StagedSession * session, find_session(after.session));
    if (!session) return fail(Code::internal, "a trace was bound to a session that is gone");
    if (!session->rebuild) add(session->state.observed, after.rollup);
    session->state.last_received = std::max(session->state.last_received.value_or(received), received);
    return {};
}

Result<Ledger::TraceMap<TraceRollup>> Ledger::staged_traces_of(const SessionState& session) {
    SPANREEL_TRY(auto rows, traces_of_session(session.workspace, session.id));
    TraceMap<TraceRollup> all;
    for (const store::TraceRow& row : rows) {
        SPANREEL_TRY(TraceRollup rollup, decode_rollup(row.state));
        all.emplace(row.key, std::move(rollup));
    }
    for (const auto& [key, staged] : staged_traces_) {
        all.erase(key);
        if (staged.state && staged.state->session == session.id) all.emplace(key, staged.state->rollup);
    }
    return all;
}

Result<void> Ledger::settle_sessions() {
    for (auto& [id, staged] : staged_sessions_) {
        if (staged.removed) continue;
        if (staged.rebuild) {
            SPANREEL_TRY(auto traces, staged_traces_of(staged.state));
            staged.state.observed = {};
            for (const auto& [key, rollup] : traces) add(staged.state.observed, rollup);
            staged.rebuild = false;
        }
        if (staged.state.observed.traces == 0 && !staged.state.declared) staged.removed = true;
    }
    return {};
}

}  // namespace spanreel::trace
