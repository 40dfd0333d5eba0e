// SPDX-License-Identifier: Apache-2.0
// A decoded export of logs made ready for the tape on the thread that received it: records grouped by trace, frames
// packed and compressed.
#pragma once
#include <string>
#include <vector>

#include "otlp/log_decode.hpp"
#include "store/frame.hpp"
#include "trace/span_batch.hpp"

namespace spanreel::trace {

/// Of one trace, repetitions included; those beyond are refused.
inline constexpr std::int64_t kMaxTraceLogs = 10'000;

/// Bytes that make_log_batch() needs, about, and not less.
std::uint64_t memory_to_make(const otlp::LogBatch& decoded);

/// `too_large` when records that belong together do not fit in a frame. `project`: the key's; empty: none.
Result<SpanBatch> make_log_batch(const otlp::LogBatch& decoded, std::string workspace, std::string project,
                                 Time received);

/// What lies in a stored log frame, as of the frame with the number `frame`.
Result<std::vector<BatchLogs>> logs_of(const store::Frame& stored, std::uint32_t frame);

}  // namespace spanreel::trace
