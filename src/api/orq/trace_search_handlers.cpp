// SPDX-License-Identifier: Apache-2.0
#include "api/orq/trace_search_handlers.hpp"

#include <boost/json/array.hpp>

#include "api/json/json_text.hpp"
#include "api/orq/caller.hpp"
#include "api/orq/trace_bodies.hpp"
#include "api/orq/trace_fields.hpp"
#include "api/orq/trace_json.hpp"
#include "base/ids.hpp"
#include "trace/state_codec.hpp"

namespace spanreel::api::orq {

namespace json = boost::json;

namespace {

void restrict_to(store::TraceQuery& traces, const Caller& caller) {
    traces.workspace = caller.workspace;
    traces.project = caller.project;
}

Result<trace::FoundTraces> find(const trace::Recorder& recorder, const TraceSearch& search) {
    if (!search.content.empty())
        return trace::find_by_content(recorder, search.traces, search.content, search.after, search.limit);
    trace::FoundTraces found;
    SPANREEL_TRY(found.rows, recorder.ledger().find_traces(search.traces, search.after, search.limit + 1));
    if (found.rows.size() > search.limit) {
        found.rows.pop_back();
        found.behind = {found.rows.back().ended_at, found.rows.back().key.trace_id};
    }
    return found;
}

Result<json::object> page_json(const trace::Recorder& recorder, const Caller& caller, TraceSearch search, Time now) {
    restrict_to(search.traces, caller);
    SPANREEL_TRY(trace::FoundTraces found, find(recorder, search));
    std::vector<store::TraceRow>& rows = found.rows;
    json::object page{{"object", "list"}};
    if (found.behind) page["next_page_token"] = page_token(search, *found.behind);
    page["has_more"] = found.behind.has_value();
    page["meta"] = {{"request_id", make_ulid(now)},
                    {"from", to_iso_millis(search.from)},
                    {"to", to_iso_millis(search.to)},
                    {"row_count", rows.size()}};
    json::array data;
    for (store::TraceRow& row : rows) {
        SPANREEL_TRY(TraceRollup rollup, trace::decode_rollup(row.state));
        data.push_back(trace_summary_json({std::move(row), std::move(rollup)}));
    }
    page["data"] = std::move(data);
    return page;
}

json::object group_json(const trace::AggregateQuery& query, const trace::TraceGroup& group) {
    json::object values, metrics;
    for (std::size_t i = 0; i < group.values.size(); ++i)
        if (group.values[i]) values[query.group_by[i]] = *group.values[i];
    for (std::size_t i = 0; i < group.metrics.size(); ++i)
        if (group.metrics[i]) metrics[key_of(query.metrics[i])] = *group.metrics[i];
    return {{"group", std::move(values)}, {"metrics", std::move(metrics)}};
}

}  // namespace

Result<net::Response> TraceSearchHandlers::search(const net::Request& request) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    const Time at = now();
    SPANREEL_TRY(TraceSearch search, read_search_body(request.body, at));
    SPANREEL_TRY(json::object page, page_json(recorder_, caller, std::move(search), at));
    return net::json_response(200, to_text(page));
}

Result<net::Response> TraceSearchHandlers::query(const net::Request& request) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    const Time at = now();
    SPANREEL_TRY(TraceSearch search, read_oql_body(request.body, at));
    SPANREEL_TRY(json::object page, page_json(recorder_, caller, std::move(search), at));
    return net::json_response(200, to_text(json::object{{"object", "query"}, {"search", std::move(page)}}));
}

Result<net::Response> TraceSearchHandlers::aggregate(const net::Request& request) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    SPANREEL_TRY(trace::AggregateQuery query, read_aggregate_body(request.body, now()));
    restrict_to(query.traces, caller);
    SPANREEL_TRY(trace::TraceGroups found, trace::aggregate(recorder_.ledger(), query));
    json::array data;
    for (const trace::TraceGroup& group : found.groups) data.push_back(group_json(query, group));
    return net::json_response(200, to_text(json::object{{"object", "aggregate"}, {"data", std::move(data)}}));
}

Result<net::Response> TraceSearchHandlers::facets(const net::Request& request) const {
    SPANREEL_CHECK(caller_of(keys_, request, KeyScope::read));
    return net::json_response(200, to_text(json::object{{"data", trace_facets_json()}}));
}

Result<net::Response> TraceSearchHandlers::facet_values(const net::Request& request, const std::string& field) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    SPANREEL_TRY(trace::AggregateQuery query, read_facet_query(field, request.query, now()));
    restrict_to(query.traces, caller);
    SPANREEL_TRY(trace::TraceGroups found, trace::aggregate(recorder_.ledger(), query));
    json::array values;
    for (const trace::TraceGroup& group : found.groups)
        values.push_back({{"value", group.values.front().value_or("")}, {"count", group.traces}});
    return net::json_response(
        200, to_text(json::object{
                 {"field", query.group_by.front()}, {"values", std::move(values)}, {"has_more", found.has_more}}));
}

Result<net::Response> TraceSearchHandlers::fields(const net::Request& request) const {
    SPANREEL_CHECK(caller_of(keys_, request, KeyScope::read));
    return net::json_response(200, to_text(json::object{{"data", trace_fields_json()}}));
}

}  // namespace spanreel::api::orq
