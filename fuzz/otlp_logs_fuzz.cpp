// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as an ExportLogsServiceRequest, through packing into frames and reading them back. The first byte
// chooses between the default limits and ones so small that most records are cut.
#include "require.hpp"
#include "trace/log_batch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace spanreel;
    if (size == 0) return 0;
    otlp::Limits limits;
    if (data[0] & 1) limits = {.spans = 50, .attribute_bytes = 16, .attributes = 3, .nesting = 2};
    otlp::LogBatch decoded;
    auto result = otlp::decode_logs(std::string(reinterpret_cast<const char*>(data + 1), size - 1), limits, decoded);
    require(result || decoded.records.empty());
    for (const otlp::LogView& log : decoded.records) {
        auto again = otlp::parse_log(log.raw);
        require(again.has_value());
        require(again->trace_id == log.trace_id && again->span_id == log.span_id);
    }
    auto batch = trace::make_log_batch(decoded, "w", "", Time{});
    require(batch.has_value());
    std::size_t records = 0;
    for (std::uint32_t frame = 0; frame < batch->frames.size(); ++frame) {
        auto stored = store::decode_frame(batch->frames[frame].payload);
        require(stored.has_value());
        auto logs = trace::logs_of((*stored)->frame, frame);
        require(logs.has_value());
        for (const trace::BatchLogs& part : *logs) records += part.records;
    }
    require(records == decoded.records.size());
    return 0;
}
