// SPDX-License-Identifier: Apache-2.0
// The logs of a trace read back for the APIs. Any thread; waits for the disk.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "otlp/log_decode.hpp"
#include "store/frame.hpp"
#include "trace/recorder.hpp"

namespace spanreel::trace {

/// A log record as it was received. The views point into `frame`.
struct StoredLog {
    std::string id;            ///< hexadecimal; the same for the same bytes of the same source
    Time at{};                 ///< its time, else when it was observed, else received
    std::uint32_t number = 0;  ///< of the trace's records, in order of arrival
    otlp::LogView log;
    otlp::SourceView source;
    std::shared_ptr<const store::OwnedFrame> frame;
};

/// Each once, by time, then arrival. Those that came with a key of another project than the trace's are left out. A
/// damaged frame is logged and its records are missing.
Result<std::vector<StoredLog>> read_logs(const Recorder& recorder, const store::TraceRow& trace);

}  // namespace spanreel::trace
