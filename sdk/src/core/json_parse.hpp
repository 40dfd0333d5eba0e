// SPDX-License-Identifier: Apache-2.0
// JSON text to values, each number the nearest double: Boost.JSON's own reader is off by a bit in one of eight.
#pragma once
#include <boost/json/value.hpp>

#include <string_view>

#pragma GCC visibility push(default)
namespace spanreel::sdk {

/// Of arrays and objects in each other; deeper ones are an error.
inline constexpr std::size_t kMaxJsonDepth = 100;

boost::json::value parse_json(std::string_view text, boost::json::error_code& error);

}  // namespace spanreel::sdk
#pragma GCC visibility pop
