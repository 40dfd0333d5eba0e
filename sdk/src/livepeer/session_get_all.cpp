// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "session_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_session_get_all(const NoRequest&) {
    return prepared("getSessions", "GET", "/session");
}

sdk::Result<SessionsResponse> read_session_get_all(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &SessionsResponse::data);
}

}  // namespace spanreel::livepeer::detail
