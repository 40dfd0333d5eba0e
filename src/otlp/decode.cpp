// SPDX-License-Identifier: Apache-2.0
#include "otlp/decode.hpp"

#include <fmt/format.h>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>

#include <algorithm>
#include <limits>
#include <optional>

#include "otlp/cut.hpp"

namespace spanreel::otlp {
namespace {

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

std::string_view take_view(pbf_reader& reader) {
    auto view = reader.get_view();
    return {view.data(), view.size()};
}

pbf_reader reader_of(std::string_view message) { return pbf_reader(message.data(), message.size()); }

Time take_time(pbf_reader& reader) {
    constexpr std::uint64_t latest = std::numeric_limits<std::int64_t>::max();
    return from_unix_nanos(static_cast<std::int64_t>(std::min(reader.get_fixed64(), latest)));
}

bool all_zero(std::string_view id) {
    return std::ranges::all_of(id, [](char byte) { return byte == 0; });
}

struct TooManySpans {};

/// Reads messages into views and checks every byte of them, so that walking them later cannot fail.
class Decoder {
  public:
    Decoder(const Limits& limits, Batch* batch) : limits_(limits), batch_(batch) {}

    /// Where the field begins that could not be read.
    const char* position() const { return at_; }

    void request(std::string_view message) {
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() == length_field(1))
                resource_spans(take_view(reader));
            else
                reader.skip();
        }
    }

    /// Fills `span`; says why it may not be taken.
    std::optional<Rejection> span(std::string_view message, SpanView& span) {
        span.raw = message;
        over_limit_ = false;
        std::string_view trace_id, span_id, parent_id;
        std::size_t attributes = 0;
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            switch (reader.tag_and_type()) {
                case length_field(1): trace_id = take_view(reader); break;
                case length_field(2): span_id = take_view(reader); break;
                case length_field(3): span.trace_state = take_view(reader); break;
                case length_field(4): parent_id = take_view(reader); break;
                case length_field(5): span.name = take_view(reader); break;
                case varint_field(6): span.kind = kind_of(reader.get_int32()); break;
                case fixed64_field(7): span.start = take_time(reader); break;
                case fixed64_field(8): span.end = take_time(reader); break;
                case length_field(9):
                    ++attributes;
                    check_attribute(take_view(reader));
                    break;
                case length_field(11): check_part(take_view(reader), 3); break;
                case length_field(13): check_part(take_view(reader), 4); break;
                case length_field(15): status(take_view(reader), span); break;
                default: reader.skip();
            }
        }
        over_limit_ |= attributes > limits_.attributes;
        return ids(trace_id, span_id, parent_id, span);
    }

  private:
    bool next(pbf_reader& reader) {
        at_ = reader.data().data();
        return reader.next();
    }

    // The resource and the schema URL may follow the spans they belong to, so they are looked for first.
    void resource_spans(std::string_view message) {
        SourceView source;
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            switch (reader.tag_and_type()) {
                case length_field(1): source.resource = take_view(reader); break;
                case length_field(3): source.resource_schema_url = take_view(reader); break;
                default: reader.skip();
            }
        }
        if (check_part(source.resource, 1)) source.resource = keep(cut_resource(source.resource, limits_));
        reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() == length_field(2))
                scope_spans(take_view(reader), source);
            else
                reader.skip();
        }
    }

    void scope_spans(std::string_view message, SourceView source) {
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            switch (reader.tag_and_type()) {
                case length_field(1): source.scope = take_view(reader); break;
                case length_field(3): source.scope_schema_url = take_view(reader); break;
                default: reader.skip();
            }
        }
        scope(source);
        bool added = false;
        reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() != length_field(2)) {
                reader.skip();
                continue;
            }
            bool taken = add_span(take_view(reader), batch_->sources.size() - (added ? 1 : 0));
            if (taken && !added) batch_->sources.push_back(source);
            added |= taken;
        }
    }

    void scope(SourceView& source) {
        pbf_reader reader = reader_of(source.scope);
        while (next(reader)) {
            switch (reader.tag_and_type()) {
                case length_field(1): source.scope_name = take_view(reader); break;
                case length_field(2): source.scope_version = take_view(reader); break;
                default: reader.skip();
            }
        }
        if (check_part(source.scope, 3)) source.scope = keep(cut_scope(source.scope, limits_));
    }

    bool add_span(std::string_view message, std::size_t source) {
        if (++seen_ > limits_.spans) throw TooManySpans{};
        SpanView& view = batch_->spans.emplace_back();
        auto rejection = span(message, view);
        if (rejection) {
            batch_->spans.pop_back();
            ++batch_->rejected[static_cast<std::size_t>(*rejection)];
            return false;
        }
        view.source = static_cast<std::uint32_t>(source);
        if (over_limit_) view.raw = keep(cut_span(message, limits_));
        return true;
    }

    std::string_view keep(std::string bytes) { return batch_->rewritten.emplace_back(std::move(bytes)); }

    static std::optional<Rejection> ids(std::string_view trace_id, std::string_view span_id, std::string_view parent_id,
                                        SpanView& span) {
        if (trace_id.size() != 16 || all_zero(trace_id)) return Rejection::trace_id;
        if ((span_id.size() != 8 && span_id.size() != 16) || all_zero(span_id)) return Rejection::span_id;
        if (!parent_id.empty() && parent_id.size() != 8 && parent_id.size() != 16) return Rejection::parent_id;
        std::memcpy(span.trace_id.bytes.data(), trace_id.data(), 16);
        span.span_id = SpanId::from(as_bytes(span_id));
        if (!all_zero(parent_id)) span.parent_id = SpanId::from(as_bytes(parent_id));
        return std::nullopt;
    }

    static SpanKind kind_of(std::int32_t number) {
        return number >= 0 && number <= 5 ? static_cast<SpanKind>(number) : SpanKind::unspecified;
    }

    /// Of two in one span the last counts, as of all messages here.
    void status(std::string_view message, SpanView& span) {
        span.status_message = {};
        span.status = SpanStatus::unset;
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            switch (reader.tag_and_type()) {
                case length_field(2): span.status_message = take_view(reader); break;
                case varint_field(3): {
                    std::int32_t code = reader.get_int32();
                    span.status = code >= 0 && code <= 2 ? static_cast<SpanStatus>(code) : SpanStatus::unset;
                    break;
                }
                default: reader.skip();
            }
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
    Batch* batch_;
    const char* at_ = nullptr;
    std::size_t seen_ = 0;
    bool over_limit_ = false;
};

}  // namespace

