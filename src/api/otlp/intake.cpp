// SPDX-License-Identifier: Apache-2.0
#include "api/otlp/intake.hpp"

#include <prometheus/counter.h>

#include <algorithm>

#include "api/caller/caller.hpp"
#include "trace/span_batch.hpp"

namespace spanreel::api::otlp {

namespace {

/// A larger body is decoded on a thread of its own, so that a small one of somebody else does not wait for it: this
/// takes a millisecond at most.
constexpr std::size_t kDecodedAtOnce = 64 << 10;

void add_refusals(const trace::Refused& refused, std::string& message) {
    auto also = [&message](std::uint32_t count, std::string_view why) {
        if (count == 0) return;
        if (!message.empty()) message += "; ";
        message += fmt::format("{} {}", count, why);
    };
    also(refused.deleted, "spans belong to a deleted session");
    also(refused.full, "spans are beyond the limit of a trace");
    also(refused.foreign, "spans belong to a trace of another project");
}

}  // namespace

Intake::Intake(const Parts& parts)
    : keys_(parts.keys),
      rates_(parts.rates),
      recorder_(parts.recorder),
      prices_(parts.prices),
      decoders_(parts.decoders),
      limits_(parts.limits),
      accepted_(parts.metrics.counter("spanreel_spans_total", "Spans received, by outcome", {{"outcome", "accepted"}})),
      rejected_(
          parts.metrics.counter("spanreel_spans_total", "Spans received, by outcome", {{"outcome", "rejected"}})) {}

Result<access::Principal> Intake::admit(net::Request& request) const {
    SPANREEL_TRY(access::Principal principal, principal_of(keys_, request, KeyScope::ingest));
    request.account = principal.workspace;
    SPANREEL_CHECK(rates_.check(principal.key_id));
    return principal;
}

void Intake::take(net::Request request, bool large, Unpack unpack, Reply reply) const {
    auto principal = admit(request);  // it may have been revoked while the body came
    if (!principal) return reply(std::unexpected(std::move(principal).error()));
    const std::size_t size = request.body.size();
    if (size <= kDecodedAtOnce && !large) return record(*principal, std::move(request), unpack, std::move(reply));
    decoders_.run(
        principal->workspace, size,
        [this, principal = *principal, request = std::move(request), unpack = std::move(unpack),
         reply = std::move(reply)]() mutable { record(principal, std::move(request), unpack, std::move(reply)); });
}

Result<trace::SpanBatch> Intake::read(const access::Principal& principal, net::Request request, const Unpack& unpack,
                                      Taken& taken) const {
    SPANREEL_TRY(std::string body, unpack(request));
    const std::size_t size = body.size();
    SPANREEL_CHECK(request.memory.resize(std::min<std::uint64_t>(request.memory.held(), body.capacity())));
    spanreel::otlp::Batch decoded;
    SPANREEL_CHECK(spanreel::otlp::decode(std::move(body), limits_.content, decoded));
    SPANREEL_CHECK(rates_.take(principal.key_id, size, decoded.spans.size()));
    taken = {.rejected = decoded.rejected_count(), .message = decoded.rejected_message()};
    MemoryBudget::Share share = std::move(request.memory);
    SPANREEL_CHECK(share.extend(trace::memory_to_make(decoded)));
    SPANREEL_TRY(trace::SpanBatch batch,
                 trace::make_batch(decoded, principal.workspace, principal.project, request.received, prices_));
    SPANREEL_CHECK(share.resize(std::min<std::uint64_t>(share.held(), batch.memory)));
    batch.share = std::move(share);
    return batch;
}

void Intake::record(const access::Principal& principal, net::Request request, const Unpack& unpack, Reply reply) const {
    Taken taken;
    auto batch = read(principal, std::move(request), unpack, taken);
    if (!batch) return reply(std::unexpected(std::move(batch).error()));
    const auto count = static_cast<double>(batch->spans.size());
    auto answer = [this, count, taken = std::move(taken),
                   reply = std::move(reply)](Result<trace::Refused> done) mutable {
        // The spans were in order, so they may come again: exporters drop what is answered with 500.
        if (!done) return reply(fail(Code::unavailable, std::move(done).error().message));
        taken.rejected += done->total();
        add_refusals(*done, taken.message);
        accepted_.Increment(count - done->total());
        rejected_.Increment(static_cast<double>(taken.rejected));
        reply(std::move(taken));
    };
    if (batch->spans.empty()) return answer({});
    recorder_.submit(*std::move(batch), std::move(answer));
}

void add_routes(net::Router& router, const Parts& parts) {
    const auto intake = std::make_shared<const Intake>(parts);
    add_http_routes(router, intake);
    add_grpc_routes(router, intake);
}

}  // namespace spanreel::api::otlp
