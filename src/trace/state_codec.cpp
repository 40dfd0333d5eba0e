// SPDX-License-Identifier: Apache-2.0
#include "trace/state_codec.hpp"

#include "trace/protobuf_fields.hpp"
#include "trace/session_state.hpp"

namespace spanreel::trace {

namespace {

void put_usage(protozero::pbf_writer& out, Tag tag, const Usage& usage) {
    std::string bytes;
    protozero::pbf_writer part(bytes);
    put_number(part, 1, usage.input_fresh);
    put_number(part, 2, usage.cache_read);
    put_number(part, 3, usage.cache_write);
    put_number(part, 4, usage.audio_in);
    put_number(part, 5, usage.output_text);
    put_number(part, 6, usage.reasoning);
    put_number(part, 7, usage.audio_out);
    if (!bytes.empty()) out.add_message(tag, bytes);
}

Usage get_usage(FieldReader& in) {
    Usage usage;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: usage.input_fresh = part.get_sint64(); break;
            case 2: usage.cache_read = part.get_sint64(); break;
            case 3: usage.cache_write = part.get_sint64(); break;
            case 4: usage.audio_in = part.get_sint64(); break;
            case 5: usage.output_text = part.get_sint64(); break;
            case 6: usage.reasoning = part.get_sint64(); break;
            case 7: usage.audio_out = part.get_sint64(); break;
            default: part.skip();
        }
    }
    return usage;
}

template <class T>
void put_extent(protozero::pbf_writer& out, Tag tag, const std::optional<GivenExtent<T>>& extent) {
    if (!extent) return;
    std::string bytes;
    protozero::pbf_writer part(bytes);
    if constexpr (std::is_same_v<T, double>)
        part.add_double(1, extent->given);
    else
        put_time(part, 1, extent->given);
    put_time(part, 2, extent->first_then);
    put_time(part, 3, extent->last_then);
    out.add_message(tag, bytes);
}

template <class T>
GivenExtent<T> get_extent(FieldReader& in) {
    GivenExtent<T> extent;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1:
                if constexpr (std::is_same_v<T, double>)
                    extent.given = part.get_double();
                else
                    extent.given = get_time(part);
                break;
            case 2: extent.first_then = get_time(part); break;
            case 3: extent.last_then = get_time(part); break;
            default: part.skip();
        }
    }
    return extent;
}

void put_values(protozero::pbf_writer& out, Tag tag, const std::optional<GivenValues>& given) {
    if (!given) return;
    std::string bytes;
    protozero::pbf_writer part(bytes);
    for (const std::string& value : given->values) part.add_string(1, value);
    for (const std::string& value : given->masked) part.add_string(2, value);
    out.add_message(tag, bytes);
}

GivenValues get_values(FieldReader& in) {
    GivenValues given;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: given.values.push_back(part.get_string()); break;
            case 2: given.masked.push_back(part.get_string()); break;
            default: part.skip();
        }
    }
    return given;
}

void put_observed_totals(protozero::pbf_writer& out, Tag tag, const ObservedTotals& totals) {
    std::string bytes;
    protozero::pbf_writer part(bytes);
    put_number(part, 1, totals.traces);
    put_number(part, 2, totals.prompt_tokens);
    put_number(part, 3, totals.completion_tokens);
    put_cost(part, 4, totals.cost);
    put_number(part, 5, totals.errors);
    put_number(part, 6, totals.unpriced);
    put_time(part, 7, totals.first_start);
    put_time(part, 8, totals.last_end);
    for (const Observed& user : totals.users) put_observed(part, 9, user);
    for (const Observed& tagged : totals.tags) put_observed(part, 10, tagged);
    if (!totals.title.value.empty()) put_observed(part, 11, totals.title);
    if (!totals.client.value.empty()) put_observed(part, 12, totals.client);
    if (!totals.repo.value.empty()) put_observed(part, 13, totals.repo);
    out.add_message(tag, bytes);
}

ObservedTotals get_observed_totals(FieldReader& in) {
    ObservedTotals totals;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: totals.traces = part.get_sint64(); break;
            case 2: totals.prompt_tokens = part.get_sint64(); break;
            case 3: totals.completion_tokens = part.get_sint64(); break;
            case 4: totals.cost = get_cost(part); break;
            case 5: totals.errors = part.get_sint64(); break;
            case 6: totals.unpriced = part.get_sint64(); break;
            case 7: totals.first_start = get_time(part); break;
            case 8: totals.last_end = get_time(part); break;
            case 9: totals.users.push_back(get_observed(part)); break;
            case 10: totals.tags.push_back(get_observed(part)); break;
            case 11: totals.title = get_observed(part); break;
            case 12: totals.client = get_observed(part); break;
            case 13: totals.repo = get_observed(part); break;
            default: part.skip();
        }
    }
    return totals;
}

