// SPDX-License-Identifier: Apache-2.0
// Spans as they were received, given back as OTLP/JSON: one ExportTraceServiceRequest a line, the format of the
// OpenTelemetry Collector's file exporter. Of a span that came several times the version that counts is given. What
// lies in a damaged frame is logged and missing.
// Holds one frame, its line and, for each span of the trace that is being read, where it lies: about 100 bytes. One
// thread at a time; waits for the disk.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "store/frame.hpp"
#include "trace/derive.hpp"
#include "trace/recorder.hpp"

namespace spanreel::trace {

class SpanExport {
  public:
    /// Gives the next trace, or nothing at the end.
    using Traces = std::function<Result<std::optional<store::TraceRow>>()>;

    /// The recorder outlives this.
    SpanExport(const Recorder& recorder, Traces traces) : recorder_(recorder), next_trace_(std::move(traces)) {}

    /// A line with its end, of the spans of one frame; empty at the end.
    Result<std::string> next();

  private:
    struct Place {
        std::size_t frame = 0;
        std::size_t record = 0;
        SpanVersion version{};
    };
    using Frame = std::unique_ptr<store::OwnedFrame>;

    Result<void> find_places();
    /// Null when the frame is damaged.
    Result<Frame> read_frame(std::size_t number) const;
    Result<std::string> line_of(std::size_t number) const;
    bool counts(std::size_t frame, std::size_t record, const SpanId& span) const;

    const Recorder& recorder_;
    Traces next_trace_;
    store::TraceRow trace_;
    std::size_t next_frame_ = 0;
    std::unordered_map<SpanId, Place> places_;  ///< of trace_, the version of each span that counts
};

/// These, in this order.
SpanExport::Traces the_traces(std::vector<store::TraceRow> traces);
/// Those of a workspace, or of one project of it, that began within [from, to), by trace id; without an end that is not
/// given. What arrives meanwhile may be among them.
SpanExport::Traces traces_begun(const Recorder& recorder, std::string workspace, std::optional<std::string> project,
                                std::optional<Time> from, std::optional<Time> to);

}  // namespace spanreel::trace
