// SPDX-License-Identifier: Apache-2.0
#include "first_generation.hpp"
#include "spanreel/orq/sessions.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_sessions_delete(const SessionId& request) {
    return first_generation("DeleteSession", "DELETE", request.session_id);
}

Result<void> read_sessions_delete(sdk::HttpResponse response) {
    if (response.status == 204) return {};
    if (is_not_found(response)) return std::unexpected(sdk::not_found_error(std::move(response)));
    return std::unexpected(sdk::api_error(std::move(response), sdk::Wording::first));
}

}  // namespace spanreel::orq::detail
