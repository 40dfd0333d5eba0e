// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "spanreel/livepeer/stream.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_terminate(const Id& request) {
    return prepared("terminateStream", "DELETE", "/stream/" + sdk::encode_component(request.id) + "/terminate");
}

sdk::Result<Answer> read_stream_terminate(sdk::HttpResponse response) { return read_no_content(std::move(response)); }

}  // namespace spanreel::livepeer::detail
