// SPDX-License-Identifier: Apache-2.0
// Attributes that hold JSON as a text.
#pragma once
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace spanreel::trace {

/// Null when the text is no JSON, longer than kMaxMetadataBytes or nested deeper than kMaxJsonDepth.
boost::json::value parse_attribute_json(std::string_view text, boost::json::storage_ptr storage);

inline constexpr std::size_t kMaxJsonDepth = 16;

}  // namespace spanreel::trace
