// SPDX-License-Identifier: Apache-2.0
#include "tape_reference.hpp"

#include <tuple>

#include "store/frame.hpp"
#include "trace/span_batch.hpp"

namespace spanreel::crash {

namespace {

void set_fields(ReferenceSession& session, const trace::SessionFields& fields) {
    session.declared = true;
    if (fields.external_id) session.external_id = *fields.external_id;
    if (fields.project) session.project = *fields.project;
    if (fields.title) session.title = *fields.title;
    if (fields.tags) session.tags = *fields.tags;
}

auto version(const SpanFacts& facts) { return std::tie(facts.end, facts.content_size, facts.content_digest); }

}  // namespace

Result<TapeReference> TapeReference::read(store::SpanStore& store) {
    TapeReference reference;
    SPANREEL_CHECK(store.replay(0, [&](const store::StoredEntry& entry) { return reference.take(entry); }));
    return reference;
}

Result<void> TapeReference::take(const store::StoredEntry& entry) {
    if (entry.kind == store::EntryKind::operation) {
        operations.emplace(entry.payload);
        SPANREEL_TRY(trace::Operation operation, trace::decode_operation(entry.payload));
        std::visit([this](const auto& call) { apply(call); }, operation);
    } else {
        SPANREEL_TRY(auto frame, store::decode_frame(entry.payload));
        SPANREEL_TRY(auto all, trace::facts_of(frame->frame));
        for (const auto& facts : all)
            arrived_[{std::string(frame->frame.workspace), facts->trace_id}].push_back(*facts);
    }
    if (entry.ends_group) end_group();
    return {};
}

void TapeReference::apply(const trace::CreateSession& create) {
    ReferenceSession& session = sessions[create.id];
    session.workspace = create.workspace;
    session.external_id = create.id;
    set_fields(session, create.fields);
}

void TapeReference::apply(const trace::PatchSession& patch) {
    if (auto found = sessions.find(patch.id); found != sessions.end()) set_fields(found->second, patch.fields);
}

void TapeReference::apply(const trace::DeleteSession& gone) {
    sessions.erase(gone.id);
    for (const auto& [key, trace] : traces)
        if (trace.session == gone.id) deleted.insert(key);
    for (const store::TraceKey& key : deleted) traces.erase(key);
}

void TapeReference::apply(const trace::SessionsMade& made) { made_ = made.sessions; }

std::optional<std::string> TapeReference::holder(const std::string& workspace, const std::string& project,
                                                 const std::string& external_id) const {
    for (const auto& [id, session] : sessions)
        if (session.workspace == workspace && session.project == project && session.external_id == external_id)
            return id;
    return std::nullopt;
}

std::string TapeReference::bind(const store::TraceKey& key, const ReferenceTrace& before, const TraceRollup& rollup) {
    if (rollup.session_key.empty()) return {};
    bool same = before.rollup.session_key == rollup.session_key && before.rollup.project == rollup.project;
    if (same && !before.session.empty()) return before.session;
    if (auto id = holder(key.workspace, rollup.project, rollup.session_key)) return *id;
    for (const auto& made : made_) {
        if (std::tie(made.workspace, made.project, made.external_id) !=
            std::tie(key.workspace, rollup.project, rollup.session_key))
            continue;
        sessions[made.id] = {.workspace = made.workspace, .project = made.project, .external_id = made.external_id};
        return made.id;
    }
    return "no session of the tape";
}

void TapeReference::end_group() {
    for (auto& [key, arrived] : arrived_) {
        if (deleted.contains(key)) continue;
        ReferenceTrace trace = traces.contains(key) ? traces[key] : ReferenceTrace{};
        for (SpanFacts& facts : arrived) {
            auto [known, added] = trace.spans.try_emplace(facts.span_id, facts);
            if (!added && version(facts) > version(known->second)) known->second = facts;
        }
        std::vector<SpanFacts> spans;
        for (const auto& [id, facts] : trace.spans) spans.push_back(facts);
        TraceRollup rollup = trace::derive(spans);
        trace.session = bind(key, trace, rollup);
        trace.rollup = std::move(rollup);
        traces[key] = std::move(trace);
    }
    arrived_.clear();
    made_.clear();
    std::erase_if(sessions, [&](const auto& entry) {
        return !entry.second.declared &&
               std::ranges::none_of(traces, [&](const auto& trace) { return trace.second.session == entry.first; });
    });
}

}  // namespace spanreel::crash
