// SPDX-License-Identifier: Apache-2.0
// What both ways in share: who may send spans and logs, and the way of a request from protobuf to the recorder and
// back.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "access/key_ring.hpp"
#include "net/metrics.hpp"
#include "net/router.hpp"
#include "otlp/signal.hpp"
#include "trace/prices.hpp"
#include "trace/recorder.hpp"

namespace spanreel::api::otlp {

/// Of a request, decompressed.
inline constexpr std::size_t kMaxRequest = 64u << 20;

/// Spans or log records that were not taken, of a request that was.
struct Taken {
    std::int64_t rejected = 0;
    std::string message;  ///< why; empty when all were
};

class Intake {
  public:
    Intake(access::KeyRing& keys, trace::Recorder& recorder, const trace::PriceTable& prices, net::Metrics& metrics);

    Result<access::Principal> authenticate(const net::Request& request) const;
    /// `body` is an ExportTraceServiceRequest. `reply` is called once, on any thread, when the spans are durable;
    /// `unavailable` when they may come again.
    void take(access::Principal principal, std::string body, Time received,
              std::function<void(Result<Taken>)> reply) const;
    /// The same of an ExportLogsServiceRequest.
    void take_logs(access::Principal principal, std::string body, Time received,
                   std::function<void(Result<Taken>)> reply) const;
    void take(spanreel::otlp::Signal signal, access::Principal principal, std::string body, Time received,
              std::function<void(Result<Taken>)> reply) const {
        if (signal == spanreel::otlp::Signal::logs)
            return take_logs(std::move(principal), std::move(body), received, std::move(reply));
        take(std::move(principal), std::move(body), received, std::move(reply));
    }

  private:
    access::KeyRing& keys_;
    trace::Recorder& recorder_;
    const trace::PriceTable& prices_;
    prometheus::Counter& accepted_;
    prometheus::Counter& rejected_;
    prometheus::Counter& accepted_logs_;
    prometheus::Counter& rejected_logs_;
};

void add_http_routes(net::Router& router, std::shared_ptr<const Intake> intake);
void add_grpc_routes(net::Router& router, std::shared_ptr<const Intake> intake);

}  // namespace spanreel::api::otlp
