// SPDX-License-Identifier: Apache-2.0
#include "trace/span_export.hpp"

#include <protozero/pbf_writer.hpp>

#include <span>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "otlp/json_writer.hpp"
#include "trace/facts_codec.hpp"

namespace spanreel::trace {

namespace {

constexpr std::size_t kTracesAtOnce = 256;

using Spans = std::vector<std::string_view>;

bool same_resource(const store::FrameSource& a, const store::FrameSource& b) {
    return a.resource == b.resource && a.resource_schema_url == b.resource_schema_url;
}

/// An ExportTraceServiceRequest of the spans of each source. A resource is written once for all sources in a row that
/// share it, as a frame has it once.
std::string request_of(std::span<const store::FrameSource> sources, std::span<const Spans> spans) {
    enum Field : protozero::pbf_tag_type { kResourceSpans = 1, kResource = 1, kScopeSpans = 2, kScope = 1, kSpans = 2 };
    constexpr protozero::pbf_tag_type kSchemaUrl = 3;
    std::string request;
    protozero::pbf_writer writer(request);
    const auto add = [](protozero::pbf_writer& to, protozero::pbf_tag_type field, std::string_view bytes) {
        to.add_message(field, bytes.data(), bytes.size());
    };
    for (std::size_t first = 0, end = 0; first < sources.size(); first = end) {
        protozero::pbf_writer resource_spans(writer, kResourceSpans);
        add(resource_spans, kResource, sources[first].resource);
        for (end = first; end < sources.size() && same_resource(sources[first], sources[end]); ++end) {
            protozero::pbf_writer scope_spans(resource_spans, kScopeSpans);
            add(scope_spans, kScope, sources[end].scope);
            for (const std::string_view span : spans[end]) add(scope_spans, kSpans, span);
            if (!sources[end].scope_schema_url.empty()) add(scope_spans, kSchemaUrl, sources[end].scope_schema_url);
        }
        if (const auto& url = sources[first].resource_schema_url; !url.empty()) add(resource_spans, kSchemaUrl, url);
    }
    return request;
}

}  // namespace

Result<std::string> SpanExport::next() {
    for (;;) {
        if (next_frame_ < trace_.frames.size()) {
            SPANREEL_TRY(std::string line, line_of(next_frame_++));
            if (!line.empty()) return line;
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
            if (const auto known = places_.find(facts.span_id); known == places_.end()) {
                if (places_.size() < kMaxTraceSpans) places_.emplace(facts.span_id, place);  // others were refused
            } else if (place.version > known->second.version) {
                known->second = place;
            }
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

Result<std::string> SpanExport::line_of(std::size_t number) const {
    SPANREEL_TRY(const Frame owned, read_frame(number));
    std::string line;
    if (!owned) return line;
    const store::Frame& frame = owned->frame;
    std::vector<Spans> spans(frame.sources.size());
    SpanFacts facts;
    for (std::size_t record = 0; record < frame.records.size(); ++record) {
        SPANREEL_CHECK(decode_facts(frame.records[record].facts, facts));
        if (facts.trace_id == trace_.key.trace_id && counts(number, record, facts.span_id))
            spans[frame.records[record].source].push_back(frame.records[record].span);
    }
    std::vector<store::FrameSource> sources;
    for (std::size_t source = 0; source < frame.sources.size(); ++source)
        if (!spans[source].empty()) sources.push_back(frame.sources[source]);
    std::erase_if(spans, [](const Spans& of_source) { return of_source.empty(); });
    if (sources.empty()) return line;
    SPANREEL_CHECK(otlp::append_json_from_protobuf(line, request_of(sources, spans)));
    line += '\n';
    return line;
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
                                std::optional<Time> from, std::optional<Time> to) {
    return [&ledger = recorder.ledger(), after = store::TraceKey{std::move(workspace), {}},
            project = std::move(project), from, to, page = std::vector<store::TraceRow>(),
            at = std::size_t{0}]() mutable -> Result<std::optional<store::TraceRow>> {
        for (;;) {
            for (; at < page.size(); ++at) {
                const store::TraceRow& row = page[at];
                if ((!project || row.project == *project) && (!from || row.started_at >= to_unix_nanos(*from)) &&
                    (!to || row.started_at < to_unix_nanos(*to)))
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
