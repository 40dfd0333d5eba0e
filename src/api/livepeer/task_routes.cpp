// SPDX-License-Identifier: Apache-2.0
#include <boost/json/value.hpp>

#include "api/json/json_text.hpp"
#include "api/livepeer/handlers.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;
using net::Method;
using net::Response;

namespace {

Result<Response> get_task(Call& call, const std::string& id) {
    const Result<Task> found = call.services.meta.task(id);
    if (!found && found.error().code == Code::not_found) return fail(Code::not_found, "not found");
    SPANREEL_TRY(const Task task, found);
    if (!call.scope().sees(task)) return fail(Code::forbidden, "user can only request information on their own tasks");
    return answer(to_json(task, call.rendering()));
}

Result<Response> list_tasks(Call& call) {
    SPANREEL_TRY(const store::ListQuery query, call.list_query(store::Noun::task));
    SPANREEL_TRY(const store::Page<Task> page, call.services.meta.list_tasks(query));
    return answer_page(call, query, page, [&](const Task& task) -> Result<std::string> {
        return to_text(to_json(task, call.rendering()));
    });
}

Result<Response> retry_task(Call& call, const std::string& id) {
    SPANREEL_TRY(const Task task, call.services.clips.retry(call.scope(), id));
    return answer(json::object{{"id", task.id}});
}

}  // namespace

void add_task_routes(net::Router& router, const SharedServices& services) {
    add_call(router, services, Method::get, "/api/task", list_tasks);
    add_call<std::string>(router, services, Method::get, "/api/task/{id}", get_task);
    add_call<std::string>(router, services, Method::post, "/api/task/{id}/retry", retry_task);
}

}  // namespace spanreel::api::livepeer
