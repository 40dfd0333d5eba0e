// SPDX-License-Identifier: Apache-2.0
// What both ways in share: who may send spans and when, and the way of a request from protobuf to the recorder and
// back.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "api/otlp/routes.hpp"

namespace spanreel::api::otlp {

/// Spans that were not taken, of a request that was.
struct Taken {
    std::int64_t rejected = 0;
    std::string message;  ///< why; empty when all were
};

class Intake {
  public:
    /// Makes an ExportTraceServiceRequest of a body; takes from Request::memory what it needs beside it.
    using Unpack = std::function<Result<std::string>(net::Request&)>;
    using Reply = std::function<void(Result<Taken>)>;

    explicit Intake(const Parts& parts);

    /// Of a request whose body has not been read: whose it is, and whether that key may send now (`exhausted`).
    Result<access::Principal> admit(net::Request& request) const;
    /// `reply` is called once, on any thread, when the spans are durable. `large`: also when the body is small, what
    /// it unpacks to may not be.
    void take(net::Request request, bool large, Unpack unpack, Reply reply) const;

    const RequestLimits& limits() const { return limits_; }

  private:
    void record(const access::Principal& principal, net::Request request, const Unpack& unpack, Reply reply) const;
    Result<trace::SpanBatch> read(const access::Principal& principal, net::Request request, const Unpack& unpack,
                                  Taken& taken) const;

    access::KeyRing& keys_;
    access::KeyRates& rates_;
    trace::Recorder& recorder_;
    const trace::PriceTable& prices_;
    FairPool& decoders_;
    const RequestLimits limits_;
    prometheus::Counter& accepted_;
    prometheus::Counter& rejected_;
};

void add_http_routes(net::Router& router, std::shared_ptr<const Intake> intake);
void add_grpc_routes(net::Router& router, std::shared_ptr<const Intake> intake);

}  // namespace spanreel::api::otlp
