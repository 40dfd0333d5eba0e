// SPDX-License-Identifier: Apache-2.0
// The messages of ExportTraceServiceRequest and ExportLogsServiceRequest as OTLP/JSON names their fields
// (opentelemetry-proto trace/v1, logs/v1, common/v1, resource/v1), read by json.cpp and written by json_writer.cpp.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace spanreel::otlp {

enum class JsonType : std::uint8_t {
    message,
    text,
    hex,     ///< an id
    base64,  ///< other bytes
    boolean,
    varint,  ///< any integer that protobuf sends as a varint
    fixed32,
    fixed64,
    real,
    span_kind,
    severity_number,
    status_code,
};

struct JsonMessage;

struct JsonField {
    std::string_view name;  ///< lowerCamelCase
    std::uint32_t number;
    JsonType type;
    const JsonMessage* message = nullptr;
    bool repeated = false;
};

struct JsonMessage {
    std::span<const JsonField> fields;
};

/// The root: ExportTraceServiceRequest.
extern const JsonMessage kExportTraceRequest;
/// And of logs: ExportLogsServiceRequest.
extern const JsonMessage kExportLogsRequest;
/// AnyValue: where nesting is counted.
extern const JsonMessage kAnyValue;

/// Case and underscores are ignored, so `trace_id` and `traceId` are one. nullptr: unknown.
const JsonField* find_field(const JsonMessage& message, std::string_view name);

}  // namespace spanreel::otlp
