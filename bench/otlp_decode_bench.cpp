// SPDX-License-Identifier: Apache-2.0
// What one span costs on its way in, without sockets and disks: decode, map to facts, encode facts, derive a rollup.
// Spans are of about 1 KB in requests of 512, 8 to a trace, as GenAI instrumentations send them.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "otlp/json.hpp"
#include "otlp/request_builder.hpp"
#include "trace/conventions/mapping.hpp"
#include "trace/derive.hpp"
#include "trace/facts_codec.hpp"

namespace {

using namespace spanreel;

constexpr std::size_t kSpans = 512;
constexpr std::size_t kSpansPerTrace = 8;

std::string id(std::size_t size, std::size_t number) {
    std::string bytes(size, '\x5A');
    for (std::size_t i = 0; i < 8; ++i) bytes[size - 1 - i] = static_cast<char>(number >> (8 * i));
    return bytes;
}

otlp::SpanInput make_span(std::size_t number) {
    std::size_t trace = number / kSpansPerTrace, place = number % kSpansPerTrace;
    bool agent = place == 0, tool = place % 3 == 2;
    otlp::SpanInput span;
    span.trace_id = id(16, trace + 1);
    span.span_id = id(8, number + 1);
    if (!agent) span.parent_id = id(8, trace * kSpansPerTrace + 1);
    span.name = agent ? "invoke_agent support" : tool ? "execute_tool lookup_order" : "chat gpt-4o";
    span.kind = 3;
    span.start += number * 1'000'000;
    span.end += number * 1'000'000;
    span.attributes = {
        {"gen_ai.operation.name", agent  ? "invoke_agent"
                                  : tool ? "execute_tool"
                                         : "chat"},
        {"gen_ai.provider.name", "openai"},
        {"gen_ai.request.model", "gpt-4o"},
        {"gen_ai.response.model", "gpt-4o-2024-08-06"},
        {"gen_ai.response.id", "chatcmpl-9J3kLmNoPqRsTuVwXyZ0123456789"},
        {"gen_ai.response.finish_reasons", std::vector<std::string>{"stop"}},
        {"gen_ai.request.temperature", 0.7},
        {"gen_ai.request.max_tokens", 1'024},
        {"gen_ai.conversation.id", "conversation-000000000000000000001234"},
        {"session.id", "8f14e45f-ceea-467f-a9e1-3a1c8c1e0001"},
        {"user.id", "user-4711"},
        {"server.address", "api.openai.com"},
        {"server.port", 443},
        {"gen_ai.input.messages",
         R"([{"role":"user","parts":[{"type":"text","content":"Where is my order 4711? It should have come on Monday."}]}])"},
        {"gen_ai.output.messages",
         R"([{"role":"assistant","parts":[{"type":"text","content":"Your order left the warehouse on Tuesday and should reach you tomorrow before noon."}],"finish_reason":"stop"}])"},
    };
    if (!tool) {
        span.attributes.emplace_back("gen_ai.usage.input_tokens", 1'200 + static_cast<int>(number));
        span.attributes.emplace_back("gen_ai.usage.output_tokens", 150);
        span.attributes.emplace_back("gen_ai.usage.cache_read.input_tokens", 1'024);
    }
    return span;
}

std::string make_body() {
    std::vector<otlp::SpanInput> spans;
    for (std::size_t i = 0; i < kSpans; ++i) spans.push_back(make_span(i));
    return otlp::encode_request(spans, {{"service.name", "support"},
                                        {"deployment.environment.name", "production"},
                                        {"telemetry.sdk.name", "opentelemetry"}});
}

otlp::Batch decoded_batch() {
    otlp::Batch batch;
    (void)otlp::decode(make_body(), {}, batch);
    return batch;
}

void per_span(benchmark::State& state) {
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kSpans));
    state.counters["ns_per_span"] = benchmark::Counter(static_cast<double>(state.iterations() * kSpans) * 1e-9,
                                                       benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void Decode(benchmark::State& state) {
    std::string body = make_body();
    otlp::Batch batch;
    for (auto _ : state) {
        std::string own = std::move(body);
        benchmark::DoNotOptimize(otlp::decode(std::move(own), {}, batch));
        body = std::move(batch.body);
    }
    state.counters["bytes_per_span"] = static_cast<double>(body.size()) / kSpans;
    per_span(state);
}
BENCHMARK(Decode);

void Map(benchmark::State& state) {
    otlp::Batch batch = decoded_batch();
    trace::Mapper mapper;
    std::vector<SpanFacts> facts(kSpans);
    for (auto _ : state) {
        mapper.use_source(batch.sources[0]);
        for (std::size_t i = 0; i < kSpans; ++i) mapper.map(batch.spans[i], facts[i]);
        benchmark::DoNotOptimize(facts.data());
    }
    per_span(state);
}
BENCHMARK(Map);

void MapBatch(benchmark::State& state) {
    otlp::Batch batch = decoded_batch();
    for (auto _ : state) benchmark::DoNotOptimize(trace::map_batch(batch));
    per_span(state);
}
BENCHMARK(MapBatch);

void Derive(benchmark::State& state) {
    std::vector<SpanFacts> facts = trace::map_batch(decoded_batch());
    for (auto _ : state)
        for (std::size_t i = 0; i < kSpans; i += kSpansPerTrace)
            benchmark::DoNotOptimize(trace::derive(std::span(facts).subspan(i, kSpansPerTrace)));
    per_span(state);
}
BENCHMARK(Derive);

void EncodeFacts(benchmark::State& state) {
    std::vector<SpanFacts> facts = trace::map_batch(decoded_batch());
    std::string bytes;
    for (auto _ : state) {
        bytes.clear();
        for (const SpanFacts& one : facts) trace::encode_facts(one, one.name, bytes);
        benchmark::DoNotOptimize(bytes.data());
    }
    state.counters["bytes_per_span"] = static_cast<double>(bytes.size()) / kSpans;
    per_span(state);
}
BENCHMARK(EncodeFacts);

void DecodeFacts(benchmark::State& state) {
    std::vector<std::string> bytes;
    for (const SpanFacts& one : trace::map_batch(decoded_batch()))
        trace::encode_facts(one, one.name, bytes.emplace_back());
    for (auto _ : state)
        for (const std::string& one : bytes) benchmark::DoNotOptimize(trace::decode_facts(one, {}));
    per_span(state);
}
BENCHMARK(DecodeFacts);

/// A trace as long as the limit allows, in no order.
void DeriveLongTrace(benchmark::State& state) {
    std::vector<SpanFacts> facts = trace::map_batch(decoded_batch());
    std::vector<SpanFacts> spans;
    for (std::size_t i = 0; i < 250'000; ++i) {
        SpanFacts& span = spans.emplace_back(facts[i % kSpans]);
        span.span_id = SpanId::from(as_bytes(id(8, (i + 1) * 0x9E3779B97F4A7C15ull)));
        span.parent_id = SpanId::from(as_bytes(id(8, (i / 2 + 1) * 0x9E3779B97F4A7C15ull)));
        span.start += Nanos((i * 7'919) % 250'000);
    }
    for (auto _ : state) benchmark::DoNotOptimize(trace::derive(spans));
    state.counters["ns_per_span"] = benchmark::Counter(static_cast<double>(state.iterations()) * 250'000e-9,
                                                       benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(DeriveLongTrace)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
