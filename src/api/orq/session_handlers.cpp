// SPDX-License-Identifier: Apache-2.0
#include "api/orq/session_handlers.hpp"

#include "api/json/json_text.hpp"
#include "api/orq/caller.hpp"
#include "api/orq/list_body.hpp"
#include "api/orq/session_body.hpp"
#include "api/orq/session_json.hpp"
#include "base/ids.hpp"

namespace spanreel::api::orq {

namespace {

using SessionRowPtr = trace::Ledger::SessionRowPtr;

Result<SessionRowPtr> find(const trace::Recorder& recorder, const Caller& caller, const std::string& id) {
    SPANREEL_TRY(SessionRowPtr row, recorder.ledger().session(caller.workspace, id));
    if (!caller.sees(row->project)) return fail(Code::not_found, "Session not found");
    return row;
}

net::Response answer(Generation generation, const SessionRowPtr& row) {
    return net::json_response(200, to_text(session_json(generation, *row)));
}

}  // namespace

Result<net::Response> SessionHandlers::create(const net::Request& request) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::write));
    SPANREEL_TRY(trace::SessionFields fields, read_create_body(generation_, request.body, caller));
    Time at = now();
    trace::CreateSession operation{make_ulid(at), std::move(caller.workspace), std::move(fields), at};
    if (!operation.fields.external_id) operation.fields.external_id = operation.id;
    SPANREEL_TRY(SessionRowPtr row, recorder_.apply(std::move(operation)));
    return answer(generation_, row);
}

Result<net::Response> SessionHandlers::get(const net::Request& request, const std::string& id) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    SPANREEL_TRY(SessionRowPtr row, find(recorder_, caller, id));
    return answer(generation_, row);
}

Result<net::Response> SessionHandlers::update(const net::Request& request, const std::string& id) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::write));
    SPANREEL_TRY(SessionRowPtr row, find(recorder_, caller, id));
    SPANREEL_TRY(trace::SessionFields fields, read_update_body(generation_, request.body, caller));
    if (fields.empty()) return answer(generation_, row);
    SPANREEL_TRY(row, recorder_.apply(trace::PatchSession{id, std::move(fields), now()}));
    return answer(generation_, row);
}

Result<net::Response> SessionHandlers::remove(const net::Request& request, const std::string& id) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::write));
    SPANREEL_CHECK(find(recorder_, caller, id));
    SPANREEL_CHECK(recorder_.apply(trace::DeleteSession{id, now()}));
    return net::empty_response(204);
}

Result<store::SessionQuery> SessionHandlers::query_of(const net::Request& request) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    SPANREEL_TRY(store::SessionQuery query, read_list_body(generation_, request.body, now()));
    query.workspace = std::move(caller.workspace);
    query.project = std::move(caller.project);
    return query;
}

Result<net::Response> SessionHandlers::list(const net::Request& request) const {
    SPANREEL_TRY(store::SessionQuery query, query_of(request));
    SPANREEL_TRY(store::SessionPage page, recorder_.ledger().query(query));
    return net::json_response(200, to_text(page_json(generation_, page)));
}

Result<net::Response> SessionHandlers::count(const net::Request& request) const {
    SPANREEL_TRY(store::SessionQuery query, query_of(request));
    SPANREEL_TRY(std::int64_t count, recorder_.ledger().count(query));
    return net::json_response(200, to_text(boost::json::object{{"count", count}}));
}

Result<net::Response> SessionHandlers::tags(const net::Request& request) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    store::SessionQuery all{.workspace = std::move(caller.workspace), .project = std::move(caller.project)};
    SPANREEL_TRY(std::vector<std::string> tags, recorder_.ledger().tags(all));
    return net::json_response(200, to_text(boost::json::array(tags.begin(), tags.end())));
}

}  // namespace spanreel::api::orq
