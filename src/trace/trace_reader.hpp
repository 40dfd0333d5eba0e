// SPDX-License-Identifier: Apache-2.0
// Traces and their spans read back for the APIs: the row from the ledger, the spans from the frames of the tape.
// Any thread; waits for the disk.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/facts.hpp"
#include "model/rollup.hpp"
#include "otlp/decode.hpp"
#include "store/frame.hpp"
#include "trace/recorder.hpp"

namespace spanreel::trace {

/// The bytes of an id in hexadecimal, which may be written as a UUID is; nothing when it is none.
std::optional<std::string> id_bytes_of(std::string text);
std::optional<TraceId> trace_id_of(std::string text);

struct TraceView {
    store::TraceRow row;
    TraceRollup rollup;
};

/// `not_found` when the workspace has no such trace, or, with `project` given, when it belongs to another one.
Result<TraceView> read_trace(const Recorder& recorder, const std::string& workspace,
                             const std::optional<std::string>& project, const TraceId& id);

/// A span as it was received, and what was made of it then. The views point into `frame`.
struct StoredSpan {
    SpanFacts facts;
    otlp::SpanView span;
    otlp::SourceView source;
    std::shared_ptr<const store::OwnedFrame> frame;
};

/// The version of each span that counts, by start, then span id. A damaged frame is logged and its spans are missing.
Result<std::vector<StoredSpan>> read_spans(const Recorder& recorder, const store::TraceRow& trace);

}  // namespace spanreel::trace
