// SPDX-License-Identifier: Apache-2.0
// The wire of a gRPC unary call (gRPC over HTTP/2, "Requests" and "Responses"): one message with its prefix, its
// compression, and what stands in the fields of the answer.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/memory_budget.hpp"

namespace spanreel::api::otlp {

/// What `grpc-accept-encoding` says.
inline constexpr std::string_view kGrpcEncodings = "identity, gzip, deflate";

bool is_compressed(std::string_view body);
/// The one message of a request body, decompressed as `encoding`, the field `grpc-encoding`, says. `unsupported` for
/// another compression, `too_large` past `max_size`, else `invalid`; of `memory`, which has the body, as that says.
Result<std::string> read_grpc_message(std::string body, std::string_view encoding, std::size_t max_size,
                                      MemoryBudget::Share& memory);

/// With its prefix, not compressed.
std::string write_grpc_message(std::string_view message);

/// As `grpc-message` has it: percent-encoded but for printable ASCII.
std::string grpc_message_text(std::string_view text);

}  // namespace spanreel::api::otlp
