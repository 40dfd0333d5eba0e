// SPDX-License-Identifier: Apache-2.0
#include "otlp/json_writer.hpp"

#include <fmt/format.h>
#include <protozero/pbf_reader.hpp>

#include <cmath>

#include "base/encoding.hpp"
#include "base/json_string.hpp"
#include "otlp/json.hpp"
#include "otlp/json_schema.hpp"

namespace spanreel::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}

    /// False when values nest too deep.
    bool message(const JsonMessage& type, std::string_view bytes) {
        const bool value = &type == &kAnyValue;
        if (value && ++nesting_ > kMaxJsonValueNesting) return false;
        out_ += '{';
        const std::size_t begin = out_.size();
        // Of a value that holds several, the last one counts.
        const JsonField* only = value ? last_field(type, bytes) : nullptr;
        for (const JsonField& field : type.fields)
            if ((!value || &field == only) && !member(type, field, bytes, begin)) return false;
        out_ += '}';
        if (value) --nesting_;
        return true;
    }

  private:
    static pbf_wire_type wire_type(JsonType type) {
        switch (type) {
            case JsonType::boolean:
            case JsonType::varint:
            case JsonType::span_kind:
            case JsonType::severity_number:
            case JsonType::status_code: return pbf_wire_type::varint;
            case JsonType::fixed32: return pbf_wire_type::fixed32;
            case JsonType::fixed64:
            case JsonType::real: return pbf_wire_type::fixed64;
            default: return pbf_wire_type::length_delimited;
        }
    }

    static const JsonField* last_field(const JsonMessage& type, std::string_view bytes) {
        const JsonField* last = nullptr;
        for (pbf_reader reader(bytes.data(), bytes.size()); reader.next(); reader.skip())
            for (const JsonField& field : type.fields)
                if (reader.tag() == field.number && reader.wire_type() == wire_type(field.type)) last = &field;
        return last;
    }

    bool member(const JsonMessage& type, const JsonField& field, std::string_view bytes, std::size_t begin) {
        const std::size_t before = out_.size();
        std::size_t count = 0;
        pbf_reader reader(bytes.data(), bytes.size());
        while (reader.next(field.number, wire_type(field.type))) {
            if (field.repeated && count > 0) {
                out_ += ',';
            } else {
                out_.resize(before);  // of one that is not repeated, the last counts
                if (before > begin) out_ += ',';
                fmt::format_to(std::back_inserter(out_), "\"{}\":{}", field.name, field.repeated ? "[" : "");
            }
            ++count;
            if (!item(type, field, reader)) return false;
        }
        if (field.repeated && count > 0) out_ += ']';
        return true;
    }

    bool item(const JsonMessage& type, const JsonField& field, pbf_reader& reader) {
        switch (field.type) {
            case JsonType::message: return message(*field.message, view_of(reader));
            case JsonType::text: append_json_string(out_, to_utf8(view_of(reader))); break;
            case JsonType::hex: quoted(to_hex(as_bytes(view_of(reader)))); break;
            case JsonType::base64: quoted(to_base64(as_bytes(view_of(reader)))); break;
            case JsonType::boolean: out_ += reader.get_bool() ? "true" : "false"; break;
            case JsonType::varint:
                // 64-bit integers are texts, so that JavaScript keeps them whole.
                if (&type == &kAnyValue)
                    quoted(fmt::to_string(reader.get_int64()));
                else
                    out_ += fmt::to_string(reader.get_uint32());
                break;
            case JsonType::span_kind:
            case JsonType::severity_number:
            case JsonType::status_code: out_ += fmt::to_string(reader.get_int32()); break;
            case JsonType::fixed32: out_ += fmt::to_string(reader.get_fixed32()); break;
            case JsonType::fixed64: quoted(fmt::to_string(reader.get_fixed64())); break;
            case JsonType::real: real(reader.get_double()); break;
        }
        return true;
    }

    static std::string_view view_of(pbf_reader& reader) {
        const auto view = reader.get_view();
        return {view.data(), view.size()};
    }

    void quoted(std::string_view plain) {
        out_ += '"';
        out_ += plain;
        out_ += '"';
    }

    /// The shortest decimal that reads back the same.
    void real(double number) {
        if (std::isnan(number)) return quoted("NaN");
        if (std::isinf(number)) return quoted(number > 0 ? "Infinity" : "-Infinity");
        if (number == 0 && std::signbit(number)) {
            out_ += "-0.0";  // as -0 it would be an integer, which has no sign
            return;
        }
        fmt::format_to(std::back_inserter(out_), "{}", number);
    }

    std::string& out_;
    unsigned nesting_ = 0;
};

}  // namespace

Result<void> append_json_from_protobuf(std::string& out, std::string_view request) {
    try {
        if (Writer(out).message(kExportTraceRequest, request)) return {};
        return fail(Code::corrupt, "values are nested too deep");
    } catch (const protozero::exception& error) {
        return fail(Code::corrupt, fmt::format("malformed protobuf: {}", error.what()));
    }
}

}  // namespace spanreel::otlp
