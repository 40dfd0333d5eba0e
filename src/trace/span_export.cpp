// SPDX-License-Identifier: Apache-2.0
#include "trace/span_export.hpp"

#include <protozero/pbf_writer.hpp>

#include <algorithm>
#include <span>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "otlp/json_writer.hpp"
#include "trace/span_batch.hpp"

namespace spanreel::trace {

namespace {

constexpr std::size_t kTracesAtOnce = 256;  ///< that are looked at
/// Of frames that are read once for both what they hold and its lines; others are read twice.
constexpr std::size_t kMostKept = 4 << 20;

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

Result<std::optional<std::string>> SpanExport::next() {
    std::string line;
    if (searched_ < trace_.frames.size()) {
        SPANREEL_CHECK(allow_damage(find_places(searched_++)));
        if (searched_ == trace_.frames.size())
            std::ranges::sort(places_, {}, [](const Place& place) { return std::pair(place.frame, place.record); });
    } else if (given_ < places_.size()) {
        SPANREEL_CHECK(allow_damage(append_line(line)));
    } else if (begun_ < traces_.size()) {
        begin(std::move(traces_[begun_++]));
    } else {
        SPANREEL_TRY(auto traces, next_traces_());
        if (!traces && incomplete_count_ == 0) return std::nullopt;
        if (!traces)
            line = fmt::format("{{\"resourceSpans\":[],\"spanreel\":{{\"incompleteTraces\":{}}}}}\n",
                               std::exchange(incomplete_count_, 0));
        traces_ = std::move(traces).value_or(std::vector<store::TraceRow>());
        begun_ = 0;
    }
    return line;
}

void SpanExport::begin(store::TraceRow trace) {
    trace_ = std::move(trace);
    frames_.clear();
    frames_.resize(trace_.frames.size());
    kept_bytes_ = 0;
    places_.clear();
    table_.emplace(places_);
    searched_ = 0;
    given_ = 0;
    incomplete_ = false;
}

Result<void> SpanExport::find_places(std::uint32_t number) {
    SPANREEL_TRY(Frame frame, read_frame(number));
    FrameFacts frame_facts(frame->frame);
    for (std::uint32_t record = 0; record < frame->frame.records.size(); ++record) {
        SPANREEL_TRY(const SpanFacts facts, frame_facts.at(record));
        if (facts.trace_id == trace_.key.trace_id) table_->add({facts.span_id, version_of(facts), number, record});
    }
    if (kept_bytes_ + frame->bytes.size() > kMostKept) return {};
    kept_bytes_ += frame->bytes.size();
    frames_[number] = std::move(frame);
    return {};
}

/// Of the spans that count in the frame of the next place.
Result<void> SpanExport::append_line(std::string& to) {
    const std::size_t first = given_;
    const std::uint32_t number = places_[first].frame;
    while (given_ < places_.size() && places_[given_].frame == number) ++given_;

    Frame owned = std::move(frames_[number]);
    if (!owned) {
        SPANREEL_TRY(owned, read_frame(number));
    }
    const store::Frame& frame = owned->frame;
    std::vector<Spans> spans(frame.sources.size());
    for (std::size_t at = first; at < given_; ++at) {
        const store::FrameRecord& record = frame.records.at(places_[at].record);
        spans[record.source].push_back(record.span);
    }
    std::vector<store::FrameSource> sources;
    for (std::size_t source = 0; source < frame.sources.size(); ++source)
        if (!spans[source].empty()) sources.push_back(frame.sources[source]);
    std::erase_if(spans, [](const Spans& of_source) { return of_source.empty(); });
    std::string line;
    SPANREEL_CHECK(otlp::append_json_from_protobuf(line, request_of(sources, spans)));
    to += line;
    to += '\n';
    return {};
}

Result<SpanExport::Frame> SpanExport::read_frame(std::uint32_t number) const {
    SPANREEL_TRY(const std::string payload, recorder_.store().read(trace_.frames[number]));
    return store::decode_frame(payload);
}

/// A damaged frame takes its own spans and no others: what else there is of the trace is given.
Result<void> SpanExport::allow_damage(Result<void> result) {
    if (result || result.error().code != Code::corrupt) return result;
    log::error("spans lost", {{"trace", to_hex(trace_.key.trace_id.view())}, {"error", result.error().message}});
    if (!std::exchange(incomplete_, true)) ++incomplete_count_;
    return {};
}

SpanExport::Traces the_traces(std::vector<store::TraceRow> traces) {
    return [rest = std::optional(std::move(traces))]() mutable -> Result<std::optional<std::vector<store::TraceRow>>> {
        return std::exchange(rest, std::nullopt);
    };
}

SpanExport::Traces traces_begun(const Recorder& recorder, std::string workspace, store::TraceFilter filter) {
    return [&ledger = recorder.ledger(), after = std::optional(store::TraceKey{std::move(workspace), {}}),
            filter = std::move(filter)]() mutable -> Result<std::optional<std::vector<store::TraceRow>>> {
        if (!after) return std::nullopt;
        SPANREEL_TRY(Ledger::TracePage page, ledger.traces_after(*after, filter, kTracesAtOnce));
        if (page.last)
            after->trace_id = *page.last;
        else
            after.reset();
        return std::move(page.rows);
    };
}

}  // namespace spanreel::trace
