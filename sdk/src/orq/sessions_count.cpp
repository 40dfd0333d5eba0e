// SPDX-License-Identifier: Apache-2.0
#include "first_generation.hpp"
#include "session_list_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_sessions_count(const std::optional<SessionList>& request) {
    return with_body({.operation = "post_/v2/traces/sessions/count",
                      .method = "POST",
                      .path = "/v2/traces/sessions/count",
                      .query = {}},
                     request);
}

Result<SessionCount> read_sessions_count(sdk::HttpResponse response) {
    return read_first_generation<SessionCount>(std::move(response));
}

}  // namespace spanreel::orq::detail
