// SPDX-License-Identifier: Apache-2.0
#include "otlp/response.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <protozero/pbf_writer.hpp>

#include "base/encoding.hpp"

namespace spanreel::otlp {

using protozero::pbf_writer;

namespace {

/// As google.protobuf.Any names it.
constexpr const char* kRetryInfo = "type.googleapis.com/google.rpc.RetryInfo";

}  // namespace

std::string encode_export_response(Encoding encoding, std::int64_t rejected_spans, std::string_view message) {
    bool partial = rejected_spans != 0 || !message.empty();
    if (encoding == Encoding::json) {
        boost::json::object response;
        if (partial)
            response["partialSuccess"] = {{"rejectedSpans", std::to_string(rejected_spans)},
                                          {"errorMessage", to_utf8(message)}};
        return boost::json::serialize(response);
    }
    std::string response;
    if (!partial) return response;
    std::string partial_success;
    pbf_writer writer(partial_success);
    if (rejected_spans != 0) writer.add_int64(1, rejected_spans);
    if (!message.empty()) writer.add_string(2, to_utf8(message));
    pbf_writer(response).add_message(1, partial_success);
    return response;
}

int grpc_code(Code code) {
    switch (code) {
        case Code::invalid:
        case Code::unprocessable: return 3;
        case Code::unauthorized: return 16;
        case Code::forbidden: return 7;
        case Code::not_found: return 5;
        case Code::conflict: return 6;
        case Code::too_large:
        case Code::exhausted: return 8;
        case Code::unavailable: return 14;
        case Code::unsupported: return 12;
        case Code::corrupt: return 15;
        case Code::internal: return 13;
    }
    return 2;
}

std::string encode_status(Encoding encoding, int grpc_code, std::string_view message,
                          std::optional<std::chrono::seconds> retry_after) {
    if (encoding == Encoding::json) {
        boost::json::object status{{"code", grpc_code}, {"message", to_utf8(message)}};
        if (retry_after)
            status["details"] = {{{"@type", kRetryInfo}, {"retryDelay", fmt::format("{}s", retry_after->count())}}};
        return boost::json::serialize(status);
    }
    std::string status;
    pbf_writer writer(status);
    writer.add_int32(1, grpc_code);
    writer.add_string(2, to_utf8(message));
    if (retry_after) {
        std::string duration, retry_info;
        pbf_writer(duration).add_int64(1, retry_after->count());
        pbf_writer(retry_info).add_message(1, duration);
        pbf_writer any(writer, 3);
        any.add_string(1, kRetryInfo);
        any.add_bytes(2, retry_info);
    }
    return status;
}

}  // namespace spanreel::otlp
