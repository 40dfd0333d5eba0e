// SPDX-License-Identifier: Apache-2.0
// List bodies as store::SessionQuery (contract: orq, sections 2.4, 2.5, 3.4 and 6; semantics, list requests). An empty
// text stands for no body: the first page in the default order. Pure; any thread.
#pragma once
#include <string_view>

#include "api/orq/generation.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "store/session_query.hpp"

namespace spanreel::api::orq {

inline constexpr std::int64_t kDefaultPageLimit = 50;
/// A larger limit means this one.
inline constexpr std::int64_t kMaxPageLimit = 1000;
// More of these than anyone needs is `invalid`: each costs a comparison for every row.
inline constexpr std::size_t kMaxFilters = 100;
inline constexpr std::size_t kMaxFilterValues = 1000;
inline constexpr std::size_t kMaxSearchPaths = 50;
inline constexpr std::size_t kMaxSortKeys = 16;

/// Without workspace and project, which the caller's key decides. Relative dates and intervals count from `now`.
Result<store::SessionQuery> read_list_body(Generation generation, std::string_view body, Time now);

}  // namespace spanreel::api::orq
