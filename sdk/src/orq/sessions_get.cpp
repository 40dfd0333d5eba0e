// SPDX-License-Identifier: Apache-2.0
#include "../core/answer.hpp"
#include "../core/url.hpp"
#include "session_json.hpp"

namespace spanreel::orq::detail {

sdk::Result<sdk::Prepared> prepare_sessions_get(const SessionId& request) {
    return sdk::Prepared{.operation = "GetSession",
                         .method = "GET",
                         .path = "/v2/traces/sessions/" + sdk::encode_component(request.session_id),
                         .query = {}};
}

sdk::Result<Session> read_sessions_get(sdk::HttpResponse response) {
    if (response.status == 200 && sdk::is_json(response)) return sdk::read_body<Session>(std::move(response));
    if (response.status == 404 && sdk::is_json(response))
        return std::unexpected(sdk::not_found_error(std::move(response)));
    return std::unexpected(sdk::api_error(std::move(response), sdk::Wording::first));
}

}  // namespace spanreel::orq::detail
