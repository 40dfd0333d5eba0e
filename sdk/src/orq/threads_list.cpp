// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "thread_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_threads_list(const ThreadQuery& request) {
    return second_generation("ListSessions", "POST", "/v2/sessions/query", request);
}

Result<ThreadPage> read_threads_list(sdk::HttpResponse response) {
    return read_second_generation<ThreadPage>(std::move(response));
}

}  // namespace spanreel::orq::detail
