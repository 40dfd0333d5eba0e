// SPDX-License-Identifier: Apache-2.0
#include "span_stream.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>

#include "otlp/request_builder.hpp"

namespace spanreel::bench {

namespace {

constexpr std::size_t kSpansPerTrace = 8, kHalf = kSpansPerTrace / 2;
constexpr std::size_t kTracesPerRequest = kSpansPerRequest / kHalf;  // first halves, then as many second halves
constexpr std::size_t kTracesBegun = kTracesPerRequest / 2;
constexpr std::uint64_t kTracesPerSession = 5;
constexpr std::uint64_t kUsers = 100'000;
constexpr std::uint64_t kFirstStart = 1'780'000'000'000'000'000;  // ns
constexpr std::uint64_t kTraceStep = 3'000'000;                   // ns between the starts of two traces
constexpr std::uint64_t kFewestTokens = 128, kTokenRange = 4000;  // two bytes of varint each

enum class Kind { agent, chat, tool };
constexpr std::array<Kind, kSpansPerTrace> kKinds{Kind::agent, Kind::chat, Kind::tool, Kind::chat,
                                                  Kind::chat,  Kind::tool, Kind::chat, Kind::tool};
/// Places in the trace, in the order they are sent: children before the root.
constexpr std::array<unsigned, kSpansPerTrace> kOrder{1, 2, 3, 4, 5, 6, 7, 0};

/// Purposes of SpanStream::mix beyond the places of spans.
constexpr std::uint64_t kTraceHigh = 1000, kTraceLow = 1001, kSession = 1002, kUser = 1003, kTokens = 2000,
                        kCall = 3000, kTime = 4000, kText = 5000;

/// splitmix64 (Steele, Lea, Flood 2014): every bit of the input moves every bit of the output.
std::uint64_t scramble(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/// Words as unevenly common as those of a language, so that texts compress as prompts do.
std::string make_prose(std::size_t size) {
    std::mt19937_64 random(1);
    auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    std::vector<std::string> words(20'000);
    for (std::string& word : words) {
        word.resize(2 + random() % 4 + random() % 6);
        for (char& c : word) c = "etaoinshrdlucmfwypvbgkjqxz"[static_cast<std::size_t>(26 * unit() * unit())];
    }
    std::string prose;
    while (prose.size() < size) {
        // Zipf's law by its inverse: the n-th word about 1/n as often as the first.
        prose += words[static_cast<std::size_t>(std::pow(static_cast<double>(words.size()), unit())) - 1];
        prose += random() % 12 == 0 ? ". " : " ";
    }
    return prose;
}

const std::string& prose() {
    static const std::string text = make_prose(8u << 20);
    return text;
}

std::string marker(char what, std::size_t slot, std::size_t size) {
    std::string text = fmt::format("<{}{:05}>", what, slot);
    text.resize(size, what);
    return text;
}

/// Bytes that stand nowhere else in the body.
std::string marker_id(std::size_t number, std::size_t size) {
    std::string bytes(size, '\xF7');
    std::uint64_t value = scramble(number);
    std::memcpy(bytes.data(), &value, 8);
    return bytes;
}

std::uint64_t marker_time(std::size_t number) { return scramble(number) | (1ull << 63); }

otlp::SpanInput marked_span(std::size_t slot, unsigned place, bool root) {
    Kind kind = kKinds[place];
    otlp::SpanInput span;
    span.trace_id = marker_id(slot * 10 + 1, 16);
    span.span_id = marker_id(slot * 10 + 2, 8);
    if (!root) span.parent_id = marker_id(slot * 10 + 3, 8);
    span.name = kind == Kind::agent  ? "invoke_agent support"
                : kind == Kind::tool ? "execute_tool lookup_order"
                                     : "chat gpt-4o";
    span.kind = kind == Kind::chat ? 3 : 1;
    span.start = marker_time(slot * 10 + 4);
    span.end = marker_time(slot * 10 + 5);
    span.attributes = {{"session.id", marker('s', slot, 24)},
                       {"user.id", marker('u', slot, 12)},
                       {"gen_ai.operation.name", kind == Kind::agent  ? "invoke_agent"
                                                 : kind == Kind::tool ? "execute_tool"
                                                                      : "chat"},
                       {"gen_ai.agent.name", "support"}};
    if (kind == Kind::chat) {
        span.attributes.insert(span.attributes.end(),
                               {{"gen_ai.provider.name", "openai"},
                                {"gen_ai.request.model", "gpt-4o"},
                                {"gen_ai.response.model", "gpt-4o-2024-08-06"},
                                {"gen_ai.request.temperature", 0.7},
                                {"gen_ai.request.max_tokens", 1024},
                                {"gen_ai.response.finish_reasons", std::vector<std::string>{"stop"}},
                                {"gen_ai.usage.input_tokens", 300},
                                {"gen_ai.usage.output_tokens", 300},
                                {"server.address", "api.openai.com"},
                                {"server.port", 443}});
    } else if (kind == Kind::tool) {
        span.attributes.insert(span.attributes.end(), {{"gen_ai.tool.name", "lookup_order"},
                                                       {"gen_ai.tool.type", "function"},
                                                       {"http.response.status_code", 200},
                                                       {"code.function.name", "support.tools.lookup_order"}});
    }
    span.attributes.emplace_back("gen_ai.response.id", marker('c', slot, 40));
    span.attributes.emplace_back("gen_ai.input.messages", marker('i', slot, kind == Kind::chat ? 260 : 195));
    span.attributes.emplace_back("gen_ai.output.messages", marker('o', slot, kind == Kind::chat ? 150 : 165));
    return span;
}

/// The next place of `what`, from `position` on, which moves behind it.
std::size_t locate(const std::string& body, std::string_view what, std::size_t& position) {
    std::size_t found = body.find(what, position);
    if (found == std::string::npos) throw std::logic_error("a part of the request is not where it was put");
    position = found + what.size();
    return found;
}

void put(std::string& body, std::size_t at, const void* bytes, std::size_t size) {
    std::memcpy(body.data() + at, bytes, size);
}

}  // namespace

SpanStream::SpanStream(std::uint64_t seed, std::uint64_t stream) : seed_(scramble(seed * 1'000'003 + stream)) {
    build();
}

void SpanStream::build() {
    std::vector<otlp::SpanInput> spans;
    for (std::size_t i = 0; i < kSpansPerRequest; ++i) {
        std::size_t trace = i / kHalf;
        unsigned place = kOrder[i % kHalf + (trace < kTracesBegun ? 0 : kHalf)];
        spans.push_back(marked_span(i, place, place == 0));
        slots_.push_back({.trace = trace, .place = place});
    }
    body_ = otlp::encode_request(spans, {{"service.name", "support"},
                                         {"service.version", "4.2.1"},
                                         {"deployment.environment.name", "production"},
                                         {"host.name", "ip-10-0-3-117"},
                                         {"telemetry.sdk.name", "opentelemetry"},
                                         {"telemetry.sdk.language", "python"}});
    constexpr std::string_view kValue = "\x12\x03\x18";  // AnyValue of 3 bytes: int_value, varint
    std::size_t at = 0;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        Slot& slot = slots_[i];
        slot.trace_id = locate(body_, spans[i].trace_id, at);
        slot.span_id = locate(body_, spans[i].span_id, at);
        if (slot.place != 0) slot.parent_id = locate(body_, spans[i].parent_id, at);
        slot.start = locate(body_, {reinterpret_cast<const char*>(&spans[i].start), 8}, at);
        slot.end = locate(body_, {reinterpret_cast<const char*>(&spans[i].end), 8}, at);
        slot.session = locate(body_, marker('s', i, 24), at);
        slot.user = locate(body_, marker('u', i, 12), at);
        if (kKinds[slot.place] == Kind::chat) {
            locate(body_, "gen_ai.usage.input_tokens", at);
            slot.prompt_tokens = locate(body_, kValue, at) + kValue.size();
            locate(body_, "gen_ai.usage.output_tokens", at);
            slot.completion_tokens = locate(body_, kValue, at) + kValue.size();
        }
        slot.call = locate(body_, marker('c', i, 40), at);
        slot.input_size = std::get<std::string>(spans[i].attributes.end()[-2].value).size();
        slot.input = locate(body_, marker('i', i, slot.input_size), at);
        slot.output_size = std::get<std::string>(spans[i].attributes.back().value).size();
        slot.output = locate(body_, marker('o', i, slot.output_size), at);
    }
}

std::uint64_t SpanStream::trace_number(const Slot& slot, std::uint64_t request) {
    std::uint64_t begun = slot.trace % kTracesBegun;
    // Request 0 ends traces that begun before anyone listened: numbers from 0; its own begin at kTracesBegun.
    return (slot.trace < kTracesBegun ? request + 1 : request) * kTracesBegun + begun;
}

std::uint64_t SpanStream::mix(std::uint64_t trace, std::uint64_t purpose) const {
    return scramble(seed_ ^ scramble(trace * 8192 + purpose));
}

std::string SpanStream::session_key(std::uint64_t trace) const {
    return fmt::format("session-{:016x}", mix(trace / kTracesPerSession, kSession));
}

void SpanStream::fill(const Slot& slot, std::uint64_t request) {
    std::uint64_t trace = trace_number(slot, request);
    for (auto [purpose, offset] : {std::pair{kTraceHigh, 0}, {kTraceLow, 8}}) {
        std::uint64_t half = mix(trace, purpose);
        put(body_, slot.trace_id + static_cast<std::size_t>(offset), &half, 8);
    }
    std::uint64_t id = mix(trace, slot.place), root = mix(trace, 0);
    put(body_, slot.span_id, &id, 8);
    if (slot.place != 0) put(body_, slot.parent_id, &root, 8);

    std::uint64_t when = mix(trace, kTime + slot.place);
    std::uint64_t start = kFirstStart + trace * kTraceStep + (slot.place == 0 ? 0 : when % 1'000'000'000);
    std::uint64_t end = start + (slot.place == 0 ? 4'000'000'000 : (when >> 32) % 2'000'000'000);
    put(body_, slot.start, &start, 8);
    put(body_, slot.end, &end, 8);
    put(body_, slot.session, session_key(trace).data(), 24);
    put(body_, slot.user, fmt::format("user-{:07}", mix(trace / kTracesPerSession, kUser) % kUsers).data(), 12);
    if (slot.prompt_tokens != 0) {
        std::uint64_t tokens = mix(trace, kTokens + slot.place);
        for (auto [offset, count] : {std::pair{slot.prompt_tokens, tokens % kTokenRange},
                                     {slot.completion_tokens, (tokens >> 32) % kTokenRange}}) {
            std::uint64_t value = kFewestTokens + count;
            std::array<char, 2> varint{static_cast<char>(value | 0x80), static_cast<char>(value >> 7)};
            put(body_, offset, varint.data(), 2);
        }
    }
    put(body_, slot.call, fmt::format("call-{:016x}{:016x}xyz", mix(trace, kCall + slot.place), id).data(), 40);
    // A conversation repeats itself: what went out in one step comes in with the next.
    std::size_t range = prose().size() - 1024;
    std::size_t input = mix(trace, kText + (slot.place + 7) % kSpansPerTrace) % range,
                output = mix(trace, kText + slot.place) % range;
    std::size_t history = slot.input_size / 3;
    put(body_, slot.input, prose().data() + input, history);
    put(body_, slot.input + history, prose().data() + mix(trace, kText + 100 + slot.place) % range,
        slot.input_size - history);
    put(body_, slot.output, prose().data() + output, slot.output_size);
}

std::string_view SpanStream::request(std::uint64_t number) {
    for (const Slot& slot : slots_) fill(slot, number);
    return body_;
}

void SpanStream::add_sums(std::uint64_t requests, std::unordered_map<std::string, SessionSums>& sums) const {
    for (std::uint64_t request = 0; request < requests; ++request)
        for (const Slot& slot : slots_) {
            std::uint64_t trace = trace_number(slot, request);
            bool second = slot.trace >= kTracesBegun;
            SessionSums& session = sums[session_key(trace)];
            // A trace is seen first by its first half, but for those that request 0 ends.
            bool first_sight = second ? request == 0 && slot.place == 0 : slot.place == kOrder[0];
            if (first_sight) ++session.traces;
            if (slot.prompt_tokens == 0) continue;
            std::uint64_t tokens = mix(trace, kTokens + slot.place);
            session.prompt_tokens += kFewestTokens + tokens % kTokenRange;
            session.completion_tokens += kFewestTokens + (tokens >> 32) % kTokenRange;
        }
}

}  // namespace spanreel::bench
