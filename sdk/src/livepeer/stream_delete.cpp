// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "spanreel/livepeer/stream.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_delete(const Id& request) {
    return prepared("deleteStream", "DELETE", "/stream/" + sdk::encode_component(request.id));
}

sdk::Result<Answer> read_stream_delete(sdk::HttpResponse response) { return read_no_content(std::move(response)); }

}  // namespace spanreel::livepeer::detail
