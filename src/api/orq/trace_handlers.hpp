// SPDX-License-Identifier: Apache-2.0
// One trace, its spans, one span and its logs to read (contract: orq, section 4). Any thread; waits for the index and
// the tape.
#pragma once
#include <string>

#include "access/key_ring.hpp"
#include "net/http_message.hpp"
#include "trace/recorder.hpp"

namespace spanreel::api::orq {

/// Of spans and of logs.
inline constexpr std::int64_t kDefaultSpanLimit = 100;
/// A larger limit means this one.
inline constexpr std::int64_t kMaxSpanLimit = 1000;

class TraceHandlers {
  public:
    TraceHandlers(access::KeyRing& keys, const trace::Recorder& recorder) : keys_(keys), recorder_(recorder) {}

    Result<net::Response> get(const net::Request& request, const std::string& trace_id) const;
    Result<net::Response> list_spans(const net::Request& request, const std::string& trace_id) const;
    Result<net::Response> get_span(const net::Request& request, const std::string& trace_id,
                                   const std::string& span_id) const;
    Result<net::Response> list_logs(const net::Request& request, const std::string& trace_id) const;

  private:
    access::KeyRing& keys_;
    const trace::Recorder& recorder_;
};

}  // namespace spanreel::api::orq
