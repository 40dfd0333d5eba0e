// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "session_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_session_get_clips(const Id& request) {
    return prepared("getSessionClips", "GET", "/session/" + sdk::encode_component(request.id) + "/clips");
}

sdk::Result<AssetsResponse> read_session_get_clips(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &AssetsResponse::data);
}

}  // namespace spanreel::livepeer::detail
