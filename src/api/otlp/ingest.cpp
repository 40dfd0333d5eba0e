// SPDX-License-Identifier: Apache-2.0
#include "api/otlp/ingest.hpp"

#include <prometheus/counter.h>

#include <array>

#include "api/caller/caller.hpp"
#include "otlp/decode.hpp"
#include "otlp/json.hpp"
#include "otlp/response.hpp"
#include "trace/span_batch.hpp"

namespace spanreel::api::otlp {

namespace {

using spanreel::otlp::Encoding;

/// Standard, Orq's, Langfuse's, LangSmith's and LiveKit's, so that an exporter only changes its host.
constexpr std::array<std::string_view, 7> kPaths{
    "/v1/traces",      "/v2/otel/v1/traces",           "/v2/otel", "/api/public/otel/v1/traces", "/api/public/otel",
    "/otel/v1/traces", "/observability/traces/otlp/v0"};
constexpr std::size_t kMaxBody = 64u << 20;
constexpr int kRetryAfterSeconds = 1;

std::string_view media_type(Encoding encoding) {
    return encoding == Encoding::json ? "application/json" : "application/x-protobuf";
}

net::Response response(unsigned status, Encoding encoding, std::string body) {
    net::Response answer{status, {}, std::move(body)};
    answer.headers.set("Content-Type", std::string(media_type(encoding)));
    return answer;
}

/// google.rpc.Status in the request's encoding; what may be sent again says when.
net::Response error_response(unsigned status, Encoding encoding, const Error& error) {
    net::Response answer =
        response(status, encoding,
                 spanreel::otlp::encode_status(encoding, spanreel::otlp::grpc_code(error.code), error.message));
    if (status == 429 || status == 503) answer.headers.set("Retry-After", std::to_string(kRetryAfterSeconds));
    if (status == 401) answer.headers.set("WWW-Authenticate", "Bearer");
    return answer;
}

Result<Encoding> encoding_of(const net::Request& request) {
    std::string type = request.content_type();
    if (type == "application/x-protobuf" || type == "application/protobuf") return Encoding::protobuf;
    if (type == "application/json") return Encoding::json;
    return fail(Code::invalid,
                fmt::format("content type \"{}\" is not OTLP: send application/x-protobuf or application/json", type));
}

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

class Ingest {
  public:
    Ingest(access::KeyRing& keys, trace::Recorder& recorder, net::Metrics& metrics)
        : keys_(keys),
          recorder_(recorder),
          accepted_(metrics.counter("spanreel_spans_total", "Spans received, by outcome", {{"outcome", "accepted"}})),
          rejected_(metrics.counter("spanreel_spans_total", "Spans received, by outcome", {{"outcome", "rejected"}})) {}

    Result<access::Principal> authenticate(const net::Request& request) const {
        return principal_of(keys_, request, KeyScope::ingest);
    }

    void take(net::Request request, const net::Responder& responder) const {
        auto encoding = encoding_of(request);
        if (!encoding) return responder(error_response(415, Encoding::protobuf, encoding.error()));
        if (Result<void> begun = begin(std::move(request), *encoding, responder); !begun)
            responder(error_response(http_status(begun.error().code), *encoding, begun.error()));
    }

  private:
    Result<void> begin(net::Request request, Encoding encoding, const net::Responder& responder) const {
        SPANREEL_TRY(access::Principal principal, authenticate(request));
        if (encoding == Encoding::json) {
            SPANREEL_TRY(request.body, spanreel::otlp::protobuf_from_json(request.body));
        }
        auto decoded = std::make_unique<spanreel::otlp::Batch>();
        SPANREEL_CHECK(spanreel::otlp::decode(std::move(request.body), {}, *decoded));
        SPANREEL_TRY(trace::SpanBatch batch,
                     trace::make_batch(*decoded, std::move(principal.workspace), principal.project, request.received));
        auto count = static_cast<double>(decoded->spans.size());
        decoded->body = {};  // the frames hold it now
        if (batch.spans.empty()) {
            answer(responder, encoding, *decoded, {}, 0);
            return {};
        }
        recorder_.submit(std::move(batch), [this, responder, encoding, count,
                                            decoded = std::move(decoded)](Result<trace::Refused> recorded) {
            if (recorded) return answer(responder, encoding, *decoded, *recorded, count);
            // The spans were in order, so they may come again: exporters drop what is answered with 500.
            responder(error_response(503, encoding, recorded.error()));
        });
        return {};
    }

    void answer(const net::Responder& responder, Encoding encoding, const spanreel::otlp::Batch& decoded,
                const trace::Refused& refused, double count) const {
        std::int64_t rejected = std::int64_t{decoded.rejected_count()} + refused.total();
        accepted_.Increment(count - refused.total());
        rejected_.Increment(static_cast<double>(rejected));
        responder(
            response(200, encoding,
                     spanreel::otlp::encode_export_response(encoding, rejected, refusal_message(decoded, refused))));
    }

    access::KeyRing& keys_;
    trace::Recorder& recorder_;
    prometheus::Counter& accepted_;
    prometheus::Counter& rejected_;
};

}  // namespace

void add_routes(net::Router& router, access::KeyRing& keys, trace::Recorder& recorder, net::Metrics& metrics) {
    auto ingest = std::make_shared<const Ingest>(keys, recorder, metrics);
    net::Mount mount;
    mount.max_body = kMaxBody;
    mount.max_encoded_body = kMaxBody;
    mount.cors = net::Cors::any_origin;  // exporters in browsers
    mount.render_error = [](unsigned status, const Error& error) {
        return error_response(status, Encoding::protobuf, error);
    };
    mount.admit = [ingest](const net::Request& request) -> std::optional<net::Response> {
        auto principal = ingest->authenticate(request);
        if (principal) return std::nullopt;
        auto encoding = encoding_of(request);
        return error_response(http_status(principal.error().code), encoding.value_or(Encoding::protobuf),
                              principal.error());
    };
    for (std::string_view path : kPaths) {
        router.mount(std::string(path), mount);
        router.add_async(net::Method::post, path, [ingest](net::Request request, const net::Responder& responder) {
            ingest->take(std::move(request), responder);
        });
    }
}

}  // namespace spanreel::api::otlp
