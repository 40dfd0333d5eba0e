// SPDX-License-Identifier: Apache-2.0
// Spans and logs in over OTLP (opentelemetry specification, OTLP): over HTTP on every path exporters use, and over
// gRPC. Wire shapes only: decode, hand to the recorder, answer when it is durable.
#pragma once
#include "access/key_ring.hpp"
#include "net/metrics.hpp"
#include "net/router.hpp"
#include "trace/prices.hpp"
#include "trace/recorder.hpp"

namespace spanreel::api::otlp {

/// Adds the routes and their mounts. All arguments must outlive the router.
void add_routes(net::Router& router, access::KeyRing& keys, trace::Recorder& recorder, const trace::PriceTable& prices,
                net::Metrics& metrics);

}  // namespace spanreel::api::otlp
