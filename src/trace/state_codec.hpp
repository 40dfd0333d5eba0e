// SPDX-License-Identifier: Apache-2.0
// Trace rollups as protobuf bytes, for the index row of a trace. Field numbers are in state_codec.cpp; a number is
// never used twice.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/rollup.hpp"

namespace spanreel::trace {

std::string encode_rollup(const TraceRollup& rollup);
Result<TraceRollup> decode_rollup(std::string_view bytes);

}  // namespace spanreel::trace
