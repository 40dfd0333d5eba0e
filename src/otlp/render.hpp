// SPDX-License-Identifier: Apache-2.0
// Stored span bytes as JSON for API answers. Values keep their structure: maps are objects, arrays arrays, integers
// whole 64-bit integers, bytes base64 text, NaN and infinities the texts "NaN", "Infinity", "-Infinity". Text that is
// not UTF-8 is shown with U+FFFD in place of what is broken. Of a repeated key the last one is shown.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

#include "otlp/decode.hpp"

namespace spanreel::otlp {

boost::json::value to_json(const Value& value);
boost::json::object to_json(const Attributes& attributes);
/// `[{"time": ISO, "time_unix_nano": "…", "name": …, "attributes": {…}}]`
boost::json::array to_json(const Events& events);
/// `[{"trace_id": hex, "span_id": hex, "attributes": {…}}]`
boost::json::array to_json(const Links& links);

/// Everything a span says beyond its ids and times: kind, status_message, trace_state, attributes, events, links,
/// resource (attributes) and scope (name, version, attributes). Parts that are empty are left out, `attributes` not.
boost::json::object to_json(const SpanView& span, const SourceView& source);

}  // namespace spanreel::otlp
