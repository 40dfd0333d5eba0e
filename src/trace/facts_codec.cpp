// SPDX-License-Identifier: Apache-2.0
#include "trace/facts_codec.hpp"

#include <fmt/format.h>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include <array>

namespace spanreel::trace {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::pbf_writer;

enum Field : std::uint32_t {
    // Plain facts: of frames that an earlier version wrote, but for a name that a convention gave.
    kTraceId = 1,
    kSpanId = 2,
    kParentId = 3,
    kStart = 4,
    kLength = 5,  // end - start
    kStatus = 6,
    kContentSize = 9,
    kContentDigest = 10,
    kName = 11,

    kClass = 7,
    kMapping = 8,
    kOperation = 12,
    kKeyClass = 13,
    kSessionKey = 14,
    kSessionId = 15,
    kConversationId = 16,
    kProject = 17,
    kUser = 18,
    kTag = 19,
    kProvider = 20,
    kRequestModel = 21,
    kResponseModel = 22,
    kUsage = 23,  // packed, in the order of struct Usage
    kCost = 24,   // packed: source, input, output, total, price date
    kStreamSession = 25,
    kTitle = 26,
    kClient = 27,
    kRepo = 28,
    kActor = 29,
};

constexpr std::int64_t kLastDate = 9999'12'31;

struct TextField {
    Field number;
    std::string SpanFacts::* text;
};
constexpr TextField kTexts[] = {
    {kOperation, &SpanFacts::operation},
    {kSessionKey, &SpanFacts::session_key},
    {kSessionId, &SpanFacts::session_id},
    {kConversationId, &SpanFacts::conversation_id},
    {kProject, &SpanFacts::project},
    {kUser, &SpanFacts::user},
    {kProvider, &SpanFacts::provider},
    {kRequestModel, &SpanFacts::request_model},
    {kResponseModel, &SpanFacts::response_model},
    {kStreamSession, &SpanFacts::stream_session},
    {kTitle, &SpanFacts::title},
    {kClient, &SpanFacts::client},
    {kRepo, &SpanFacts::repo},
    {kActor, &SpanFacts::actor},
};

void put_nonzero(pbf_writer& writer, Field field, std::uint64_t number) {
    if (number != 0) writer.add_uint64(field, number);
}

/// Bytes that are well-formed protobuf and yet no facts of ours.
struct BadFacts {
    std::string_view what;
};

std::string_view view_of(pbf_reader& reader) {
    auto view = reader.get_view();
    return {view.data(), view.size()};
}

template <class Enum>
Enum enum_of(pbf_reader& reader, Enum last) {
    std::uint64_t number = reader.get_uint64();
    if (number > static_cast<std::uint64_t>(last)) throw BadFacts{"an unknown enum value"};
    return static_cast<Enum>(number);
}

std::uint32_t small_number(pbf_reader& reader, std::uint32_t most) {
    std::uint64_t number = reader.get_uint64();
    if (number > most) throw BadFacts{"a number out of range"};
    return static_cast<std::uint32_t>(number);
}

SpanId span_id_of(pbf_reader& reader) {
    std::string_view bytes = view_of(reader);
    if (bytes.size() != 8 && bytes.size() != 16) throw BadFacts{"a span id of a wrong size"};
    return SpanId::from(as_bytes(bytes));
}

/// Values from 0 to `most`; what a later version adds behind them is ignored.
template <std::size_t Count>
std::array<std::int64_t, Count> packed(pbf_reader& reader, std::int64_t most) {
    std::array<std::int64_t, Count> values{};
    std::size_t count = 0;
    for (std::int64_t value : reader.get_packed_int64()) {
        if (count == Count) break;
        if (value < 0 || value > most) throw BadFacts{"an amount out of range"};
        values[count++] = value;
    }
    return values;
}

Usage usage_of(pbf_reader& reader) {
    auto [fresh, cache_read, cache_write, audio_in, text, reasoning, audio_out] = packed<7>(reader, kMaxSpanTokens);
    return {fresh, cache_read, cache_write, audio_in, text, reasoning, audio_out};
}

SpanCost cost_of_bytes(pbf_reader& reader) {
    auto [source, input, output, total, date] = packed<5>(reader, kMaxSpanCost);
    if (source > static_cast<std::int64_t>(CostSource::computed)) throw BadFacts{"an unknown cost source"};
    if (date > kLastDate) throw BadFacts{"a date out of range"};
    if (source == 0) return {};
    return {static_cast<CostSource>(source), input, output, total, static_cast<std::uint32_t>(date)};
}

/// Damaged numbers may wrap.
Time later(Time time, std::uint64_t nanos) {
    return from_unix_nanos(static_cast<std::int64_t>(static_cast<std::uint64_t>(to_unix_nanos(time)) + nanos));
}

bool read_text(pbf_reader& reader, SpanFacts& facts) {
    for (const TextField& field : kTexts) {
        if (reader.tag() != field.number) continue;
        (facts.*field.text).assign(view_of(reader));
        return true;
    }
    return false;
}

void read_length_delimited(pbf_reader& reader, SpanFacts& facts) {
    switch (reader.tag()) {
        case kTraceId: {
            std::string_view id = view_of(reader);
            if (id.size() != 16) throw BadFacts{"a trace id of a wrong size"};
            std::ranges::copy(as_bytes(id), facts.trace_id.bytes.begin());
            break;
        }
        case kSpanId: facts.span_id = span_id_of(reader); break;
        case kParentId: facts.parent_id = span_id_of(reader); break;
        case kName: facts.name.assign(view_of(reader)); break;
        case kTag: facts.tags.emplace_back(view_of(reader)); break;
        case kUsage: facts.usage = usage_of(reader); break;
        case kCost: facts.cost = cost_of_bytes(reader); break;
        default:
            if (!read_text(reader, facts)) reader.skip();
    }
}

void read_varint(pbf_reader& reader, SpanFacts& facts) {
    switch (reader.tag()) {
        case kLength: facts.end = later(facts.start, reader.get_uint64()); break;
        case kStatus: facts.status = enum_of(reader, SpanStatus::error); break;
        case kClass: facts.span_class = enum_of(reader, SpanClass::agent); break;
        case kKeyClass: facts.key_class = enum_of(reader, KeyClass::product); break;
        case kMapping: facts.mapping_version = static_cast<std::uint16_t>(small_number(reader, 0xFFFF)); break;
        case kContentSize: facts.content_size = small_number(reader, 0xFFFFFFFF); break;
        default: reader.skip();
    }
}

void read_facts(std::string_view bytes, SpanFacts& facts) {
    pbf_reader reader(bytes.data(), bytes.size());
    while (reader.next()) {
        if (reader.wire_type() == pbf_wire_type::length_delimited)
            read_length_delimited(reader, facts);
        else if (reader.wire_type() == pbf_wire_type::varint)
            read_varint(reader, facts);
        else if (reader.tag_and_type() == protozero::tag_and_type(kStart, pbf_wire_type::fixed64))
            facts.start = facts.end = from_unix_nanos(static_cast<std::int64_t>(reader.get_fixed64()));
        else if (reader.tag_and_type() == protozero::tag_and_type(kContentDigest, pbf_wire_type::fixed32))
            facts.content_digest = reader.get_fixed32();
        else
            reader.skip();
    }
    if (facts.trace_id.empty() || facts.span_id.empty()) throw BadFacts{"no span"};
}

}  // namespace

