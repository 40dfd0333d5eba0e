// SPDX-License-Identifier: Apache-2.0
// Spans of an arbitrary ExportTraceServiceRequest, written as OTLP/JSON as an export of spans does: the reader of
// OTLP/JSON takes the line, and finds the same span in it. The first byte chooses between the default limits and ones
// so small that most spans are cut.
#include <boost/json/serialize.hpp>
#include <protozero/pbf_writer.hpp>

#include "otlp/json.hpp"
#include "otlp/json_writer.hpp"
#include "otlp/render.hpp"
#include "require.hpp"

namespace {

using namespace spanreel;

void add(protozero::pbf_writer& to, protozero::pbf_tag_type field, std::string_view bytes) {
    to.add_message(field, bytes.data(), bytes.size());
}

std::string request_of(const otlp::SourceView& source, const otlp::SpanView& span) {
    std::string request;
    protozero::pbf_writer writer(request);
    protozero::pbf_writer resource_spans(writer, 1);
    add(resource_spans, 1, source.resource);
    protozero::pbf_writer scope_spans(resource_spans, 2);
    add(scope_spans, 1, source.scope);
    add(scope_spans, 2, span.raw);
    scope_spans.commit();
    resource_spans.commit();
    return request;
}

std::string json_of(std::string_view request) {
    std::string json;
    require(otlp::append_json_from_protobuf(json, request).has_value());
    require(json.find('\n') == std::string::npos);
    return json;
}

/// All that answers show of a span, and its ids and times.
void require_same(const otlp::Batch& a, const otlp::SpanView& in_a, const otlp::Batch& b) {
    require(b.spans.size() == 1 && b.rejected_count() == 0);
    const otlp::SpanView& in_b = b.spans.front();
    require(in_a.trace_id == in_b.trace_id && in_a.span_id == in_b.span_id && in_a.parent_id == in_b.parent_id);
    require(in_a.start == in_b.start && in_a.end == in_b.end && in_a.status == in_b.status);
    require(boost::json::serialize(otlp::to_json(in_a, a.sources.at(in_a.source))) ==
            boost::json::serialize(otlp::to_json(in_b, b.sources.at(in_b.source))));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    otlp::Limits limits;
    if (data[0] & 1) limits = {.spans = 50, .attribute_bytes = 16, .attributes = 3, .nesting = 2};
    otlp::Batch batch;
    if (!otlp::decode(std::string(reinterpret_cast<const char*>(data + 1), size - 1), limits, batch)) return 0;
    for (const otlp::SpanView& span : batch.spans) {
        const std::string json = json_of(request_of(batch.sources.at(span.source), span));
        auto read = otlp::protobuf_from_json(json);
        require(read && json_of(*read) == json);
        otlp::Batch back;
        require(otlp::decode(*std::move(read), {}, back).has_value());
        require_same(batch, span, back);
    }
    return 0;
}
