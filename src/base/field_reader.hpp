// SPDX-License-Identifier: Apache-2.0
// Reading protobuf messages of our own that were stored and may be damaged. Throws protozero::exception, and nothing
// else, on whatever does not fit: catch it where the message begins.
#pragma once
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>

#include <cstdint>
#include <string>

namespace spanreel {

/// A pbf_reader whose getters throw when the stored field is of another wire type, where protozero only asserts.
class FieldReader : private protozero::pbf_reader {
  public:
    explicit FieldReader(protozero::data_view bytes) : pbf_reader(bytes) {}

    using pbf_reader::next;
    using pbf_reader::skip;
    using pbf_reader::tag;

    bool get_bool() { return expect(Wire::varint), pbf_reader::get_bool(); }
    std::uint32_t get_uint32() { return expect(Wire::varint), pbf_reader::get_uint32(); }
    std::uint64_t get_uint64() { return expect(Wire::varint), pbf_reader::get_uint64(); }
    std::int64_t get_sint64() { return expect(Wire::varint), pbf_reader::get_sint64(); }
    double get_double() { return expect(Wire::fixed64), pbf_reader::get_double(); }
    std::uint64_t get_fixed64() { return expect(Wire::fixed64), pbf_reader::get_fixed64(); }
    std::int64_t get_sfixed64() { return expect(Wire::fixed64), pbf_reader::get_sfixed64(); }
    protozero::data_view get_view() { return expect(Wire::length_delimited), pbf_reader::get_view(); }
    std::string get_string() { return std::string(get_view()); }
    FieldReader get_message() { return FieldReader(get_view()); }

  private:
    using Wire = protozero::pbf_wire_type;
    void expect(Wire type) const {
        if (wire_type() != type) throw protozero::unknown_pbf_wire_type_exception();
    }
};

}  // namespace spanreel
