// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_get_all(const GetStreamsRequest& request) {
    sdk::Prepared sent = prepared("getStreams", "GET", "/stream");
    if (request.streamsonly) sent.query = "streamsonly=" + sdk::encode_component(*request.streamsonly);
    return sent;
}

sdk::Result<StreamsResponse> read_stream_get_all(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &StreamsResponse::data);
}

}  // namespace spanreel::livepeer::detail
