// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "thread_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_threads_get(const ThreadId& request) {
    return second_generation("GetSession", "GET", thread_path(request.session_id));
}

Result<Thread> read_threads_get(sdk::HttpResponse response) {
    return read_second_generation<Thread>(std::move(response));
}

}  // namespace spanreel::orq::detail
