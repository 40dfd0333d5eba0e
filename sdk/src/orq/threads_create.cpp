// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "thread_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_threads_create(const ThreadCreate& request) {
    return second_generation("CreateSession", "POST", "/v2/sessions", request);
}

Result<Thread> read_threads_create(sdk::HttpResponse response) {
    return read_second_generation<Thread>(std::move(response));
}

}  // namespace spanreel::orq::detail
