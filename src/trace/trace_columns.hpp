// SPDX-License-Identifier: Apache-2.0
// What searches ask of a trace, from its rollup. Pure; any thread.
#pragma once
#include "model/rollup.hpp"
#include "store/span_store.hpp"

namespace spanreel::trace {

/// Of a trace's tags, the first ones: each row has them.
inline constexpr std::size_t kSearchedTags = 100;

/// Each value as answers show it: tokens only of a trace that has usage, a cost only where something was priced.
store::TraceColumns columns_of(const TraceRollup& rollup);

}  // namespace spanreel::trace
