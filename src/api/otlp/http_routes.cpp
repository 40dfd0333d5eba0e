// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "api/otlp/intake.hpp"
#include "otlp/json.hpp"
#include "otlp/response.hpp"

namespace spanreel::api::otlp {

namespace {

using spanreel::otlp::Encoding;

/// Standard, Orq's, Langfuse's, LangSmith's and LiveKit's, so that an exporter only changes its host.
constexpr std::array<std::string_view, 7> kPaths{
    "/v1/traces",      "/v2/otel/v1/traces",           "/v2/otel", "/api/public/otel/v1/traces", "/api/public/otel",
    "/otel/v1/traces", "/observability/traces/otlp/v0"};
constexpr std::chrono::seconds kRetryAfter{1};

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
    net::Response answer = response(status, encoding,
                                    spanreel::otlp::encode_status(encoding, spanreel::otlp::grpc_code(error.code),
                                                                  error.message, error.retry_after));
    if (status == 429 || status == 503)
        answer.headers.set("Retry-After", std::to_string(error.retry_after.value_or(kRetryAfter).count()));
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

Result<std::string> protobuf_of(net::Request& request, Encoding encoding) {
    if (encoding == Encoding::protobuf) return std::move(request.body);
    SPANREEL_CHECK(request.memory.extend(request.body.size()));  // no longer than the JSON
    return spanreel::otlp::protobuf_from_json(std::exchange(request.body, {}));
}

void take(const Intake& intake, net::Request request, const net::Responder& responder) {
    const auto encoding = encoding_of(request);
    if (!encoding) return responder(error_response(415, Encoding::protobuf, encoding.error()));
    auto reply = [responder, encoding = *encoding](const Result<Taken>& taken) {
        if (!taken) return responder(error_response(http_status(taken.error().code), encoding, taken.error()));
        responder(
            response(200, encoding, spanreel::otlp::encode_export_response(encoding, taken->rejected, taken->message)));
    };
    auto unpack = [encoding = *encoding](net::Request& packed) { return protobuf_of(packed, encoding); };
    intake.take(std::move(request), false, std::move(unpack), std::move(reply));
}

}  // namespace

void add_http_routes(net::Router& router, std::shared_ptr<const Intake> intake) {
    net::Mount mount;
    mount.max_body = intake->limits().body;
    mount.max_encoded_body = intake->limits().body;
    mount.cors = net::Cors::any_origin;  // exporters in browsers
    mount.render_error = [](unsigned status, const Error& error) {
        return error_response(status, Encoding::protobuf, error);
    };
    mount.admit = [intake](net::Request& request) -> std::optional<net::Response> {
        auto principal = intake->admit(request);
        if (principal) return std::nullopt;
        auto encoding = encoding_of(request);
        return error_response(http_status(principal.error().code), encoding.value_or(Encoding::protobuf),
                              principal.error());
    };
    for (std::string_view path : kPaths) {
        router.mount(std::string(path), mount);
        router.add_async(net::Method::post, path, [intake](net::Request request, const net::Responder& responder) {
            take(*intake, std::move(request), responder);
        });
    }
}

}  // namespace spanreel::api::otlp
