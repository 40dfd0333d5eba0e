// SPDX-License-Identifier: Apache-2.0
#include "first_generation.hpp"
#include "session_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_sessions_create(const std::optional<SessionCreate>& request) {
    return with_body({.operation = "CreateSession", .method = "POST", .path = "/v2/traces/sessions", .query = {}},
                     request);
}

Result<Session> read_sessions_create(sdk::HttpResponse response) {
    return read_first_generation<Session>(std::move(response));
}

}  // namespace spanreel::orq::detail
