// SPDX-License-Identifier: Apache-2.0
// Spans as they were received, given back as OTLP/JSON: one ExportTraceServiceRequest a line, the format of the
// OpenTelemetry Collector's file exporter. Of a span that came several times the version that counts is given. What
// lies in a damaged frame is logged and missing, and a last line tells of it.
// Holds a page of traces, kMostKept bytes of frames or one that is larger, its line and, for each span of the trace
// that is being read, where it lies: about 100 bytes. One thread at a time; waits for the disk.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/frame.hpp"
#include "trace/recorder.hpp"
#include "trace/span_table.hpp"

namespace spanreel::trace {

class SpanExport {
  public:
    /// Gives the traces that follow, some or none at a time; nothing at the end.
    using Traces = std::function<Result<std::optional<std::vector<store::TraceRow>>>()>;

    /// The recorder outlives this.
    SpanExport(const Recorder& recorder, Traces traces) : recorder_(recorder), next_traces_(std::move(traces)) {}
    SpanExport(const SpanExport&) = delete;
    SpanExport& operator=(const SpanExport&) = delete;

    /// Does one piece of the work: asks for traces, or reads a frame. Gives the line, with its end, of the spans of one
    /// frame; an empty text while there is none; nothing at the end.
    Result<std::optional<std::string>> next();

  private:
    using Frame = std::unique_ptr<store::OwnedFrame>;
    /// Of a version of a span.
    struct Place {
        SpanId span_id;
        SpanVersion version{};
        std::uint32_t frame = 0;
        std::uint32_t record = 0;

        friend const SpanId& id_of(const Place& place) { return place.span_id; }
        friend const SpanVersion& version_of(const Place& place) { return place.version; }
    };

    void begin(store::TraceRow trace);
    Result<void> find_places(std::uint32_t number);
    Result<void> append_line(std::string& to);
    Result<Frame> read_frame(std::uint32_t number) const;
    Result<void> allow_damage(Result<void> result);

    const Recorder& recorder_;
    Traces next_traces_;
    std::vector<store::TraceRow> traces_;
    std::size_t begun_ = 0;  ///< of traces_
    store::TraceRow trace_;
    std::vector<Frame> frames_;  ///< of trace_: those that are kept from finding places to writing lines
    std::size_t kept_bytes_ = 0;
    std::vector<Place> places_;  ///< of trace_: the spans that count, at last in the order in which they lie
    std::optional<SpanTable<Place>> table_;
    std::uint32_t searched_ = 0;        ///< frames of trace_
    std::size_t given_ = 0;             ///< of places_
    bool incomplete_ = false;           ///< trace_ lacks spans
    std::size_t incomplete_count_ = 0;  ///< traces that lack spans, and of which the reader was not told
};

/// These, in this order.
SpanExport::Traces the_traces(std::vector<store::TraceRow> traces);
/// Those of a workspace that the filter takes, by trace id. What arrives meanwhile may be among them.
SpanExport::Traces traces_begun(const Recorder& recorder, std::string workspace, store::TraceFilter filter);

}  // namespace spanreel::trace
