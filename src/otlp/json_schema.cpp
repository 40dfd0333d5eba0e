// SPDX-License-Identifier: Apache-2.0
#include "otlp/json_schema.hpp"

namespace spanreel::otlp {
namespace {

extern const JsonMessage kKeyValue;

constexpr JsonField kArrayFields[] = {{"values", 1, JsonType::message, &kAnyValue, true}};
constexpr JsonMessage kArray{kArrayFields};
constexpr JsonField kMapFields[] = {{"values", 1, JsonType::message, &kKeyValue, true}};
constexpr JsonMessage kMap{kMapFields};

constexpr JsonField kAnyValueFields[] = {
    {"stringValue", 1, JsonType::text},
    {"boolValue", 2, JsonType::boolean},
    {"intValue", 3, JsonType::varint},
    {"doubleValue", 4, JsonType::real},
    {"arrayValue", 5, JsonType::message, &kArray},
    {"kvlistValue", 6, JsonType::message, &kMap},
    {"bytesValue", 7, JsonType::base64},
};

constexpr JsonField kKeyValueFields[] = {
    {"key", 1, JsonType::text},
    {"value", 2, JsonType::message, &kAnyValue},
};
constexpr JsonMessage kKeyValue{kKeyValueFields};

constexpr JsonField kEntityFields[] = {
    {"schemaUrl", 1, JsonType::text},
    {"type", 2, JsonType::text},
    {"idKeys", 3, JsonType::text, nullptr, true},
    {"descriptionKeys", 4, JsonType::text, nullptr, true},
};
constexpr JsonMessage kEntity{kEntityFields};

constexpr JsonField kResourceFields[] = {
    {"attributes", 1, JsonType::message, &kKeyValue, true},
    {"droppedAttributesCount", 2, JsonType::varint},
    {"entityRefs", 3, JsonType::message, &kEntity, true},
};
constexpr JsonMessage kResource{kResourceFields};

constexpr JsonField kScopeFields[] = {
    {"name", 1, JsonType::text},
    {"version", 2, JsonType::text},
    {"attributes", 3, JsonType::message, &kKeyValue, true},
    {"droppedAttributesCount", 4, JsonType::varint},
};
constexpr JsonMessage kScope{kScopeFields};

constexpr JsonField kEventFields[] = {
    {"timeUnixNano", 1, JsonType::fixed64},
    {"name", 2, JsonType::text},
    {"attributes", 3, JsonType::message, &kKeyValue, true},
    {"droppedAttributesCount", 4, JsonType::varint},
};
constexpr JsonMessage kEvent{kEventFields};

constexpr JsonField kLinkFields[] = {
    {"traceId", 1, JsonType::hex},
    {"spanId", 2, JsonType::hex},
    {"traceState", 3, JsonType::text},
    {"attributes", 4, JsonType::message, &kKeyValue, true},
    {"droppedAttributesCount", 5, JsonType::varint},
    {"flags", 6, JsonType::fixed32},
};
constexpr JsonMessage kLink{kLinkFields};

constexpr JsonField kStatusFields[] = {
    {"message", 2, JsonType::text},
    {"code", 3, JsonType::status_code},
};
constexpr JsonMessage kStatus{kStatusFields};

constexpr JsonField kSpanFields[] = {
    {"traceId", 1, JsonType::hex},
    {"spanId", 2, JsonType::hex},
    {"traceState", 3, JsonType::text},
    {"parentSpanId", 4, JsonType::hex},
    {"name", 5, JsonType::text},
    {"kind", 6, JsonType::span_kind},
    {"startTimeUnixNano", 7, JsonType::fixed64},
    {"endTimeUnixNano", 8, JsonType::fixed64},
    {"attributes", 9, JsonType::message, &kKeyValue, true},
    {"droppedAttributesCount", 10, JsonType::varint},
    {"events", 11, JsonType::message, &kEvent, true},
    {"droppedEventsCount", 12, JsonType::varint},
    {"links", 13, JsonType::message, &kLink, true},
    {"droppedLinksCount", 14, JsonType::varint},
    {"status", 15, JsonType::message, &kStatus},
    {"flags", 16, JsonType::fixed32},
};
constexpr JsonMessage kSpan{kSpanFields};

constexpr JsonField kScopeSpansFields[] = {
    {"scope", 1, JsonType::message, &kScope},
    {"spans", 2, JsonType::message, &kSpan, true},
    {"schemaUrl", 3, JsonType::text},
};
constexpr JsonMessage kScopeSpans{kScopeSpansFields};

constexpr JsonField kResourceSpansFields[] = {
    {"resource", 1, JsonType::message, &kResource},
    {"scopeSpans", 2, JsonType::message, &kScopeSpans, true},
    {"schemaUrl", 3, JsonType::text},
};
constexpr JsonMessage kResourceSpans{kResourceSpansFields};

constexpr JsonField kRequestFields[] = {{"resourceSpans", 1, JsonType::message, &kResourceSpans, true}};

constexpr JsonField kLogRecordFields[] = {
    {"timeUnixNano", 1, JsonType::fixed64},
    {"severityNumber", 2, JsonType::severity_number},
    {"severityText", 3, JsonType::text},
    {"body", 5, JsonType::message, &kAnyValue},
    {"attributes", 6, JsonType::message, &kKeyValue, true},
    {"droppedAttributesCount", 7, JsonType::varint},
    {"flags", 8, JsonType::fixed32},
    {"traceId", 9, JsonType::hex},
    {"spanId", 10, JsonType::hex},
    {"observedTimeUnixNano", 11, JsonType::fixed64},
    {"eventName", 12, JsonType::text},
};
constexpr JsonMessage kLogRecord{kLogRecordFields};

constexpr JsonField kScopeLogsFields[] = {
    {"scope", 1, JsonType::message, &kScope},
    {"logRecords", 2, JsonType::message, &kLogRecord, true},
    {"schemaUrl", 3, JsonType::text},
};
constexpr JsonMessage kScopeLogs{kScopeLogsFields};

constexpr JsonField kResourceLogsFields[] = {
    {"resource", 1, JsonType::message, &kResource},
    {"scopeLogs", 2, JsonType::message, &kScopeLogs, true},
    {"schemaUrl", 3, JsonType::text},
};
constexpr JsonMessage kResourceLogs{kResourceLogsFields};

constexpr JsonField kLogsRequestFields[] = {{"resourceLogs", 1, JsonType::message, &kResourceLogs, true}};

bool same_name(std::string_view camel, std::string_view given) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    std::size_t at = 0;
    for (char c : given) {
        if (c == '_') continue;
        if (at == camel.size() || lower(camel[at]) != lower(c)) return false;
        ++at;
    }
    return at == camel.size();
}

}  // namespace

constexpr JsonMessage kAnyValue{kAnyValueFields};
constexpr JsonMessage kExportTraceRequest{kRequestFields};
constexpr JsonMessage kExportLogsRequest{kLogsRequestFields};

const JsonField* find_field(const JsonMessage& message, std::string_view name) {
    for (const JsonField& field : message.fields)
        if (same_name(field.name, name)) return &field;
    return nullptr;
}

}  // namespace spanreel::otlp
