// SPDX-License-Identifier: Apache-2.0
// Builds ExportLogsServiceRequest bytes for tests and fuzzing corpora.
#pragma once
#include "otlp/request_builder.hpp"

namespace spanreel::otlp {

struct LogInput {
    std::string trace_id = std::string(15, '\0') + '\x01';  ///< raw bytes
    std::string span_id{};
    std::uint64_t time = 0;  ///< ns
    std::uint64_t observed = 0;
    int severity_number = 0;
    std::string severity_text{};
    ValueInput body = std::string("log");
    std::vector<AttributeInput> attributes{};
    std::uint32_t dropped_attributes = 0;
    std::uint32_t flags = 0;
    std::string event_name{};
};

inline std::string encode_log(const LogInput& log) {
    std::string out;
    protozero::pbf_writer writer(out);
    writer.add_fixed64(1, log.time);
    writer.add_enum(2, log.severity_number);
    writer.add_string(3, log.severity_text);
    writer.add_message(5, encode_value(log.body));
    for (const AttributeInput& attribute : log.attributes) writer.add_message(6, encode_attribute(attribute));
    writer.add_uint32(7, log.dropped_attributes);
    writer.add_fixed32(8, log.flags);
    writer.add_bytes(9, log.trace_id);
    writer.add_bytes(10, log.span_id);
    writer.add_fixed64(11, log.observed);
    writer.add_string(12, log.event_name);
    return out;
}

/// All of one resource and one scope.
inline std::string encode_logs(const std::vector<LogInput>& logs, const std::string& service = "test") {
    std::string scope_logs, resource, resource_logs, request;
    protozero::pbf_writer scope_writer(scope_logs);
    for (const LogInput& log : logs) scope_writer.add_message(2, encode_log(log));
    protozero::pbf_writer(resource).add_message(1, encode_attribute({"service.name", service}));
    protozero::pbf_writer resource_writer(resource_logs);
    resource_writer.add_message(1, resource);
    resource_writer.add_message(2, scope_logs);
    protozero::pbf_writer(request).add_message(1, resource_logs);
    return request;
}

}  // namespace spanreel::otlp
