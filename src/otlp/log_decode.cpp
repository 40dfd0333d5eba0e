// SPDX-License-Identifier: Apache-2.0
#include "otlp/log_decode.hpp"

#include <fmt/format.h>
#include <protozero/exception.hpp>

#include "otlp/cut.hpp"
#include "otlp/message_check.hpp"

namespace spanreel::otlp {
namespace {

constexpr std::uint32_t fixed32_field(std::uint32_t number) {
    return protozero::tag_and_type(number, pbf_wire_type::fixed32);
}

struct TooManyRecords {};

std::optional<Time> take_known_time(pbf_reader& reader) {
    const Time time = take_time(reader);
    return time == Time{} ? std::nullopt : std::optional(time);
}

class LogDecoder : public MessageCheck {
  public:
    LogDecoder(const Limits& limits, LogBatch* batch) : MessageCheck(limits), batch_(batch) {}

    void request(std::string_view message) {
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() == length_field(1))
                resource(take_view(reader), batch_->rewritten,
                         [this](std::string_view records, const SourceView& source) { scope_logs(records, source); });
            else
                reader.skip();
        }
    }

    /// Fills `log`; says why it may not be taken.
    std::optional<LogRejection> record(std::string_view message, LogView& log) {
        log.raw = message;
        over_limit_ = false;
        std::string_view trace_id, span_id;
        std::size_t attributes = 0;
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            switch (reader.tag_and_type()) {
                case fixed64_field(1): log.time = take_known_time(reader); break;
                case varint_field(2): log.severity_number = reader.get_int32(); break;
                case length_field(3): log.severity_text = take_view(reader); break;
                case length_field(5): body(take_view(reader), log); break;
                case length_field(6):
                    ++attributes;
                    check_attribute(take_view(reader));
                    break;
                case varint_field(7): log.dropped_attributes = reader.get_uint32(); break;
                case fixed32_field(8): log.flags = reader.get_fixed32(); break;
                case length_field(9): trace_id = take_view(reader); break;
                case length_field(10): span_id = take_view(reader); break;
                case fixed64_field(11): log.observed = take_known_time(reader); break;
                case length_field(12): log.event_name = take_view(reader); break;
                default: reader.skip();
            }
        }
        over_limit_ |= attributes > limits_.attributes;
        return ids(trace_id, span_id, log);
    }

  private:
    void scope_logs(std::string_view message, SourceView source) {
        pbf_reader reader = reader_of(message);
        while (next(reader)) {
            switch (reader.tag_and_type()) {
                case length_field(1): source.scope = take_view(reader); break;
                case length_field(3): source.scope_schema_url = take_view(reader); break;
                default: reader.skip();
            }
        }
        if (check_part(source.scope, 3)) source.scope = keep(cut_scope(source.scope, limits_));
        const std::size_t before = batch_->records.size();
        reader = reader_of(message);
        while (next(reader)) {
            if (reader.tag_and_type() == length_field(2))
                add_record(take_view(reader));
            else
                reader.skip();
        }
        if (batch_->records.size() > before) batch_->sources.push_back(source);
    }

    /// Of the source that is added behind its records.
    void add_record(std::string_view message) {
        if (++seen_ > limits_.spans) throw TooManyRecords{};
        LogView& log = batch_->records.emplace_back();
        if (auto rejection = record(message, log)) {
            batch_->records.pop_back();
            ++batch_->rejected[static_cast<std::size_t>(*rejection)];
            return;
        }
        log.source = static_cast<std::uint32_t>(batch_->sources.size());
        if (over_limit_) log.raw = keep(cut_log(message, limits_));
    }

    void body(std::string_view message, LogView& log) {
        over_limit_ |= message.size() > limits_.attribute_bytes;
        check_value(message, 0);
        log.body = parse_value(message);
    }

    std::string_view keep(std::string bytes) { return batch_->rewritten.emplace_back(std::move(bytes)); }

    static std::optional<LogRejection> ids(std::string_view trace_id, std::string_view span_id, LogView& log) {
        if (trace_id.size() != log.trace_id.bytes.size() || all_zero(trace_id)) return LogRejection::trace_id;
        if (!span_id.empty() && span_id.size() != 8 && span_id.size() != 16) return LogRejection::span_id;
        std::ranges::copy(as_bytes(trace_id), log.trace_id.bytes.begin());
        if (!all_zero(span_id)) log.span_id = SpanId::from(as_bytes(span_id));
        return std::nullopt;
    }

    LogBatch* batch_;
    std::size_t seen_ = 0;
};

}  // namespace

std::string LogBatch::rejected_message() const {
    static constexpr std::array<std::string_view, 2> reasons = {
        "no valid trace id (16 bytes, not all zero): only logs of traces are kept",
        "an invalid span id (none, 8 or 16 bytes)",
    };
    std::string message;
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        if (rejected[i] == 0) continue;
        if (!message.empty()) message += ", ";
        message += fmt::format("{} log {} with {}", rejected[i], rejected[i] == 1 ? "record" : "records", reasons[i]);
    }
    return message;
}

Result<void> decode_logs(std::string body, const Limits& limits, LogBatch& into) {
    into = {};
    into.body = std::move(body);
    LogDecoder decoder(limits, &into);
    auto refuse = [&](Code code, std::string message) {
        into.records.clear();
        into.sources.clear();
        return fail(code, std::move(message));
    };
    try {
        decoder.request(into.body);
    } catch (const protozero::exception&) {
        return refuse(Code::invalid,
                      fmt::format("Malformed protobuf in the field at byte {}", decoder.position() - into.body.data()));
    } catch (const TooManyRecords&) {
        return refuse(Code::too_large, fmt::format("More than {} log records in one request", limits.spans));
    }
    return {};
}

Result<LogView> parse_log(std::string_view message) {
    static constexpr Limits limits{};
    LogDecoder decoder(limits, nullptr);
    LogView log;
    try {
        if (decoder.record(message, log)) return fail(Code::corrupt, "Stored log record has an invalid id");
    } catch (const protozero::exception&) {
        return fail(Code::corrupt,
                    fmt::format("Stored log record is malformed at byte {}", decoder.position() - message.data()));
    }
    return log;
}

}  // namespace spanreel::otlp
