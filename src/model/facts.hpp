// SPDX-License-Identifier: Apache-2.0
// What one span says that a rollup needs, in one vocabulary whatever convention it was written in. Facts are made
// once, when the span arrives, and stored beside it: a later mapping or price table never changes what was counted.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/span.hpp"

namespace spanreel {

/// Role of a span in the counting law (contract, otlp-attributes section 8, rule 3).
enum class SpanClass : std::uint8_t {
    other,  ///< step, chain, workflow, HTTP call ...: an aggregate if anything below it has usage
    model,  ///< inference or embedding: an aggregate only if a model lies below with no tool or agent between
    tool,
    agent,
};
template <>
inline constexpr std::array<std::string_view, 4> kNames<SpanClass>{"span", "llm", "tool", "agent"};

/// Where a session key came from; a higher value wins (otlp-attributes section 8, rule 5).
enum class KeyClass : std::uint8_t {
    none,
    metadata,
    room,
    conversation,
    gen_ai_conversation,
    traceloop,
    session,
    product,
};

/// Token buckets that never overlap (rule 1).
struct Usage {
    std::int64_t input_fresh = 0;
    std::int64_t cache_read = 0;
    std::int64_t cache_write = 0;
    std::int64_t audio_in = 0;
    std::int64_t output_text = 0;
    std::int64_t reasoning = 0;
    std::int64_t audio_out = 0;

    std::int64_t prompt() const { return input_fresh + cache_read + cache_write + audio_in; }
    std::int64_t completion() const { return output_text + reasoning + audio_out; }
    std::int64_t total() const { return prompt() + completion(); }
    bool operator==(const Usage&) const = default;
};

/// Money in 10^-12 USD: integers, so that the order of addition never matters. 128 bits cannot overflow here: a
/// span's cost is capped at kMaxSpanCost.
using PicoUsd = __int128;
inline constexpr std::int64_t kPicoPerUsd = 1'000'000'000'000;
inline constexpr std::int64_t kMaxSpanCost = 1'000'000 * kPicoPerUsd;
inline double to_usd(PicoUsd amount) { return static_cast<double>(amount) / static_cast<double>(kPicoPerUsd); }
/// A span's tokens per bucket are capped so that sums cannot overflow 64 bits.
inline constexpr std::int64_t kMaxSpanTokens = 1'000'000'000'000;

enum class CostSource : std::uint8_t { none, reported, computed };

struct SpanCost {
    CostSource source = CostSource::none;
    std::int64_t input = 0;        ///< 10^-12 USD
    std::int64_t output = 0;       ///< 10^-12 USD
    std::int64_t total = 0;        ///< 10^-12 USD; may exceed input + output when only a total was reported
    std::uint32_t price_date = 0;  ///< computed: date of the price row, 20260131
    bool operator==(const SpanCost&) const = default;
};

struct SpanFacts {
    TraceId trace_id;
    SpanId span_id;
    SpanId parent_id;
    Time start{};
    Time end{};
    SpanStatus status = SpanStatus::unset;
    SpanClass span_class = SpanClass::other;
    std::uint16_t mapping_version = 0;
    /// Size in bytes and CRC-32C of the span message with its resource and scope: which of two versions of one span
    /// counts is decided without reading them back (trace/derive.hpp, supersedes).
    std::uint32_t content_size = 0;
    std::uint32_t content_digest = 0;

    std::string name;
    std::string operation;  ///< as the convention names it: chat, invoke_agent, LLM ...

    KeyClass key_class = KeyClass::none;
    std::string session_key;      ///< the key of that class
    std::string session_id;       ///< `session.id`, kept beside the key
    std::string conversation_id;  ///< `gen_ai.conversation.id`, or the convention's thread
    std::string project;          ///< `orq.project_id`
    std::string user;
    std::vector<std::string> tags;

    std::string provider;
    std::string request_model;
    std::string response_model;
    std::optional<Usage> usage;
    SpanCost cost;

    std::string stream_session;  ///< `spanreel.stream_session.id`: the stream session this belongs to
    std::string title;           ///< a convention that names these fills the session's while empty
    std::string client;
    std::string repo;
    std::string actor;  ///< name of the agent or tool that a span of that class runs

    bool operator==(const SpanFacts&) const = default;
};

}  // namespace spanreel
