// SPDX-License-Identifier: Apache-2.0
// The eight variants of `query.filters` (contract: orq, sections 2.6 and 6). The official client strips what the
// variant that it guesses does not know, so `type`, then `operator`, then the JSON type of `value` decide, and options
// and evaluator fields are accepted and never needed. Pure; any thread.
#pragma once
#include "api/json/json_members.hpp"
#include "base/time.hpp"
#include "store/session_query.hpp"

namespace spanreel::api::orq {

/// Of numbers that one filter compares with; more are refused.
inline constexpr std::size_t kMaxFilterNumbers = 100;

/// A value that is absent, null, an empty array, or the `false` that the client puts in its place, restricts nothing.
/// What cannot be read is refused on `in`.
store::Filter read_query_filter(const JsonMembers& in, Time now);

}  // namespace spanreel::api::orq
