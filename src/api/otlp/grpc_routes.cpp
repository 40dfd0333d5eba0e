// SPDX-License-Identifier: Apache-2.0
// opentelemetry.proto.collector.trace.v1.TraceService over gRPC: status and message of an answer stand in its trailers,
// or in its head when there is no message to answer with.
#include "api/otlp/grpc_message.hpp"
#include "api/otlp/intake.hpp"
#include "base/encoding.hpp"
#include "otlp/response.hpp"

namespace spanreel::api::otlp {

namespace {

constexpr std::string_view kService = "/opentelemetry.proto.collector.trace.v1.TraceService";
constexpr std::size_t kPrefixRoom = 16;
constexpr std::chrono::seconds kRetryAfter{1};

net::Response empty_grpc_response() {
    net::Response response;
    response.headers.set("Content-Type", "application/grpc");
    response.headers.set("Grpc-Accept-Encoding", std::string(kGrpcEncodings));
    return response;
}

net::Response grpc_error(const Error& error) {
    net::Response response = empty_grpc_response();
    response.headers.set("Grpc-Status", std::to_string(spanreel::otlp::grpc_code(error.code)));
    response.headers.set("Grpc-Message", grpc_message_text(error.message));
    // RESOURCE_EXHAUSTED without it is final (opentelemetry specification, OTLP/gRPC Throttling).
    auto retry_after = error.retry_after;
    if (!retry_after && error.code == Code::unavailable) retry_after = kRetryAfter;
    if (retry_after)
        response.headers.set("Grpc-Status-Details-Bin",
                             to_base64(as_bytes(spanreel::otlp::encode_status(spanreel::otlp::Encoding::protobuf,
                                                                              spanreel::otlp::grpc_code(error.code),
                                                                              error.message, retry_after))));
    return response;
}

net::Response taken_response(const Taken& taken) {
    net::Response response = empty_grpc_response();
    response.body = write_grpc_message(
        spanreel::otlp::encode_export_response(spanreel::otlp::Encoding::protobuf, taken.rejected, taken.message));
    response.trailers.set("Grpc-Status", "0");
    return response;
}

bool is_grpc(const net::Request& request) {
    const std::string type = request.content_type();
    return request.http2 && (type == "application/grpc" || type.starts_with("application/grpc+proto"));
}

/// Of a request that is not gRPC, in HTTP's terms: its client reads no other.
net::Response not_grpc() {
    return net::text_response(
        415, "This path takes gRPC over HTTP/2 only; OTLP over HTTP goes to /v1/traces, at port 4318 by default\n");
}

void take(const Intake& intake, net::Request request, const net::Responder& responder) {
    auto reply = [responder](const Result<Taken>& taken) {
        responder(taken ? taken_response(*taken) : grpc_error(taken.error()));
    };
    auto unpack = [max_size = intake.limits().body](net::Request& packed) {
        const std::string encoding(packed.headers.get("grpc-encoding").value_or(""));
        return read_grpc_message(std::move(packed.body), encoding, max_size, packed.memory);
    };
    const bool compressed = is_compressed(request.body);
    intake.take(std::move(request), compressed, std::move(unpack), std::move(reply));
}

}  // namespace

void add_grpc_routes(net::Router& router, std::shared_ptr<const Intake> intake) {
    net::Mount mount;
    mount.max_body = intake->limits().body + kPrefixRoom;
    mount.max_encoded_body = mount.max_body;
    mount.render_error = [](unsigned, const Error& error) { return grpc_error(error); };
    mount.fallback = [](const net::Request& request, const net::Unmatched&) {
        if (!is_grpc(request)) return not_grpc();
        return grpc_error({Code::unsupported, "The one call of this service is Export"});
    };
    mount.admit = [intake](net::Request& request) -> std::optional<net::Response> {
        auto principal = intake->admit(request);
        if (is_grpc(request)) return principal ? std::nullopt : std::optional(grpc_error(principal.error()));
        if (principal) return not_grpc();
        return net::text_response(http_status(principal.error().code), principal.error().message + "\n");
    };
    router.mount(std::string(kService), mount);
    router.add_async(net::Method::post, std::string(kService) + "/Export",
                     [intake](net::Request request, const net::Responder& responder) {
                         take(*intake, std::move(request), responder);
                     });
}

}  // namespace spanreel::api::otlp
