// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "thread_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_threads_delete(const ThreadId& request) {
    sdk::Prepared prepared = second_generation("DeleteSession", "DELETE", thread_path(request.session_id));
    prepared.accept = "*/*";  // there is no body to accept
    return prepared;
}

Result<void> read_threads_delete(sdk::HttpResponse response) {
    if (response.status == 204) return {};
    return std::unexpected(sdk::api_error(std::move(response), sdk::Wording::second));
}

}  // namespace spanreel::orq::detail
