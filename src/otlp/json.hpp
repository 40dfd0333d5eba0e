// SPDX-License-Identifier: Apache-2.0
// OTLP/JSON (opentelemetry specification, "OTLP: JSON Protobuf Encoding") turned into the protobuf bytes of the same
// request, so that one decoder serves both. Ids are hex of any case (dashes of a UUID are dropped), 64-bit integers
// are texts or numbers, enums numbers or names, field names lowerCamelCase or snake_case; null is absent, what is
// unknown is ignored. Values nested deeper than kMaxJsonValueNesting are left out.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "otlp/signal.hpp"

namespace spanreel::otlp {

inline constexpr unsigned kMaxJsonValueNesting = 64;
/// Of any JSON array or object in another, known field or not; deeper fails the body.
inline constexpr unsigned kMaxJsonDepth = 1'000;

/// The signal's export request as JSON to the same as protobuf. `invalid` names the byte offset of broken JSON, or the
/// path of a field that has the wrong type.
Result<std::string> protobuf_from_json(std::string_view json, Signal signal = Signal::traces);

}  // namespace spanreel::otlp
