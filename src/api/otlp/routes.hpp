// SPDX-License-Identifier: Apache-2.0
// Spans in over OTLP (opentelemetry specification, OTLP): over HTTP on every path exporters use, and over gRPC. Wire
// shapes only: decode, hand to the recorder, answer when it is durable. What cannot be taken now is told in the words
// that exporters wait for: HTTP 429 and 503 with Retry-After, gRPC RESOURCE_EXHAUSTED and UNAVAILABLE with RetryInfo.
#pragma once
#include "access/key_rates.hpp"
#include "access/key_ring.hpp"
#include "base/fair_pool.hpp"
#include "net/metrics.hpp"
#include "net/router.hpp"
#include "otlp/decode.hpp"
#include "trace/prices.hpp"
#include "trace/recorder.hpp"

namespace spanreel::api::otlp {

/// Of one request.
struct RequestLimits {
    std::size_t body = 64u << 20;  ///< bytes, decompressed
    spanreel::otlp::Limits content{};
};

/// All but the limits must outlive the router.
struct Parts {
    access::KeyRing& keys;
    access::KeyRates& rates;
    trace::Recorder& recorder;
    const trace::PriceTable& prices;
    FairPool& decoders;  ///< for what takes an I/O thread too long
    net::Metrics& metrics;
    RequestLimits limits{};
};

/// Adds the routes and their mounts.
void add_routes(net::Router& router, const Parts& parts);

}  // namespace spanreel::api::otlp
