// SPDX-License-Identifier: Apache-2.0
#include "trace/trace_columns.hpp"

#include <algorithm>
#include <span>

namespace spanreel::trace {

store::TraceColumns columns_of(const TraceRollup& rollup) {
    store::TraceColumns columns{.name = rollup.name,
                                .operation = rollup.operation,
                                .status = std::string(name_of(rollup.status)),
                                .session_key = rollup.session_key,
                                .thread = rollup.conversation_id,
                                .providers = rollup.providers,
                                .models = rollup.models,
                                .agents = rollup.agents,
                                .tools = rollup.tools,
                                .span_count = rollup.span_count,
                                .error_count = rollup.error_count};
    if (!rollup.users.empty()) columns.identity = rollup.users.front().value;
    for (const Observed& tag : std::span(rollup.tags).first(std::min(rollup.tags.size(), kSearchedTags)))
        columns.tags.push_back(tag.value);
    if (has_usage(rollup)) {
        columns.prompt_tokens = rollup.usage.prompt();
        columns.completion_tokens = rollup.usage.completion();
    }
    if (has_cost(rollup)) columns.cost = to_usd(rollup.cost.total);
    return columns;
}

}  // namespace spanreel::trace
