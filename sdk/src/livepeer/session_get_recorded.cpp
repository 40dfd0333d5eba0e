// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "session_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_session_get_recorded(const GetRecordedSessionsRequest& request) {
    sdk::Prepared sent =
        prepared("getRecordedSessions", "GET", "/stream/" + sdk::encode_component(request.parent_id) + "/sessions");
    if (request.record) sent.query = "record=" + sdk::json_of(request.record->value());
    return sent;
}

sdk::Result<SessionsResponse> read_session_get_recorded(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &SessionsResponse::data);
}

}  // namespace spanreel::livepeer::detail