void put_given(protozero::pbf_writer& out, const SessionState& state) {
    put_extent(out, 10, state.duration);
    put_extent(out, 11, state.started_at);
    if (state.traces_count) {
        std::string bytes;
        protozero::pbf_writer part(bytes);
        part.add_double(1, state.traces_count->given);
        put_number(part, 2, state.traces_count->observed_then);
        out.add_message(12, bytes);
    }
    if (state.billing) {
        std::string bytes;
        protozero::pbf_writer part(bytes);
        part.add_double(1, state.billing->given.input);
        part.add_double(2, state.billing->given.output);
        part.add_double(3, state.billing->given.total);
        put_cost(part, 4, state.billing->observed_then);
        out.add_message(13, bytes);
    }
    if (state.usage) {
        std::string bytes;
        protozero::pbf_writer part(bytes);
        part.add_double(1, state.usage->given.prompt);
        part.add_double(2, state.usage->given.completion);
        part.add_double(3, state.usage->given.total);
        put_number(part, 4, state.usage->prompt_then);
        put_number(part, 5, state.usage->completion_then);
        out.add_message(14, bytes);
    }
    put_values(out, 15, state.contact_ids);
    put_values(out, 16, state.tags);
    if (state.title) out.add_string(17, *state.title);
    if (state.client) out.add_string(18, *state.client);
    if (state.repo) out.add_string(19, *state.repo);
    if (state.kind) out.add_string(20, *state.kind);
}

GivenCount get_count(FieldReader& in) {
    GivenCount count;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: count.given = part.get_double(); break;
            case 2: count.observed_then = part.get_sint64(); break;
            default: part.skip();
        }
    }
    return count;
}

GivenCost get_given_cost(FieldReader& in) {
    GivenCost cost;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: cost.given.input = part.get_double(); break;
            case 2: cost.given.output = part.get_double(); break;
            case 3: cost.given.total = part.get_double(); break;
            case 4: cost.observed_then = get_cost(part); break;
            default: part.skip();
        }
    }
    return cost;
}

GivenTokens get_given_tokens(FieldReader& in) {
    GivenTokens tokens;
    for (FieldReader part = in.get_message(); part.next();) {
        switch (part.tag()) {
            case 1: tokens.given.prompt = part.get_double(); break;
            case 2: tokens.given.completion = part.get_double(); break;
            case 3: tokens.given.total = part.get_double(); break;
            case 4: tokens.prompt_then = part.get_sint64(); break;
            case 5: tokens.completion_then = part.get_sint64(); break;
            default: part.skip();
        }
    }
    return tokens;
}

void read_state(FieldReader& in, SessionState& state) {
    while (in.next()) {
        switch (in.tag()) {
            case 1: state.declared = in.get_bool(); break;
            case 2: state.created = get_time(in); break;
            case 3: state.last_received = get_time(in); break;
            case 4: state.observed = get_observed_totals(in); break;
            case 5: state.written_at = get_time(in); break;
            case 6: state.updated_given = get_time(in); break;
            case 10: state.duration = get_extent<double>(in); break;
            case 11: state.started_at = get_extent<Time>(in); break;
            case 12: state.traces_count = get_count(in); break;
            case 13: state.billing = get_given_cost(in); break;
            case 14: state.usage = get_given_tokens(in); break;
            case 15: state.contact_ids = get_values(in); break;
            case 16: state.tags = get_values(in); break;
            case 17: state.title = in.get_string(); break;
            case 18: state.client = in.get_string(); break;
            case 19: state.repo = in.get_string(); break;
            case 20: state.kind = in.get_string(); break;
            default: in.skip();
        }
    }
}

