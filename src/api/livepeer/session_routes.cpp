// SPDX-License-Identifier: Apache-2.0
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <map>

#include "api/json/json_text.hpp"
#include "api/livepeer/handlers.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;
using net::Method;
using net::Response;

namespace {

/// Sessions that delivered less are not listed for a stream: rounded, they lasted no second.
constexpr double kShortestListed = 0.5;

Result<Response> get_session(Call& call, const std::string& id) {
    SPANREEL_TRY(const StreamSession session, live::visible(call.scope(), call.services.meta.session(id)));
    SPANREEL_TRY(json::object object, render_session(call, session));
    // Nothing is re-encoded, so the source is what is recorded.
    if (call.request.query.get("sourceRecording") == "true" && object.contains("recordingUrl"))
        object["sourceRecordingUrl"] = object.at("recordingUrl");
    return answer(object);
}

/// Streams of a page of sessions as JSON, each made once.
class ParentStreams {
  public:
    explicit ParentStreams(const Call& call) : call_(call) {}

    /// Empty when it is gone.
    Result<std::string_view> of(const StreamSession& session) {
        const auto known = streams_.find(session.stream_id);
        if (known != streams_.end()) return known->second;
        Result<Stream> stream = call_.services.meta.stream(session.stream_id, store::Deleted::show);
        if (!stream && stream.error().code != Code::not_found) return fail(std::move(stream));
        std::string& shown = streams_[session.stream_id];
        if (stream) shown = to_text(to_json(*stream, call_.rendering(), StreamSecrets::hide));
        return shown;
    }

  private:
    const Call& call_;
    std::map<std::string, std::string> streams_;
};

Result<Response> list_sessions(Call& call) {
    SPANREEL_TRY(store::ListQuery query, call.list_query(store::Noun::session));
    if (const auto parent = call.request.query.get("parentId"); parent && !parent->empty())
        query.filters.push_back({.field = "parentId", .value = *parent});
    SPANREEL_TRY(const store::Page<StreamSession> page, call.services.meta.list_sessions(query));
    ParentStreams parents(call);
    return answer_page(call, query, page, [&](const StreamSession& session) -> Result<std::string> {
        SPANREEL_TRY(const json::object object, render_session(call, session));
        SPANREEL_TRY(const std::string_view parent, parents.of(session));
        std::string text = to_text(object);
        if (parent.empty()) return text;
        text.back() = ',';  // instead of the brace
        return fmt::format("{}\"parentStream\":{}}}", text, parent);
    });
}

Result<Response> list_sessions_of_stream(Call& call, const std::string& stream_id) {
    SPANREEL_CHECK(call.services.streams.get(call.scope(), stream_id));
    SPANREEL_TRY(store::ListQuery query, call.list_query(store::Noun::session));
    query.order = {{.field = "lastSeen", .descending = true}};
    query.filters = {
        {.field = "parentId", .value = stream_id},
        {.field = "lastSeen", .op = store::FilterOperator::greater, .value = std::int64_t{0}},
        {.field = "sourceSegmentsDuration", .op = store::FilterOperator::greater_equal, .value = kShortestListed}};
    const std::string record = call.request.query.get("record").value_or("");
    if (record == "true" || record == "1") query.filters.push_back({.field = "record", .value = true});
    if (record == "false" || record == "0") query.filters.push_back({.field = "record", .value = false});
    SPANREEL_TRY(const store::Page<StreamSession> page, call.services.meta.list_sessions(query));
    return answer_items(page.items, [&](const StreamSession& session) -> Result<std::string> {
        SPANREEL_TRY(const json::object object, render_session(call, session));
        return to_text(object);
    });
}

Result<Response> list_session_clips(Call& call, const std::string& id) {
    SPANREEL_CHECK(live::visible(call.scope(), call.services.meta.session(id)));
    return list_clips_where(call, "sourceSessionId", id);
}

}  // namespace

Result<json::object> render_session(const Call& call, const StreamSession& session) {
    if (!session.record) return to_json(session, nullptr, call.rendering());
    Result<Asset> recording = call.services.meta.asset(session.id, store::Deleted::show);
    if (!recording && recording.error().code != Code::not_found) return fail(std::move(recording));
    return to_json(session, recording ? &*recording : nullptr, call.rendering());
}

void add_session_routes(net::Router& router, const SharedServices& services) {
    add_call(router, services, Method::get, "/api/session", list_sessions);
    add_call<std::string>(router, services, Method::get, "/api/session/{id}", get_session);
    add_call<std::string>(router, services, Method::get, "/api/session/{id}/clips", list_session_clips);
    add_call<std::string>(router, services, Method::get, "/api/stream/{parent_id}/sessions", list_sessions_of_stream);
}

}  // namespace spanreel::api::livepeer
