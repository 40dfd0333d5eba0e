// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "thread_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_threads_count(const ThreadQuery& request) {
    return second_generation("GetSessionCount", "POST", "/v2/sessions/count", request);
}

Result<ThreadCount> read_threads_count(sdk::HttpResponse response) {
    return read_second_generation<ThreadCount>(std::move(response));
}

}  // namespace spanreel::orq::detail
