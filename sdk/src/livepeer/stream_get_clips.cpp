// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_get_clips(const Id& request) {
    return prepared("getClips", "GET", "/stream/" + sdk::encode_component(request.id) + "/clips");
}

sdk::Result<AssetsResponse> read_stream_get_clips(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &AssetsResponse::data);
}

}  // namespace spanreel::livepeer::detail