void read_rollup(FieldReader& in, TraceRollup& rollup) {
    while (in.next()) {
        switch (in.tag()) {
            case 1: rollup.started_at = get_time(in); break;
            case 2: rollup.ended_at = get_time(in); break;
            case 3: rollup.span_count = in.get_uint32(); break;
            case 4: rollup.error_count = in.get_uint32(); break;
            case 5: rollup.counted_count = in.get_uint32(); break;
            case 6: rollup.unpriced_count = in.get_uint32(); break;
            case 7: rollup.usage = get_usage(in); break;
            case 8: rollup.cost = get_cost(in); break;
            case 9: rollup.key_class = static_cast<KeyClass>(in.get_uint32()); break;
            case 10: rollup.session_key = in.get_string(); break;
            case 11: rollup.session_id = in.get_string(); break;
            case 12: rollup.conversation_id = in.get_string(); break;
            case 13: rollup.project = in.get_string(); break;
            case 14: rollup.stream_session = in.get_string(); break;
            case 15: rollup.title = in.get_string(); break;
            case 16: rollup.client = in.get_string(); break;
            case 17: rollup.repo = in.get_string(); break;
            case 18: rollup.root = SpanId::from(as_bytes(to_view(in.get_view()))); break;
            case 19: rollup.name = in.get_string(); break;
            case 20: rollup.operation = in.get_string(); break;
            case 21: rollup.status = static_cast<SpanStatus>(in.get_uint32()); break;
            case 22: rollup.users.push_back(get_observed(in)); break;
            case 23: rollup.tags.push_back(get_observed(in)); break;
            case 24: rollup.models.push_back(in.get_string()); break;
            case 25: rollup.providers.push_back(in.get_string()); break;
            case 26: rollup.agents.push_back(in.get_string()); break;
            case 27: rollup.tools.push_back(in.get_string()); break;
            default: in.skip();
        }
    }
}

}  // namespace

std::string encode_state(const SessionState& state) {
    std::string bytes;
    protozero::pbf_writer out(bytes);
    out.add_bool(1, state.declared);
    put_time(out, 2, state.created);
    put_time(out, 3, state.last_received);
    put_observed_totals(out, 4, state.observed);
    put_time(out, 5, state.written_at);
    put_time(out, 6, state.updated_given);
    put_given(out, state);
    return bytes;
}

Result<SessionState> decode_state(const store::SessionRow& row) {
    SessionState state;
    state.id = row.id;
    state.workspace = row.workspace;
    state.project = row.project;
    state.external_id = row.external_id;
    SPANREEL_CHECK(read_message("session", row.state, [&](FieldReader& in) { read_state(in, state); }));
    return state;
}

std::string encode_rollup(const TraceRollup& rollup) {
    std::string bytes;
    protozero::pbf_writer out(bytes);
    put_time(out, 1, rollup.started_at);
    put_time(out, 2, rollup.ended_at);
    out.add_uint32(3, rollup.span_count);
    if (rollup.error_count) out.add_uint32(4, rollup.error_count);
    if (rollup.counted_count) out.add_uint32(5, rollup.counted_count);
    if (rollup.unpriced_count) out.add_uint32(6, rollup.unpriced_count);
    put_usage(out, 7, rollup.usage);
    put_cost(out, 8, rollup.cost);
    out.add_uint32(9, static_cast<std::uint32_t>(rollup.key_class));
    put_text(out, 10, rollup.session_key);
    put_text(out, 11, rollup.session_id);
    put_text(out, 12, rollup.conversation_id);
    put_text(out, 13, rollup.project);
    put_text(out, 14, rollup.stream_session);
    put_text(out, 15, rollup.title);
    put_text(out, 16, rollup.client);
    put_text(out, 17, rollup.repo);
    put_text(out, 18, as_text(rollup.root.view()));
    put_text(out, 19, rollup.name);
    put_text(out, 20, rollup.operation);
    out.add_uint32(21, static_cast<std::uint32_t>(rollup.status));
    for (const Observed& user : rollup.users) put_observed(out, 22, user);
    for (const Observed& tagged : rollup.tags) put_observed(out, 23, tagged);
    for (const std::string& model : rollup.models) out.add_string(24, model);
    for (const std::string& provider : rollup.providers) out.add_string(25, provider);
    for (const std::string& agent : rollup.agents) out.add_string(26, agent);
    for (const std::string& tool : rollup.tools) out.add_string(27, tool);
    return bytes;
}

Result<TraceRollup> decode_rollup(std::string_view bytes) {
    TraceRollup rollup;
    SPANREEL_CHECK(read_message("trace", bytes, [&](FieldReader& in) { read_rollup(in, rollup); }));
    return rollup;
}

}  // namespace spanreel::trace
