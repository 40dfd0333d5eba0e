// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "task_json.hpp"

namespace spanreel::livepeer {

std::string to_json(const Task& task) { return sdk::json_of(task); }

std::string to_json(const TaskResponse& response) { return answer_json(response, response.task, "task"); }

std::string to_json(const TasksResponse& response) { return answer_json(response, response.data, "data"); }

}  // namespace spanreel::livepeer
