// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_get_all(const GetStreamsRequest& request) {
    sdk::Prepared prepared_request = prepared("getStreams", "GET", "/stream");
    if (request.streamsonly) prepared_request.query = "streamsonly=" + sdk::encode_component(*request.streamsonly);
    return prepared_request;
}

sdk::Result<StreamsResponse> read_stream_get_all(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &StreamsResponse::data);
}

}  // namespace spanreel::livepeer::detail
