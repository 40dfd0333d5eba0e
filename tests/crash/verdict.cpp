// SPDX-License-Identifier: Apache-2.0
#include "verdict.hpp"

#include "base/encoding.hpp"
#include "tape_reference.hpp"
#include "trace/state_codec.hpp"

namespace spanreel::crash {

namespace {

std::unexpected<Error> broken(std::string what) { return fail(Code::corrupt, std::move(what)); }

std::string name_of(const store::TraceKey& key) {
    return fmt::format("trace {} of {}", to_hex(key.trace_id.view()), key.workspace.text());
}

struct Rows {
    std::map<store::TraceKey, store::TraceRow> traces;
    std::map<std::string, store::SessionRow> sessions;
};

Result<Rows> rows_of(store::SpanStore& store) {
    Rows rows;
    SPANREEL_CHECK(store.each_trace([&](const store::TraceRow& row) -> Result<void> {
        rows.traces.emplace(row.key, row);
        return {};
    }));
    SPANREEL_CHECK(store.each_session([&](const store::SessionRow& row) -> Result<void> {
        rows.sessions.emplace(row.id, row);
        return {};
    }));
    return rows;
}

Result<void> compare_traces(const Rows& rows, const TapeReference& reference) {
    for (const auto& [key, row] : rows.traces)
        if (!reference.traces.contains(key)) return broken(name_of(key) + " is in the index alone");
    for (const auto& [key, trace] : reference.traces) {
        auto row = rows.traces.find(key);
        if (row == rows.traces.end())
            return broken(fmt::format("{} of {} spans, session \"{}\", is not in the index", name_of(key),
                                      trace.spans.size(), trace.session));
        SPANREEL_TRY(TraceRollup rollup, trace::decode_rollup(row->second.state));
        if (rollup.span_count != trace.spans.size())
            return broken(fmt::format("{} counts {} spans of {}", name_of(key), rollup.span_count, trace.spans.size()));
        if (!(rollup == trace.rollup)) return broken(name_of(key) + ": its rollup is not that of its spans");
        if (row->second.session != trace.session) return broken(name_of(key) + " is in the wrong session");
    }
    return {};
}

Result<void> compare_session(const std::string& id, const store::SessionRow& row, const TapeReference& reference) {
    const ReferenceSession& session = reference.sessions.at(id);
    std::int64_t traces = 0, tokens = 0;
    PicoUsd cost = 0;
    for (const auto& [key, trace] : reference.traces) {
        if (trace.session != id) continue;
        ++traces;
        tokens += trace.rollup.usage.total();
        cost += trace.rollup.cost.total;
    }
    bool same = row.workspace == session.workspace && row.project == session.project &&
                row.external_id == session.external_id && row.title == session.title &&
                row.traces_count == static_cast<double>(traces) && row.total_tokens == static_cast<double>(tokens) &&
                row.total_cost == static_cast<double>(cost) / static_cast<double>(kPicoPerUsd) &&
                std::ranges::mismatch(session.tags, row.tags).in1 == session.tags.end();
    if (same) return {};
    return broken(fmt::format("session {} \"{}\" shows title \"{}\", {} traces, {} tokens, {} USD", id, row.external_id,
                              row.title, row.traces_count, row.total_tokens, row.total_cost));
}

Result<void> compare_sessions(const Rows& rows, const TapeReference& reference) {
    if (rows.sessions.size() != reference.sessions.size())
        return broken(
            fmt::format("the index has {} sessions, the tape {}", rows.sessions.size(), reference.sessions.size()));
    for (const auto& [id, row] : rows.sessions) {
        if (!reference.sessions.contains(id)) return broken("session " + id + " is not on the tape");
        SPANREEL_CHECK(compare_session(id, row, reference));
    }
    return {};
}

/// Bit for bit, also what the reference does not look at.
Result<void> compare_with_derived(Machine& machine, const Rows& rows) {
    SPANREEL_TRY(auto derived, machine.derive_index());
    SPANREEL_TRY(Rows again, rows_of(*derived->spans));
    for (const auto& [key, row] : rows.traces) {
        const store::TraceRow& other = again.traces[key];
        if (row.state != other.state || row.frames != other.frames || row.session != other.session ||
            row.project != other.project)
            return broken(name_of(key) + " comes out differently when its index is made anew");
    }
    for (const auto& [id, row] : rows.sessions)
        if (row.state != again.sessions[id].state)
            return broken("session " + id + " comes out differently when its index is made anew");
    if (rows.traces.size() != again.traces.size() || rows.sessions.size() != again.sessions.size())
        return broken("an index made anew has other rows");
    return {};
}

Result<void> find_acknowledged(Machine& machine, const Acknowledged& acknowledged, const TapeReference& reference) {
    for (const AcknowledgedSpan& span : acknowledged.spans) {
        if (reference.deleted.contains(span.trace)) continue;
        auto trace = reference.traces.find(span.trace);
        bool found = trace != reference.traces.end() && trace->second.spans.contains(span.facts->span_id) &&
                     !trace::supersedes(*span.facts, trace->second.spans.at(span.facts->span_id));
        if (!found) return broken("an acknowledged span is lost: " + name_of(span.trace));
    }
    for (const std::string& operation : acknowledged.operations)
        if (reference.operations.count(operation) != 1)
            return broken(
                fmt::format("an acknowledged operation is there {} times", reference.operations.count(operation)));
    for (const std::string& id : acknowledged.workspaces)
        if (!machine.meta().workspace(id)) return broken("an acknowledged row is lost: workspace " + id);
    return {};
}

}  // namespace

Result<void> keeps_its_promises(Machine& machine, const Acknowledged& acknowledged) {
    SPANREEL_CHECK(machine.database().check(std::chrono::minutes(1)));
    if (auto damage = machine.spans().damage(); !damage.empty()) return broken(damage.front());
    SPANREEL_TRY(TapeReference reference, TapeReference::read(machine.spans()));
    SPANREEL_CHECK(find_acknowledged(machine, acknowledged, reference));
    SPANREEL_TRY(Rows rows, rows_of(machine.spans()));
    SPANREEL_CHECK(compare_traces(rows, reference));
    SPANREEL_CHECK(compare_sessions(rows, reference));
    return compare_with_derived(machine, rows);
}

}  // namespace spanreel::crash