EventView parse_event(std::string_view message) {
    EventView event;
    event.raw = message;
    try {
        pbf_reader reader = reader_of(message);
        while (reader.next()) {
            switch (reader.tag_and_type()) {
                case fixed64_field(1): event.time = take_time(reader); break;
                case length_field(2): event.name = take_view(reader); break;
                default: reader.skip();
            }
        }
    } catch (const protozero::exception&) {
        event.raw = {};
    }
    return event;
}

LinkView parse_link(std::string_view message) {
    LinkView link;
    link.raw = message;
    try {
        pbf_reader reader = reader_of(message);
        while (reader.next()) {
            switch (reader.tag_and_type()) {
                case length_field(1): link.trace_id = take_view(reader); break;
                case length_field(2): link.span_id = take_view(reader); break;
                case length_field(3): link.trace_state = take_view(reader); break;
                default: reader.skip();
            }
        }
    } catch (const protozero::exception&) {
        link.raw = {};
    }
    return link;
}

std::string Batch::rejected_message() const {
    static constexpr std::array<std::string_view, 3> reasons = {
        "an invalid trace id (16 bytes, not all zero)",
        "an invalid span id (8 or 16 bytes, not all zero)",
        "an invalid parent span id (none, 8 or 16 bytes)",
    };
    std::string message;
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (rejected[i] == 0) continue;
        if (!message.empty()) message += ", ";
        message += fmt::format("{} {} with {}", rejected[i], rejected[i] == 1 ? "span" : "spans", reasons[i]);
    }
    return message;
}

Result<void> decode(std::string body, const Limits& limits, Batch& into) {
    into.body = std::move(body);
    into.sources.clear();
    into.spans.clear();
    into.rewritten.clear();
    into.rejected = {};
    Decoder decoder(limits, &into);
    auto refuse = [&](Code code, std::string message) {
        into.spans.clear();
        into.sources.clear();
        return fail(code, std::move(message));
    };
    try {
        decoder.request(into.body);
    } catch (const protozero::exception&) {
        return refuse(Code::invalid,
                      fmt::format("Malformed protobuf in the field at byte {}", decoder.position() - into.body.data()));
    } catch (const TooManySpans&) {
        return refuse(Code::too_large, fmt::format("More than {} spans in one request", limits.spans));
    }
    return {};
}

Result<SpanView> parse_span(std::string_view message) {
    static constexpr Limits limits{};
    Decoder decoder(limits, nullptr);
    SpanView span;
    try {
        if (decoder.span(message, span)) return fail(Code::corrupt, "Stored span has an invalid id");
    } catch (const protozero::exception&) {
        return fail(Code::corrupt,
                    fmt::format("Stored span is malformed at byte {}", decoder.position() - message.data()));
    }
    return span;
}

SourceView parse_source(std::string_view resource, std::string_view scope) {
    SourceView source;
    source.resource = resource;
    source.scope = scope;
    std::string_view text;
    if (MessageWalker(scope, 1).next(text)) source.scope_name = text;
    if (MessageWalker(scope, 2).next(text)) source.scope_version = text;
    return source;
}

}  // namespace spanreel::otlp
