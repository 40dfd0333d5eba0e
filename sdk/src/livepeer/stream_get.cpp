// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_get(const Id& request) {
    return prepared("getStream", "GET", "/stream/" + sdk::encode_component(request.id));
}

sdk::Result<StreamResponse> read_stream_get(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &StreamResponse::stream);
}

}  // namespace spanreel::livepeer::detail
