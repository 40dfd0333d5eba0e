// SPDX-License-Identifier: Apache-2.0
// Builds ExportTraceServiceRequest bytes for tests, benchmarks and fuzzing corpora.
#pragma once
#include <protozero/pbf_writer.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace spanreel::otlp {

/// A value that is already an encoded AnyValue message.
struct EncodedValue {
    std::string bytes;
};

using ValueInput = std::variant<std::string, bool, std::int64_t, double, std::vector<std::string>, EncodedValue>;

struct AttributeInput {
    AttributeInput(std::string_view name, const char* text) : key(name), value(std::string(text)) {}
    AttributeInput(std::string_view name, std::string text) : key(name), value(std::move(text)) {}
    AttributeInput(std::string_view name, bool flag) : key(name), value(flag) {}
    AttributeInput(std::string_view name, int number) : key(name), value(std::int64_t{number}) {}
    AttributeInput(std::string_view name, std::int64_t number) : key(name), value(number) {}
    AttributeInput(std::string_view name, double number) : key(name), value(number) {}
    AttributeInput(std::string_view name, std::vector<std::string> list) : key(name), value(std::move(list)) {}
    AttributeInput(std::string_view name, EncodedValue encoded) : key(name), value(std::move(encoded)) {}

    std::string key;
    ValueInput value;
};

struct SpanInput {
    std::string trace_id = std::string(15, '\0') + '\x01';  ///< raw bytes
    std::string span_id = std::string(7, '\0') + '\x01';
    std::string parent_id{};
    std::string name = "span";
    int kind = 1;
    std::uint64_t start = 1'760'000'000'000'000'000;  ///< ns
    std::uint64_t end = 1'760'000'001'000'000'000;    ///< ns
    int status = 0;
    std::vector<AttributeInput> attributes{};
    std::vector<AttributeInput> event{};  ///< attributes of one event; none when empty
};

inline std::string encode_value(const ValueInput& value) {
    std::string out;
    protozero::pbf_writer writer(out);
    if (auto* text = std::get_if<std::string>(&value)) writer.add_string(1, *text);
    if (auto* flag = std::get_if<bool>(&value)) writer.add_bool(2, *flag);
    if (auto* number = std::get_if<std::int64_t>(&value)) writer.add_int64(3, *number);
    if (auto* number = std::get_if<double>(&value)) writer.add_double(4, *number);
    if (auto* encoded = std::get_if<EncodedValue>(&value)) return encoded->bytes;
    if (auto* list = std::get_if<std::vector<std::string>>(&value)) {
        std::string array;
        for (const std::string& item : *list) protozero::pbf_writer(array).add_message(1, encode_value(item));
        writer.add_message(5, array);
    }
    return out;
}

inline std::string encode_attribute(const AttributeInput& attribute) {
    std::string out;
    protozero::pbf_writer writer(out);
    writer.add_string(1, attribute.key);
    writer.add_message(2, encode_value(attribute.value));
    return out;
}

inline std::string encode_span(const SpanInput& span) {
    std::string out;
    protozero::pbf_writer writer(out);
    writer.add_bytes(1, span.trace_id);
    writer.add_bytes(2, span.span_id);
    if (!span.parent_id.empty()) writer.add_bytes(4, span.parent_id);
    writer.add_string(5, span.name);
    writer.add_enum(6, span.kind);
    writer.add_fixed64(7, span.start);
    writer.add_fixed64(8, span.end);
    for (const AttributeInput& attribute : span.attributes) writer.add_message(9, encode_attribute(attribute));
    if (!span.event.empty()) {
        protozero::pbf_writer event(writer, 11);
        event.add_fixed64(1, span.start);
        event.add_string(2, "event");
        for (const AttributeInput& attribute : span.event) event.add_message(3, encode_attribute(attribute));
    }
    if (span.status != 0) {
        protozero::pbf_writer status(writer, 15);
        status.add_string(2, "status message");
        status.add_enum(3, span.status);
    }
    return out;
}

/// One resource and one scope with the spans.
inline std::string encode_request(const std::vector<SpanInput>& spans, const std::vector<AttributeInput>& resource = {},
                                  std::string_view scope_name = "test") {
    std::string out;
    protozero::pbf_writer request(out);
    protozero::pbf_writer resource_spans(request, 1);
    {
        protozero::pbf_writer message(resource_spans, 1);
        for (const AttributeInput& attribute : resource) message.add_message(1, encode_attribute(attribute));
    }
    protozero::pbf_writer scope_spans(resource_spans, 2);
    {
        protozero::pbf_writer scope(scope_spans, 1);
        scope.add_string(1, scope_name.data(), scope_name.size());
        scope.add_string(2, "1.2.3");
    }
    for (const SpanInput& span : spans) scope_spans.add_message(2, encode_span(span));
    scope_spans.add_string(3, "https://opentelemetry.io/schemas/1.37.0");
    scope_spans.commit();
    resource_spans.commit();
    return out;
}

}  // namespace spanreel::otlp
