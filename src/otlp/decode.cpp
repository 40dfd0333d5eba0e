// SPDX-License-Identifier: Apache-2.0
#include "otlp/decode.hpp"

#include <fmt/format.h>
#include <protozero/exception.hpp>

#include <algorithm>
#include <optional>

#include "otlp/cut.hpp"
#include "otlp/message_check.hpp"

namespace spanreel::otlp {
namespace {

struct TooManySpans {};

/// Reads messages into views and checks every byte of them, so that walking them later cannot fail.
class Decoder : public MessageCheck {
  public:
    Decoder(const Limits& limits, Batch* batch) : MessageCheck(limits), batch_(batch) {}

    void request(std::string_view message) {
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() == length_field(1))
                resource(take_view(reader), batch_->rewritten,
                         [this](std::string_view spans, const SourceView& source) { scope_spans(spans, source); });
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

    Batch* batch_;
    std::size_t seen_ = 0;
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
