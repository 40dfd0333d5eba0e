// SPDX-License-Identifier: Apache-2.0
// Reading and writing our own stored messages: optional scalars, money and nested values over protozero.
// Readers throw protozero::exception on malformed bytes; read_message() turns that into `corrupt`.
#pragma once
#include <fmt/format.h>
#include <protozero/pbf_writer.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.hpp"
#include "base/field_reader.hpp"
#include "base/time.hpp"
#include "model/rollup.hpp"

namespace spanreel::trace {

using Tag = protozero::pbf_tag_type;

inline std::string_view to_view(protozero::data_view data) { return {data.data(), data.size()}; }
inline protozero::data_view to_data(std::string_view text) { return {text.data(), text.size()}; }

/// 0 and empty are not written: absent reads back as the same value.
inline void put_text(protozero::pbf_writer& out, Tag tag, std::string_view text) {
    if (!text.empty()) out.add_bytes(tag, text.data(), text.size());
}
inline void put_number(protozero::pbf_writer& out, Tag tag, std::int64_t value) {
    if (value != 0) out.add_sint64(tag, value);
}
inline void put_time(protozero::pbf_writer& out, Tag tag, Time time) { out.add_sfixed64(tag, to_unix_nanos(time)); }
inline void put_time(protozero::pbf_writer& out, Tag tag, const std::optional<Time>& time) {
    if (time) put_time(out, tag, *time);
}
inline Time get_time(FieldReader& in) { return from_unix_nanos(in.get_sfixed64()); }

/// Money as two 64-bit halves; written only when it does not fit the low one.
inline void put_money(protozero::pbf_writer& out, Tag low, Tag high, PicoUsd amount) {
    auto bottom = static_cast<std::uint64_t>(amount);
    auto top = static_cast<std::int64_t>(amount >> 64);
    if (bottom != 0) out.add_uint64(low, bottom);
    if (top != 0) out.add_sint64(high, top);
}
inline void get_money_low(FieldReader& in, PicoUsd& amount) { amount += static_cast<PicoUsd>(in.get_uint64()); }
inline void get_money_high(FieldReader& in, PicoUsd& amount) {
    // Only the encoder's own values come back here, far from the edges of 128 bits; damaged ones must not overflow.
    amount += static_cast<PicoUsd>(static_cast<unsigned __int128>(static_cast<__int128>(in.get_sint64())) << 64);
}

inline void put_observed(protozero::pbf_writer& out, Tag tag, const Observed& seen) {
    std::string bytes;
    protozero::pbf_writer part(bytes);
    put_text(part, 1, seen.value);
    put_time(part, 2, seen.first);
    put_text(part, 3, as_text(seen.by.view()));
    out.add_message(tag, bytes);
}
inline Observed get_observed(FieldReader& in) {
    Observed seen;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: seen.value = part.get_string(); break;
            case 2: seen.first = get_time(part); break;
            case 3: seen.by = SpanId::from(as_bytes(to_view(part.get_view()))); break;
            default: part.skip();
        }
    }
    return seen;
}

inline void put_cost(protozero::pbf_writer& out, Tag tag, const CostTotals& cost) {
    std::string bytes;
    protozero::pbf_writer part(bytes);
    put_money(part, 1, 2, cost.input);
    put_money(part, 3, 4, cost.output);
    put_money(part, 5, 6, cost.total);
    if (!bytes.empty()) out.add_message(tag, bytes);
}
inline CostTotals get_cost(FieldReader& in) {
    CostTotals cost;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: get_money_low(part, cost.input); break;
            case 2: get_money_high(part, cost.input); break;
            case 3: get_money_low(part, cost.output); break;
            case 4: get_money_high(part, cost.output); break;
            case 5: get_money_low(part, cost.total); break;
            case 6: get_money_high(part, cost.total); break;
            default: part.skip();
        }
    }
    return cost;
}

/// Runs `read(FieldReader&)` over stored bytes.
template <class Fn>
Result<void> read_message(std::string_view what, std::string_view bytes, Fn&& read) {
    try {
        FieldReader reader(to_data(bytes));
        read(reader);
        return {};
    } catch (const protozero::exception& error) {
        return fail(Code::corrupt, fmt::format("stored {} cannot be read: {}", what, error.what()));
    }
}

}  // namespace spanreel::trace
