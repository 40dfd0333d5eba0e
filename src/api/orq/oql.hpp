// SPDX-License-Identifier: Apache-2.0
// OQL, a pipeline of stages (docs/trace-search.md): `fetch traces | filter status == "error" and duration_ms > 500 |
// sort end_time desc | limit 20`. Pure; any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "store/session_query.hpp"

namespace spanreel::api::orq {

// More is `invalid`; conditions and values have the limits of filters (list_body.hpp).
inline constexpr std::size_t kMaxOqlBytes = 16'384;
/// Parentheses in each other.
inline constexpr std::size_t kMaxOqlNesting = 16;

struct Oql {
    store::Filter filter;               ///< that of all stages
    std::optional<std::int64_t> limit;  ///< of the last stage that has one, 1 or more
};

/// `invalid` says at which character, counted from 1 in bytes, what was expected.
Result<Oql> parse_oql(std::string_view text);

}  // namespace spanreel::api::orq
