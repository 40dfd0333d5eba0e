// SPDX-License-Identifier: Apache-2.0
// Spans for load: what one connection's exporter sends, request after request, as ready OTLP protobuf. The bytes of a
// request are made once; the next one only changes ids, times, keys, texts and token counts in place, so that making
// load costs little beside taking it. Everything is a function of (seed, stream, request), so sums need no record.
// GenAI spans of about 970 bytes, 8 to a trace, 5 traces to a session; a trace's spans come in two requests, its root
// last.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace spanreel::bench {

inline constexpr std::size_t kSpansPerRequest = 512;

struct SessionSums {
    std::uint64_t traces = 0;
    std::uint64_t prompt_tokens = 0;
    std::uint64_t completion_tokens = 0;
};

class SpanStream {
  public:
    SpanStream(std::uint64_t seed, std::uint64_t stream);

    /// The body of request `number`; valid until the next call.
    std::string_view request(std::uint64_t number);
    /// Adds what the first `requests` requests come to, by session key.
    void add_sums(std::uint64_t requests, std::unordered_map<std::string, SessionSums>& sums) const;

  private:
    /// Where in the body the changing parts of a span are. Offsets of absent parts are 0.
    struct Slot {
        std::size_t trace_id = 0, span_id = 0, parent_id = 0, start = 0, end = 0, session = 0, user = 0, call = 0;
        std::size_t prompt_tokens = 0, completion_tokens = 0;
        std::size_t input = 0, input_size = 0, output = 0, output_size = 0;
        std::size_t trace = 0;  ///< within the request
        unsigned place = 0;     ///< within the trace
    };

    void build();
    void fill(const Slot& slot, std::uint64_t request);
    /// Number of the trace, over all requests of the stream; the second halves are of the request before.
    static std::uint64_t trace_number(const Slot& slot, std::uint64_t request);
    std::uint64_t mix(std::uint64_t trace, std::uint64_t purpose) const;
    std::string session_key(std::uint64_t trace) const;

    std::uint64_t seed_;
    std::string body_;
    std::vector<Slot> slots_;
};

}  // namespace spanreel::bench
