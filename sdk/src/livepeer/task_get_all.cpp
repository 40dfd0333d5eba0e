// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "task_json.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_task_get_all(const NoRequest&) { return prepared("getTasks", "GET", "/task"); }

sdk::Result<TasksResponse> read_task_get_all(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &TasksResponse::data);
}

}  // namespace spanreel::livepeer::detail
