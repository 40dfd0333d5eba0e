// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "session_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_session_get(const Id& request) {
    return prepared("getSession", "GET", "/session/" + sdk::encode_component(request.id));
}

sdk::Result<SessionResponse> read_session_get(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &SessionResponse::session);
}

}  // namespace spanreel::livepeer::detail
