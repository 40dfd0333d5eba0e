// SPDX-License-Identifier: Apache-2.0
#include "otlp/cut.hpp"

#include <fmt/format.h>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include <algorithm>
#include <vector>

namespace spanreel::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::pbf_writer;

/// The note names no more than this; a span with more cuts is hardly readable anyway.
constexpr std::size_t kMaxNotes = 16;
constexpr std::size_t kMaxNotedKey = 128;
/// What a value takes of the budget beside its text.
constexpr std::size_t kValueOverhead = 4;

/// At most `size` bytes, without half a UTF-8 character at the end.
std::string_view cut_text(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

/// Which fields of a message hold attributes, and which hold messages with attributes of their own.
struct Layout {
    std::uint32_t attributes;
    struct Part {
        std::uint32_t field;
        std::uint32_t attributes;
    };
    std::vector<Part> parts;
    std::uint32_t body = 0;  ///< an AnyValue; 0: none
};

class Cutter {
  public:
    explicit Cutter(const Limits& limits) : limits_(limits) {}

    std::string whole(std::string_view message, const Layout& layout) {
        std::string out = copy(message, layout);
        if (notes_.empty()) return std::string(message);
        pbf_writer(out).add_message(layout.attributes, truncated_attribute());
        return out;
    }

  private:
    std::string copy(std::string_view message, const Layout& layout) {
        std::string out;
        pbf_writer writer(out);
        pbf_reader reader(message.data(), message.size());
        std::size_t seen = 0;
        for (const char* start = message.data(); reader.next(); start = reader.data().data()) {
            if (reader.wire_type() == pbf_wire_type::length_delimited) {
                if (reader.tag() == layout.attributes) {
                    auto view = reader.get_view();
                    if (++seen <= limits_.attributes)
                        add_attribute(writer, layout.attributes, {view.data(), view.size()});
                    continue;
                }
                if (reader.tag() == layout.body) {
                    auto view = reader.get_view();
                    add_body(writer, layout.body, {view.data(), view.size()});
                    continue;
                }
                auto part = std::ranges::find(layout.parts, reader.tag(), &Layout::Part::field);
                if (part != layout.parts.end()) {
                    auto view = reader.get_view();
                    writer.add_message(part->field, copy({view.data(), view.size()}, {part->attributes, {}, 0}));
                    continue;
                }
            }
            reader.skip();
            out.append(start, reader.data().data());
        }
        if (seen > limits_.attributes) note(fmt::format("attributes: {} of {} kept", limits_.attributes, seen));
        return out;
    }

    void add_attribute(pbf_writer& writer, std::uint32_t field, std::string_view message) {
        Attribute attribute = parse_attribute(message);
        if (attribute.key.size() > limits_.attribute_bytes) {
            note(fmt::format("key of {} bytes", attribute.key.size()));
            return;
        }
        cut_ = false;
        std::size_t budget = limits_.attribute_bytes;
        std::string value = any_value(attribute.value, 0, budget);
        if (!cut_) {
            writer.add_message(field, message.data(), message.size());
            return;
        }
        note(fmt::format("value of {}", cut_text(attribute.key, kMaxNotedKey)));
        writer.add_message(field, key_value(attribute.key, value));
    }

    void add_body(pbf_writer& writer, std::uint32_t field, std::string_view message) {
        cut_ = false;
        std::size_t budget = limits_.attribute_bytes;
        std::string value = any_value(parse_value(message), 0, budget);
        if (cut_) note("body");
        if (!cut_) value = message;
        writer.add_message(field, value);
    }

    static std::string key_value(std::string_view key, const std::string& value) {
        std::string out;
        pbf_writer writer(out);
        writer.add_string(1, key.data(), key.size());
        writer.add_message(2, value);
        return out;
    }

    /// An AnyValue message that takes at most `budget` bytes of text; recursion is bounded by the nesting limit.
    std::string any_value(const Value& value, unsigned depth, std::size_t& budget) {
        std::string out;
        pbf_writer writer(out);
        switch (value.type) {
            case ValueType::none: break;
            case ValueType::text:
            case ValueType::bytes: {
                bool text = value.type == ValueType::text;
                std::string_view kept = text ? cut_text(value.data, budget) : value.data.substr(0, budget);
                cut_ |= kept.size() != value.data.size();
                spend(budget, kept.size());
                writer.add_bytes(text ? 1 : 7, kept.data(), kept.size());
                break;
            }
            case ValueType::boolean: writer.add_bool(2, value.boolean); break;
            case ValueType::integer: writer.add_int64(3, value.integer); break;
            case ValueType::real: writer.add_double(4, value.real); break;
            case ValueType::array: writer.add_message(5, container(value, depth + 1, budget)); break;
            case ValueType::map: writer.add_message(6, container(value, depth + 1, budget)); break;
        }
        return out;
    }

    /// An ArrayValue or KeyValueList message.
    std::string container(const Value& value, unsigned depth, std::size_t& budget) {
        std::string out;
        pbf_writer writer(out);
        if (depth > limits_.nesting) {
            cut_ = true;
            return out;
        }
        auto room = [&](std::size_t size) {
            cut_ |= size + kValueOverhead > budget;
            if (size + kValueOverhead > budget) return false;
            spend(budget, size + kValueOverhead);
            return true;
        };
        for (const Value& element : elements(value)) {
            if (!room(0)) break;
            writer.add_message(1, any_value(element, depth, budget));
        }
        for (const Attribute& entry : entries(value)) {
            if (!room(entry.key.size())) break;
            writer.add_message(1, key_value(entry.key, any_value(entry.value, depth, budget)));
        }
        return out;
    }

    static void spend(std::size_t& budget, std::size_t size) { budget -= std::min(budget, size); }

    void note(std::string text) {
        if (notes_.size() < kMaxNotes) notes_.push_back(std::move(text));
    }

    std::string truncated_attribute() const {
        std::string array;
        for (const std::string& text : notes_) {
            std::string element;
            pbf_writer(element).add_string(1, text);
            pbf_writer(array).add_message(1, element);
        }
        std::string value;
        pbf_writer(value).add_message(5, array);
        return key_value(kTruncatedKey, value);
    }

    const Limits& limits_;
    std::vector<std::string> notes_;
    bool cut_ = false;
};

}  // namespace

std::string cut_span(std::string_view span, const Limits& limits) {
    return Cutter(limits).whole(span, {9, {{11, 3}, {13, 4}}, 0});
}

std::string cut_resource(std::string_view resource, const Limits& limits) {
    return Cutter(limits).whole(resource, {1, {}, 0});
}

std::string cut_log(std::string_view record, const Limits& limits) { return Cutter(limits).whole(record, {6, {}, 5}); }

std::string cut_scope(std::string_view scope, const Limits& limits) { return Cutter(limits).whole(scope, {3, {}, 0}); }

}  // namespace spanreel::otlp
