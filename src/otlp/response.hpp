// SPDX-License-Identifier: Apache-2.0
// What an OTLP/HTTP server answers: ExportTraceServiceResponse on success, google.rpc.Status on failure, in the
// encoding of the request (opentelemetry specification, OTLP/HTTP Response).
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spanreel::otlp {

enum class Encoding : std::uint8_t { protobuf, json };

/// Without rejected spans and without a message, `partial_success` is left out, as the specification asks.
std::string encode_export_response(Encoding encoding, std::int64_t rejected_spans, std::string_view message);

/// The number of google.rpc.Code for `code`.
int grpc_code(Code code);
/// With a RetryInfo (google/rpc/error_details.proto) among its details when it says when to come again.
std::string encode_status(Encoding encoding, int grpc_code, std::string_view message,
                          std::optional<std::chrono::seconds> retry_after = {});

}  // namespace spanreel::otlp
