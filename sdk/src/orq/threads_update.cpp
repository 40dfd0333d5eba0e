// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "thread_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_threads_update(const ThreadUpdateRequest& request) {
    return second_generation("UpdateSession", "PATCH", thread_path(request.session_id), request.request_body);
}

Result<Thread> read_threads_update(sdk::HttpResponse response) {
    return read_second_generation<Thread>(std::move(response));
}

}  // namespace spanreel::orq::detail
