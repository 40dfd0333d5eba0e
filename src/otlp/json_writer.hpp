// SPDX-License-Identifier: Apache-2.0
// The way back of json.hpp: the protobuf bytes of an ExportTraceServiceRequest as OTLP/JSON, on one line. Every field
// of the schema is written as it came, present zeros too; text that is not UTF-8 has U+FFFD in place of what is broken.
// Pure functions; any thread.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spanreel::otlp {

/// Appends to `out`. `corrupt` when the bytes are malformed or nested deeper than kMaxJsonValueNesting; `out` then
/// holds a part.
Result<void> append_json_from_protobuf(std::string& out, std::string_view request);

}  // namespace spanreel::otlp
