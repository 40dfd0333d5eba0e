// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_create_clip(const ClipPayload& request) {
    return with_json(prepared("createClip", "POST", "/clip"), request);
}

sdk::Result<ClipResponse> read_stream_create_clip(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &ClipResponse::data);
}

}  // namespace spanreel::livepeer::detail
