// SPDX-License-Identifier: Apache-2.0
// ExportTraceServiceRequest (opentelemetry-proto collector/trace/v1) read in place. A Batch owns the body; spans and
// sources are views into it. Malformed protobuf fails the whole body with the byte offset; a span that breaks a rule
// is rejected alone and counted; a span over a size limit is cut, re-encoded and says so in `spanreel.truncated`.
// A Batch belongs to one thread at a time and may be reused: its memory is kept from body to body.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/span.hpp"
#include "otlp/value.hpp"

namespace spanreel::otlp {

/// What one request may hold. The listener bounds the body itself.
struct Limits {
    std::size_t spans = 100'000;            ///< more fails the request with `too_large`
    std::size_t attribute_bytes = 1 << 20;  ///< a longer value is cut
    std::size_t attributes = 1'024;         ///< of a span, event, link, resource or scope; the rest is cut
    unsigned nesting = 32;                  ///< arrays and maps in each other; deeper ones are cut
};

/// Attribute that a cut span, resource or scope carries: an array of texts that name what was cut.
inline constexpr std::string_view kTruncatedKey = "spanreel.truncated";

struct EventView {
    Time time{};
    std::string_view name;
    std::string_view raw;
    Attributes attributes() const { return {raw, 3}; }
};

struct LinkView {
    std::string_view trace_id;  ///< raw bytes of any length
    std::string_view span_id;
    std::string_view trace_state;
    std::string_view raw;
    Attributes attributes() const { return {raw, 4}; }
};

EventView parse_event(std::string_view message);
LinkView parse_link(std::string_view message);
using Events = Walk<EventView, parse_event>;
using Links = Walk<LinkView, parse_link>;

struct SpanView {
    TraceId trace_id;
    SpanId span_id;
    SpanId parent_id;  ///< empty: a root. All zero on the wire counts as empty
    SpanKind kind = SpanKind::unspecified;
    SpanStatus status = SpanStatus::unset;
    std::uint32_t source = 0;  ///< index into Batch::sources
    Time start{};              ///< as sent, at most the year 2262
    Time end{};                ///< as sent: may lie before `start`
    std::string_view name;
    std::string_view trace_state;
    std::string_view status_message;
    std::string_view raw;  ///< the Span message, verbatim unless it was cut

    Attributes attributes() const { return {raw, 9}; }
    Events events() const { return {raw, 11}; }
    Links links() const { return {raw, 13}; }
};

/// Who made a run of spans: a resource and an instrumentation scope.
struct SourceView {
    std::string_view resource;  ///< the Resource message, verbatim unless it was cut
    std::string_view resource_schema_url;
    std::string_view scope;  ///< the InstrumentationScope message, verbatim unless it was cut
    std::string_view scope_schema_url;
    std::string_view scope_name;
    std::string_view scope_version;

    Attributes resource_attributes() const { return {resource, 1}; }
    Attributes scope_attributes() const { return {scope, 3}; }
};

/// Why a span was not taken.
enum class Rejection : std::uint8_t { trace_id, span_id, parent_id };

struct Batch {
    std::string body;
    std::vector<SourceView> sources;  ///< only those with spans
    std::vector<SpanView> spans;
    std::deque<std::string> rewritten;        ///< bytes of what was cut
    std::array<std::uint32_t, 3> rejected{};  ///< by Rejection

    std::uint32_t rejected_count() const { return rejected[0] + rejected[1] + rejected[2]; }
    /// One sentence for partial_success; empty when nothing was rejected.
    std::string rejected_message() const;

    Batch() = default;
    /// Views stay right: a body with spans in it is longer than a string's inline buffer.
    Batch(Batch&&) noexcept = default;
    Batch& operator=(Batch&&) noexcept = default;
};

/// Replaces what `into` held. After an error `into` holds no spans.
Result<void> decode(std::string body, const Limits& limits, Batch& into);

/// One stored Span message. `corrupt` when it is malformed or lacks valid ids.
Result<SpanView> parse_span(std::string_view message);
/// A source out of the stored Resource and InstrumentationScope messages.
SourceView parse_source(std::string_view resource, std::string_view scope);

}  // namespace spanreel::otlp