void encode_facts(const SpanFacts& facts, std::string_view plain_name, std::string& into) {
    pbf_writer writer(into);
    if (facts.name != plain_name) writer.add_bytes(kName, facts.name);
    put_nonzero(writer, kClass, static_cast<std::uint64_t>(facts.span_class));
    put_nonzero(writer, kMapping, facts.mapping_version);
    put_nonzero(writer, kKeyClass, static_cast<std::uint64_t>(facts.key_class));
    for (const TextField& field : kTexts)
        if (const std::string& text = facts.*field.text; !text.empty()) writer.add_bytes(field.number, text);
    for (const std::string& tag : facts.tags) writer.add_bytes(kTag, tag);
    if (const auto& usage = facts.usage) {
        std::array<std::int64_t, 7> values = {usage->input_fresh, usage->cache_read,  usage->cache_write,
                                              usage->audio_in,    usage->output_text, usage->reasoning,
                                              usage->audio_out};
        writer.add_packed_int64(kUsage, values.begin(), values.end());
    }
    if (const SpanCost& cost = facts.cost; cost.source != CostSource::none) {
        std::array<std::int64_t, 5> values = {static_cast<std::int64_t>(cost.source), cost.input, cost.output,
                                              cost.total, cost.price_date};
        writer.add_packed_int64(kCost, values.begin(), values.end());
    }
}

Result<SpanFacts> decode_facts(std::string_view bytes, SpanFacts plain) {
    try {
        read_facts(bytes, plain);
        return plain;
    } catch (const protozero::exception& error) {
        return fail(Code::corrupt, fmt::format("Stored span facts are malformed: {}", error.what()));
    } catch (const BadFacts& bad) {
        return fail(Code::corrupt, fmt::format("Stored span facts hold {}", bad.what));
    }
}

}  // namespace spanreel::trace
