// SPDX-License-Identifier: Apache-2.0
#include "first_generation.hpp"
#include "session_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_sessions_update(const SessionUpdateRequest& request) {
    return with_body(first_generation("UpdateSession", "PATCH", request.session_id), request.request_body);
}

Result<Session> read_sessions_update(sdk::HttpResponse response) {
    if (is_not_found(response)) return std::unexpected(sdk::not_found_error(std::move(response)));
    return read_first_generation<Session>(std::move(response));
}

}  // namespace spanreel::orq::detail
