// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_stream_update(const UpdateStreamRequest& request) {
    return with_json(prepared("updateStream", "PATCH", "/stream/" + sdk::encode_component(request.id)),
                     request.stream_patch_payload);
}

sdk::Result<Answer> read_stream_update(sdk::HttpResponse response) { return read_no_content(std::move(response)); }

}  // namespace spanreel::livepeer::detail
