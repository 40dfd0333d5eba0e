// SPDX-License-Identifier: Apache-2.0
// Reading of OTLP messages that may be malformed: fields, and a check of every byte of attributes and values, so that
// walking them later cannot fail. Private to the decoders. Throws protozero::exception at what is malformed.
#pragma once
#include <protozero/pbf_reader.hpp>

#include <algorithm>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.hpp"
#include "otlp/cut.hpp"
#include "otlp/decode.hpp"

namespace spanreel::otlp {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr std::uint32_t length_field(std::uint32_t number) {
    return protozero::tag_and_type(number, pbf_wire_type::length_delimited);
}
constexpr std::uint32_t varint_field(std::uint32_t number) {
    return protozero::tag_and_type(number, pbf_wire_type::varint);
}
constexpr std::uint32_t fixed64_field(std::uint32_t number) {
    return protozero::tag_and_type(number, pbf_wire_type::fixed64);
}

inline std::string_view take_view(pbf_reader& reader) {
    auto view = reader.get_view();
    return {view.data(), view.size()};
}

inline pbf_reader reader_of(std::string_view message) { return pbf_reader(message.data(), message.size()); }

inline Time take_time(pbf_reader& reader) {
    constexpr std::uint64_t latest = std::numeric_limits<std::int64_t>::max();
    return from_unix_nanos(static_cast<std::int64_t>(std::min(reader.get_fixed64(), latest)));
}

inline bool all_zero(std::string_view id) {
    return std::ranges::all_of(id, [](char byte) { return byte == 0; });
}

class MessageCheck {
  public:
    explicit MessageCheck(const Limits& limits) : limits_(limits) {}

    /// Where the field begins that could not be read.
    const char* position() const { return at_; }

  protected:
    bool next(pbf_reader& reader) {
        at_ = reader.data().data();
        return reader.next();
    }

    /// ResourceSpans or ResourceLogs: `scope(message, source)` for each message of a scope in it. The resource and the
    /// schema URL may follow the scopes they belong to, so they are looked for first.
    template <class Scope>
    void resource(std::string_view message, std::deque<std::string>& rewritten, Scope scope) {
        SourceView source;
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            switch (reader.tag_and_type()) {
                case length_field(1): source.resource = take_view(reader); break;
                case length_field(3): source.resource_schema_url = take_view(reader); break;
                default: reader.skip();
            }
        }
        if (check_part(source.resource, 1))
            source.resource = rewritten.emplace_back(cut_resource(source.resource, limits_));
        reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() == length_field(2))
                scope(take_view(reader), source);
            else
                reader.skip();
        }
    }

    /// A resource, scope, event or link, whose attributes are in `field`. Returns whether it is over a limit, which
    /// also marks the span at hand.
    bool check_part(std::string_view message, std::uint32_t field) {
        bool before = std::exchange(over_limit_, false);
        std::size_t attributes = 0;
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() == length_field(field)) {
                ++attributes;
                check_attribute(take_view(reader));
            } else {
                reader.skip();
            }
        }
        bool over = over_limit_ || attributes > limits_.attributes;
        over_limit_ = before || over;
        return over;
    }

    void check_attribute(std::string_view message) {
        over_limit_ |= message.size() > limits_.attribute_bytes;
        check_key_value(message, 0);
    }

    void check_key_value(std::string_view message, unsigned depth) {
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() == length_field(2))
                check_value(take_view(reader), depth);
            else
                reader.skip();
        }
    }

    /// Recursion is bounded by the nesting limit; what lies deeper will be cut and is not looked at.
    void check_value(std::string_view message, unsigned depth) {
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            std::uint32_t field = reader.tag_and_type();
            if (field == length_field(5) || field == length_field(6))
                check_container(take_view(reader), depth + 1, field == length_field(6));
            else
                reader.skip();
        }
    }

    void check_container(std::string_view message, unsigned depth, bool map) {
        if (depth > limits_.nesting) {
            over_limit_ = true;
            return;
        }
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() != length_field(1))
                reader.skip();
            else if (map)
                check_key_value(take_view(reader), depth);
            else
                check_value(take_view(reader), depth);
        }
    }

    const Limits& limits_;
    bool over_limit_ = false;  ///< of the message at hand

  private:
    const char* at_ = nullptr;
};

}  // namespace spanreel::otlp
