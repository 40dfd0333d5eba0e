// SPDX-License-Identifier: Apache-2.0
#include <prometheus/counter.h>

#include "api/otlp/intake.hpp"
#include "otlp/log_decode.hpp"
#include "trace/log_batch.hpp"

namespace spanreel::api::otlp {

namespace {

void add_refusals(const trace::Refused& refused, std::string& message) {
    auto also = [&message](std::uint32_t count, std::string_view why) {
        if (count == 0) return;
        if (!message.empty()) message += "; ";
        message += fmt::format("{} {}", count, why);
    };
    also(refused.deleted, "log records belong to a deleted session");
    also(refused.full, "log records are beyond the limit of a trace");
    also(refused.foreign, "log records belong to a trace of another project");
}

}  // namespace

void Intake::take_logs(access::Principal principal, std::string body, Time received,
                       std::function<void(Result<Taken>)> reply) const {
    spanreel::otlp::LogBatch decoded;
    if (Result<void> read = spanreel::otlp::decode_logs(std::move(body), {}, decoded); !read)
        return reply(std::unexpected(std::move(read).error()));
    auto batch = trace::make_log_batch(decoded, std::move(principal.workspace), principal.project, received);
    if (!batch) return reply(std::unexpected(std::move(batch).error()));
    const auto count = static_cast<double>(decoded.records.size());
    Taken taken{.rejected = decoded.rejected_count(), .message = decoded.rejected_message()};
    auto answer = [this, count, taken = std::move(taken),
                   reply = std::move(reply)](Result<trace::Refused> done) mutable {
        // The records were in order, so they may come again: exporters drop what is answered with 500.
        if (!done) return reply(fail(Code::unavailable, std::move(done).error().message));
        taken.rejected += done->total();
        add_refusals(*done, taken.message);
        accepted_logs_.Increment(count - done->total());
        rejected_logs_.Increment(static_cast<double>(taken.rejected));
        reply(std::move(taken));
    };
    if (batch->logs.empty()) return answer({});
    recorder_.submit(*std::move(batch), std::move(answer));
}

}  // namespace spanreel::api::otlp
