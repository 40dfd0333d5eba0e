// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "task_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_task_get(const Id& request) {
    return prepared("getTask", "GET", "/task/" + sdk::encode_component(request.id));
}

sdk::Result<TaskResponse> read_task_get(sdk::HttpResponse response) {
    if (response.status == 200 && sdk::is_json(response)) return with_body(std::move(response), &TaskResponse::task);
    if (response.status >= 400 && response.status < 600)
        return std::unexpected(sdk::api_error(std::move(response), sdk::Wording::first));
    return bare<TaskResponse>(std::move(response));
}

}  // namespace spanreel::livepeer::detail
