// SPDX-License-Identifier: Apache-2.0
#include "trace_json.hpp"

namespace spanreel::orq {

std::string to_json(const TraceResponse& response) { return sdk::json_of(response); }
std::string to_json(const SpanPage& page) { return sdk::json_of(page); }
std::string to_json(const SpanResponse& response) { return sdk::json_of(response); }

}  // namespace spanreel::orq
