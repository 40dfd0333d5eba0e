// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_create(const NewStreamPayload& request) {
    return with_json(prepared("createStream", "POST", "/stream"), request);
}

sdk::Result<StreamResponse> read_stream_create(sdk::HttpResponse response) {
    return read_answer(std::move(response), 201, &StreamResponse::stream);
}

}  // namespace spanreel::livepeer::detail
