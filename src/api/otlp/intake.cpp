// SPDX-License-Identifier: Apache-2.0
#include "api/otlp/intake.hpp"

#include <prometheus/counter.h>

#include <algorithm>

#include "api/caller/caller.hpp"
#include "otlp/log_decode.hpp"
#include "trace/log_batch.hpp"
#include "trace/span_batch.hpp"

namespace spanreel::api::otlp {

using spanreel::otlp::Signal;

namespace {

/// A larger body is decoded on a thread of its own, so that a small one of somebody else does not wait for it: this
/// takes a millisecond at most.
constexpr std::size_t kDecodedAtOnce = 64 << 10;

/// `what` was sent.
void add_refusals(const trace::Refused& refused, std::string_view what, std::string& message) {
    auto also = [&](std::uint32_t count, std::string_view why) {
        if (count == 0) return;
        if (!message.empty()) message += "; ";
        message += fmt::format("{} {} {}", count, what, why);
    };
    also(refused.deleted, "belong to a deleted session");
    also(refused.full, "are beyond the limit of a trace");
    also(refused.foreign, "belong to a trace of another project");
}

prometheus::Counter& counter(net::Metrics& metrics, Signal signal, const char* outcome) {
    if (signal == Signal::logs)
        return metrics.counter("spanreel_log_records_total", "Log records received, by outcome",
                               {{"outcome", outcome}});
    return metrics.counter("spanreel_spans_total", "Spans received, by outcome", {{"outcome", outcome}});
}

}  // namespace

Intake::Intake(const Parts& parts)
    : keys_(parts.keys),
      rates_(parts.rates),
      recorder_(parts.recorder),
      prices_(parts.prices),
      decoders_(parts.decoders),
      limits_(parts.limits),
      spans_{counter(parts.metrics, Signal::traces, "accepted"), counter(parts.metrics, Signal::traces, "rejected")},
      logs_{counter(parts.metrics, Signal::logs, "accepted"), counter(parts.metrics, Signal::logs, "rejected")} {}

Result<access::Principal> Intake::admit(net::Request& request) const {
    SPANREEL_TRY(access::Principal principal, principal_of(keys_, request, KeyScope::ingest));
    request.account = principal.workspace;
    SPANREEL_CHECK(rates_.check(principal.key_id));
    return principal;
}

void Intake::take(Signal signal, net::Request request, bool large, Unpack unpack, Reply reply) const {
    auto principal = admit(request);  // it may have been revoked while the body came
    if (!principal) return reply(std::unexpected(std::move(principal).error()));
    const std::size_t size = request.body.size();
    if (size <= kDecodedAtOnce && !large)
        return record(signal, *principal, std::move(request), unpack, std::move(reply));
    decoders_.run(principal->workspace, size,
                  [this, signal, principal = *principal, request = std::move(request), unpack = std::move(unpack),
                   reply = std::move(reply)]() mutable {
                      record(signal, principal, std::move(request), unpack, std::move(reply));
                  });
}

Result<trace::SpanBatch> Intake::read(Signal signal, const access::Principal& principal, net::Request request,
                                      const Unpack& unpack, Taken& taken) const {
    SPANREEL_TRY(std::string body, unpack(request));
    SPANREEL_CHECK(request.memory.resize(std::min<std::uint64_t>(request.memory.held(), body.capacity())));
    MemoryBudget::Share share = std::move(request.memory);
    auto read = signal == Signal::logs ? &Intake::read_logs : &Intake::read_spans;
    SPANREEL_TRY(trace::SpanBatch batch, (this->*read)(principal, std::move(body), request.received, share, taken));
    SPANREEL_CHECK(share.resize(std::min<std::uint64_t>(share.held(), batch.memory)));
    batch.share = std::move(share);
    return batch;
}

Result<trace::SpanBatch> Intake::read_spans(const access::Principal& principal, std::string body, Time received,
                                            MemoryBudget::Share& memory, Taken& taken) const {
    const std::size_t size = body.size();
    spanreel::otlp::Batch decoded;
    SPANREEL_CHECK(spanreel::otlp::decode(std::move(body), limits_.content, decoded));
    SPANREEL_CHECK(rates_.take(principal.key_id, size, decoded.spans.size()));
    taken = {.rejected = decoded.rejected_count(), .message = decoded.rejected_message()};
    SPANREEL_CHECK(memory.extend(trace::memory_to_make(decoded)));
    return trace::make_batch(decoded, principal.workspace, principal.project, received, prices_);
}

Result<trace::SpanBatch> Intake::read_logs(const access::Principal& principal, std::string body, Time received,
                                           MemoryBudget::Share& memory, Taken& taken) const {
    const std::size_t size = body.size();
    spanreel::otlp::LogBatch decoded;
    SPANREEL_CHECK(spanreel::otlp::decode_logs(std::move(body), limits_.content, decoded));
    SPANREEL_CHECK(rates_.take(principal.key_id, size, decoded.records.size()));
    taken = {.rejected = decoded.rejected_count(), .message = decoded.rejected_message()};
    SPANREEL_CHECK(memory.extend(trace::memory_to_make(decoded)));
    return trace::make_log_batch(decoded, principal.workspace, principal.project, received);
}

void Intake::record(Signal signal, const access::Principal& principal, net::Request request, const Unpack& unpack,
                    Reply reply) const {
    Taken taken;
    auto batch = read(signal, principal, std::move(request), unpack, taken);
    if (!batch) return reply(std::unexpected(std::move(batch).error()));
    const Counters& counters = signal == Signal::logs ? logs_ : spans_;
    auto answer = [&counters, signal, count = batch->items(), taken = std::move(taken),
                   reply = std::move(reply)](Result<trace::Refused> done) mutable {
        // They were in order, so they may come again: exporters drop what is answered with 500.
        if (!done) return reply(fail(Code::unavailable, std::move(done).error().message));
        taken.rejected += done->total();
        add_refusals(*done, signal == Signal::logs ? "log records" : "spans", taken.message);
        counters.accepted.Increment(static_cast<double>(count - done->total()));
        counters.rejected.Increment(static_cast<double>(taken.rejected));
        reply(std::move(taken));
    };
    if (batch->items() == 0) return answer({});
    recorder_.submit(*std::move(batch), std::move(answer));
}

void add_routes(net::Router& router, const Parts& parts) {
    const auto intake = std::make_shared<const Intake>(parts);
    add_http_routes(router, intake);
    add_grpc_routes(router, intake);
}

}  // namespace spanreel::api::otlp
