// SPDX-License-Identifier: Apache-2.0
#include "first_generation.hpp"
#include "session_list_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_sessions_list(const std::optional<SessionList>& request) {
    return with_body({.operation = "ListSessions", .method = "POST", .path = "/v2/traces/sessions/query", .query = {}},
                     request);
}

Result<SessionPage> read_sessions_list(sdk::HttpResponse response) {
    return read_first_generation<SessionPage>(std::move(response));
}

}  // namespace spanreel::orq::detail
