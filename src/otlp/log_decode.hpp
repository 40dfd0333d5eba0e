// SPDX-License-Identifier: Apache-2.0
// ExportLogsServiceRequest (opentelemetry-proto collector/logs/v1) read in place, by the rules of decode.hpp. Only
// records that name their trace are taken.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/span.hpp"
#include "otlp/decode.hpp"
#include "otlp/value.hpp"

namespace spanreel::otlp {

struct LogView {
    TraceId trace_id;
    SpanId span_id;            ///< empty: of no span. All zero on the wire counts as empty
    std::uint32_t source = 0;  ///< index into LogBatch::sources
    std::optional<Time> time;  ///< as sent, at most the year 2262; 0 on the wire is none
    std::optional<Time> observed;
    std::int32_t severity_number = 0;
    std::string_view severity_text;
    std::string_view event_name;
    Value body;
    std::uint32_t dropped_attributes = 0;
    std::uint32_t flags = 0;
    std::string_view raw;  ///< the LogRecord message, verbatim unless it was cut

    Attributes attributes() const { return {raw, 6}; }
};

/// Why a record was not taken.
enum class LogRejection : std::uint8_t { trace_id, span_id };

struct LogBatch {
    std::string body;
    std::vector<SourceView> sources;  ///< only those with records
    std::vector<LogView> records;
    std::deque<std::string> rewritten;        ///< bytes of what was cut
    std::array<std::uint32_t, 2> rejected{};  ///< by LogRejection

    std::uint32_t rejected_count() const { return rejected[0] + rejected[1]; }
    /// One sentence for partial_success; empty when nothing was rejected.
    std::string rejected_message() const;
};

/// Replaces what `into` held. After an error `into` holds no records. Limits::spans bounds the records.
Result<void> decode_logs(std::string body, const Limits& limits, LogBatch& into);

/// One stored LogRecord message. `corrupt` when it is malformed or lacks valid ids.
Result<LogView> parse_log(std::string_view message);

}  // namespace spanreel::otlp
