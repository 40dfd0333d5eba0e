// SPDX-License-Identifier: Apache-2.0
#include "otlp/value.hpp"

#include <protozero/exception.hpp>

namespace spanreel::otlp {
namespace {

using protozero::pbf_wire_type;
using protozero::tag_and_type;

std::string_view view_of(protozero::pbf_reader& reader) {
    auto view = reader.get_view();
    return {view.data(), view.size()};
}

void read_value(std::string_view message, Value& value) {
    protozero::pbf_reader reader(message.data(), message.size());
    auto set_data = [&](ValueType type) {
        value.type = type;
        value.data = view_of(reader);
    };
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case tag_and_type(1, pbf_wire_type::length_delimited): set_data(ValueType::text); break;
            case tag_and_type(2, pbf_wire_type::varint):
                value.type = ValueType::boolean;
                value.boolean = reader.get_bool();
                break;
            case tag_and_type(3, pbf_wire_type::varint):
                value.type = ValueType::integer;
                value.integer = reader.get_int64();
                break;
            case tag_and_type(4, pbf_wire_type::fixed64):
                value.type = ValueType::real;
                value.real = reader.get_double();
                break;
            case tag_and_type(5, pbf_wire_type::length_delimited): set_data(ValueType::array); break;
            case tag_and_type(6, pbf_wire_type::length_delimited): set_data(ValueType::map); break;
            case tag_and_type(7, pbf_wire_type::length_delimited): set_data(ValueType::bytes); break;
            default: reader.skip();
        }
    }
}

}  // namespace

Value parse_value(std::string_view message) {
    try {
        Value value;
        read_value(message, value);
        return value;
    } catch (const protozero::exception&) {
        return {};
    }
}

Attribute parse_attribute(std::string_view message) {
    Attribute attribute;
    try {
        protozero::pbf_reader reader(message.data(), message.size());
        while (reader.next()) {
            switch (reader.tag_and_type()) {
                case tag_and_type(1, pbf_wire_type::length_delimited): attribute.key = view_of(reader); break;
                case tag_and_type(2, pbf_wire_type::length_delimited):
                    attribute.value = {};
                    read_value(view_of(reader), attribute.value);
                    break;
                default: reader.skip();
            }
        }
    } catch (const protozero::exception&) {
        attribute.value = {};
    }
    return attribute;
}

bool MessageWalker::next(std::string_view& into) noexcept {
    try {
        while (reader_.next(field_, pbf_wire_type::length_delimited)) {
            into = view_of(reader_);
            return true;
        }
    } catch (const protozero::exception&) {
        reader_ = {};
    }
    return false;
}

Values elements(const Value& array) { return {array.type == ValueType::array ? array.data : std::string_view{}, 1}; }

Attributes entries(const Value& map) { return {map.type == ValueType::map ? map.data : std::string_view{}, 1}; }

}  // namespace spanreel::otlp
