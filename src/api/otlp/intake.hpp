// SPDX-License-Identifier: Apache-2.0
// What both ways in share: who may send spans and logs and when, and the way of a request from protobuf to the recorder
// and back.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "api/otlp/routes.hpp"
#include "otlp/signal.hpp"

namespace spanreel::api::otlp {

/// Spans or log records that were not taken, of a request that was.
struct Taken {
    std::int64_t rejected = 0;
    std::string message;  ///< why; empty when all were
};

class Intake {
  public:
    /// Makes an ExportTraceServiceRequest or ExportLogsServiceRequest of a body; takes from Request::memory what it
    /// needs beside it.
    using Unpack = std::function<Result<std::string>(net::Request&)>;
    using Reply = std::function<void(Result<Taken>)>;

    explicit Intake(const Parts& parts);

    /// Of a request whose body has not been read: whose it is, and whether that key may send now (`exhausted`).
    Result<access::Principal> admit(net::Request& request) const;
    /// `reply` is called once, on any thread, when what was sent is durable. `large`: also when the body is small, what
    /// it unpacks to may not be.
    void take(spanreel::otlp::Signal signal, net::Request request, bool large, Unpack unpack, Reply reply) const;

    const RequestLimits& limits() const { return limits_; }

  private:
    using Signal = spanreel::otlp::Signal;
    /// Of one signal: what was taken and what was not.
    struct Counters {
        prometheus::Counter& accepted;
        prometheus::Counter& rejected;
    };

    void record(Signal signal, const access::Principal& principal, net::Request request, const Unpack& unpack,
                Reply reply) const;
    Result<trace::SpanBatch> read(Signal signal, const access::Principal& principal, net::Request request,
                                  const Unpack& unpack, Taken& taken) const;
    Result<trace::SpanBatch> read_spans(const access::Principal& principal, std::string body, Time received,
                                        MemoryBudget::Share& memory, Taken& taken) const;
    Result<trace::SpanBatch> read_logs(const access::Principal& principal, std::string body, Time received,
                                       MemoryBudget::Share& memory, Taken& taken) const;

    access::KeyRing& keys_;
    access::KeyRates& rates_;
    trace::Recorder& recorder_;
    const trace::PriceTable& prices_;
    FairPool& decoders_;
    const RequestLimits limits_;
    Counters spans_;
    Counters logs_;
};

void add_http_routes(net::Router& router, std::shared_ptr<const Intake> intake);
void add_grpc_routes(net::Router& router, std::shared_ptr<const Intake> intake);

}  // namespace spanreel::api::otlp
