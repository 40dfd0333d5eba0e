// SPDX-License-Identifier: Apache-2.0
#include "trace/span_export.hpp"

#include <protozero/pbf_writer.hpp>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "otlp/json_writer.hpp"
#include "trace/facts_codec.hpp"

namespace spanreel::trace {

namespace {

constexpr std::size_t kTracesAtOnce = 256;

/// The spans of one source as an ExportTraceServiceRequest.
std::string request_of(const store::FrameSource& source, const std::vector<std::string_view>& spans) {
    enum Field : protozero::pbf_tag_type { kResourceSpans = 1, kResource = 1, kScopeSpans = 2, kScope = 1, kSpans = 2 };
    constexpr protozero::pbf_tag_type kSchemaUrl = 3;
    std::string request;
    protozero::pbf_writer writer(request);
    protozero::pbf_writer resource_spans(writer, kResourceSpans);
    const auto add = [](protozero::pbf_writer& to, protozero::pbf_tag_type field, std::string_view bytes) {
        to.add_message(field, bytes.data(), bytes.size());
    };
    add(resource_spans, kResource, source.resource);
    protozero::pbf_writer scope_spans(resource_spans, kScopeSpans);
    add(scope_spans, kScope, source.scope);
    for (const std::string_view span : spans) add(scope_spans, kSpans, span);
    if (!source.scope_schema_url.empty()) add(scope_spans, kSchemaUrl, source.scope_schema_url);
    scope_spans.commit();
    if (!source.resource_schema_url.empty()) add(resource_spans, kSchemaUrl, source.resource_schema_url);
    resource_spans.commit();
    return request;
}

}  // namespace

Result<std::string> SpanExport::next() {
    for (;;) {
        if (next_frame_ < trace_.frames.size()) {
            SPANREEL_TRY(std::string lines, lines_of(next_frame_++));
            if (!lines.empty()) return lines;
            continue;
        }
        SPANREEL_TRY(std::optional<store::TraceRow> trace, next_trace_());
        if (!trace) return std::string();
        trace_ = *std::move(trace);
        next_frame_ = 0;
        SPANREEL_CHECK(find_places());
    }
}

Result<void> SpanExport::find_places() {
    places_.clear();
    SpanFacts facts;
    for (std::size_t number = 0; number < trace_.frames.size(); ++number) {
        SPANREEL_TRY(const Frame frame, read_frame(number));
        if (!frame) continue;
        for (std::size_t record = 0; record < frame->frame.records.size(); ++record) {
            SPANREEL_CHECK(decode_facts(frame->frame.records[record].facts, facts));
            if (facts.trace_id != trace_.key.trace_id) continue;
            const Place place{number, record, version_of(facts)};
            auto [known, added] = places_.try_emplace(facts.span_id, place);
            if (!added && place.version > known->second.version) known->second = place;
        }
    }
    return {};
}

Result<SpanExport::Frame> SpanExport::read_frame(std::size_t number) const {
    Result<std::string> payload = recorder_.store().read(trace_.frames[number]);
    Result<Frame> frame = payload ? store::decode_frame(*payload) : std::unexpected(payload.error());
    if (frame || frame.error().code != Code::corrupt) return frame;
    log::error("spans lost", {{"trace", to_hex(trace_.key.trace_id.view())}, {"error", frame.error().message}});
    return Frame();
}

Result<std::string> SpanExport::lines_of(std::size_t number) const {
    SPANREEL_TRY(const Frame owned, read_frame(number));
    std::string lines;
    if (!owned) return lines;
    const store::Frame& frame = owned->frame;
    std::vector<std::vector<std::string_view>> spans(frame.sources.size());
    SpanFacts facts;
    for (std::size_t record = 0; record < frame.records.size(); ++record) {
        SPANREEL_CHECK(decode_facts(frame.records[record].facts, facts));
        if (facts.trace_id == trace_.key.trace_id && counts(number, record, facts.span_id))
            spans[frame.records[record].source].push_back(frame.records[record].span);
    }
    for (std::size_t source = 0; source < spans.size(); ++source) {
        if (spans[source].empty()) continue;
        SPANREEL_CHECK(otlp::append_json_from_protobuf(lines, request_of(frame.sources[source], spans[source])));
        lines += '\n';
    }
    return lines;
}

bool SpanExport::counts(std::size_t frame, std::size_t record, const SpanId& span) const {
    const auto place = places_.find(span);
    return place != places_.end() && place->second.frame == frame && place->second.record == record;
}

SpanExport::Traces the_traces(std::vector<store::TraceRow> traces) {
    return [traces = std::move(traces), at = std::size_t{0}]() mutable -> Result<std::optional<store::TraceRow>> {
        if (at == traces.size()) return std::nullopt;
        return std::move(traces[at++]);
    };
}

SpanExport::Traces traces_begun(const Recorder& recorder, std::string workspace, std::optional<std::string> project,
                                Time from, Time to) {
    return
        [&ledger = recorder.ledger(), after = store::TraceKey{std::move(workspace), {}}, project = std::move(project),
         from = to_unix_nanos(from), to = to_unix_nanos(to), page = std::vector<store::TraceRow>(),
         at = std::size_t{0}]() mutable -> Result<std::optional<store::TraceRow>> {
            for (;;) {
                for (; at < page.size(); ++at) {
                    const store::TraceRow& row = page[at];
                    if ((!project || row.project == *project) && row.started_at >= from && row.started_at < to)
                        return std::move(page[at++]);
                }
                SPANREEL_TRY(page, ledger.traces_after(after, kTracesAtOnce));
                if (page.empty()) return std::nullopt;
                after.trace_id = page.back().key.trace_id;
                at = 0;
            }
        };
}

}  // namespace spanreel::trace
