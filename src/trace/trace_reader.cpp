// SPDX-License-Identifier: Apache-2.0
#include "trace/trace_reader.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "trace/span_batch.hpp"
#include "trace/span_table.hpp"
#include "trace/state_codec.hpp"

namespace spanreel::trace {

namespace {

/// A span of the trace that no later version has replaced yet.
struct Kept {
    SpanFacts facts;
    std::shared_ptr<const store::OwnedFrame> frame;
    const store::FrameRecord* record = nullptr;

    friend const SpanId& id_of(const Kept& kept) { return kept.facts.span_id; }
    friend SpanVersion version_of(const Kept& kept) { return version_of(kept.facts); }
};

using KeptSpans = SpanTable<Kept>;

Result<void> collect_frame(store::SpanStore& store, const store::FrameRef& where, const TraceId& trace,
                           KeptSpans& kept) {
    SPANREEL_TRY(std::string payload, store.read(where));
    SPANREEL_TRY(std::shared_ptr<const store::OwnedFrame> frame, store::decode_frame(payload));
    FrameFacts frame_facts(frame->frame);
    for (std::size_t record = 0; record < frame->frame.records.size(); ++record) {
        SPANREEL_TRY(SpanFacts facts, frame_facts.at(record));
        if (facts.trace_id == trace) kept.add({std::move(facts), frame, &frame->frame.records[record]});
    }
    return {};
}

Result<StoredSpan> parse(Kept kept) {
    const store::FrameSource& from = kept.frame->frame.sources[kept.record->source];
    SPANREEL_TRY(otlp::SpanView span, otlp::parse_span(kept.record->span));
    otlp::SourceView source = otlp::parse_source(from.resource, from.scope);
    source.resource_schema_url = from.resource_schema_url;
    source.scope_schema_url = from.scope_schema_url;
    return StoredSpan{std::move(kept.facts), span, source, std::move(kept.frame)};
}

}  // namespace

std::optional<std::string> id_bytes_of(std::string text) {
    std::erase(text, '-');
    auto bytes = from_hex(text);
    if (!bytes) return std::nullopt;
    return *std::move(bytes);
}

std::optional<TraceId> trace_id_of(std::string text) {
    const auto bytes = id_bytes_of(std::move(text));
    TraceId id;
    if (!bytes || bytes->size() != id.bytes.size()) return std::nullopt;
    std::ranges::copy(as_bytes(*bytes), id.bytes.begin());
    return id;
}

Result<TraceView> read_trace(const Recorder& recorder, const std::string& workspace,
                             const std::optional<std::string>& project, const TraceId& id) {
    SPANREEL_TRY(store::TraceRow row, recorder.ledger().trace({workspace, id}));
    if (project && row.project != *project) return fail(Code::not_found, "Trace not found");
    SPANREEL_TRY(TraceRollup rollup, decode_rollup(row.state));
    return TraceView{std::move(row), std::move(rollup)};
}

Result<std::vector<StoredSpan>> read_spans(const Recorder& recorder, const store::TraceRow& trace) {
    std::vector<Kept> kept;
    KeptSpans table(kept);
    auto lost = [&](const Error& error) {
        log::error("spans lost", {{"trace", to_hex(trace.key.trace_id.view())}, {"error", error.message}});
    };
    for (const store::FrameRef& where : trace.frames) {
        Result<void> collected = collect_frame(recorder.store(), where, trace.key.trace_id, table);
        if (collected) continue;
        if (collected.error().code != Code::corrupt) return fail(std::move(collected));
        lost(collected.error());
    }
    std::vector<StoredSpan> spans;
    spans.reserve(kept.size());
    for (Kept& one : kept) {
        auto span = parse(std::move(one));
        if (span)
            spans.push_back(*std::move(span));
        else
            lost(span.error());
    }
    std::ranges::sort(spans, {}, [](const StoredSpan& span) { return std::tie(span.facts.start, span.facts.span_id); });
    return spans;
}

}  // namespace spanreel::trace
