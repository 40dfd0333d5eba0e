// SPDX-License-Identifier: Apache-2.0
#include "api/otlp/intake.hpp"

#include <prometheus/counter.h>

#include "api/caller/caller.hpp"
#include "api/otlp/routes.hpp"
#include "otlp/decode.hpp"
#include "trace/span_batch.hpp"

namespace spanreel::api::otlp {

namespace {

std::string refusal_message(const spanreel::otlp::Batch& decoded, const trace::Refused& refused) {
    std::string message = decoded.rejected_message();
    auto also = [&message](std::uint32_t count, std::string_view why) {
        if (count == 0) return;
        if (!message.empty()) message += "; ";
        message += fmt::format("{} {}", count, why);
    };
    also(refused.deleted, "spans belong to a deleted session");
    also(refused.full, "spans are beyond the limit of a trace");
    also(refused.foreign, "spans belong to a trace of another project");
    return message;
}

}  // namespace

Intake::Intake(access::KeyRing& keys, trace::Recorder& recorder, const trace::PriceTable& prices, net::Metrics& metrics)
    : keys_(keys),
      recorder_(recorder),
      prices_(prices),
      accepted_(metrics.counter("spanreel_spans_total", "Spans received, by outcome", {{"outcome", "accepted"}})),
      rejected_(metrics.counter("spanreel_spans_total", "Spans received, by outcome", {{"outcome", "rejected"}})),
      accepted_logs_(
          metrics.counter("spanreel_log_records_total", "Log records received, by outcome", {{"outcome", "accepted"}})),
      rejected_logs_(metrics.counter("spanreel_log_records_total", "Log records received, by outcome",
                                     {{"outcome", "rejected"}})) {}

Result<access::Principal> Intake::authenticate(const net::Request& request) const {
    return principal_of(keys_, request, KeyScope::ingest);
}

void Intake::take(access::Principal principal, std::string body, Time received,
                  std::function<void(Result<Taken>)> reply) const {
    auto decoded = std::make_unique<spanreel::otlp::Batch>();
    if (Result<void> read = spanreel::otlp::decode(std::move(body), {}, *decoded); !read)
        return reply(std::unexpected(std::move(read).error()));
    auto batch = trace::make_batch(*decoded, std::move(principal.workspace), principal.project, received, prices_);
    if (!batch) return reply(std::unexpected(std::move(batch).error()));
    const auto count = static_cast<double>(decoded->spans.size());
    decoded->body = {};  // the frames hold it now
    auto answer = [this, count, decoded = std::move(decoded), reply = std::move(reply)](Result<trace::Refused> done) {
        // The spans were in order, so they may come again: exporters drop what is answered with 500.
        if (!done) return reply(fail(Code::unavailable, std::move(done).error().message));
        Taken taken{.rejected = std::int64_t{decoded->rejected_count()} + done->total(),
                    .message = refusal_message(*decoded, *done)};
        accepted_.Increment(count - done->total());
        rejected_.Increment(static_cast<double>(taken.rejected));
        reply(std::move(taken));
    };
    if (batch->spans.empty()) return answer({});
    recorder_.submit(*std::move(batch), std::move(answer));
}

void add_routes(net::Router& router, access::KeyRing& keys, trace::Recorder& recorder, const trace::PriceTable& prices,
                net::Metrics& metrics) {
    const auto intake = std::make_shared<const Intake>(keys, recorder, prices, metrics);
    add_http_routes(router, intake);
    add_grpc_routes(router, intake);
}

}  // namespace spanreel::api::otlp
