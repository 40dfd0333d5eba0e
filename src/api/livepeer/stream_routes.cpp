// SPDX-License-Identifier: Apache-2.0
#include <boost/json/value.hpp>

#include "api/json/json_text.hpp"
#include "api/livepeer/errors.hpp"
#include "api/livepeer/handlers.hpp"
#include "api/livepeer/request_bodies.hpp"
#include "api/livepeer/request_schemas.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;
using net::Method;
using net::Response;

namespace {

Result<Response> create_stream(Call& call) {
    if (is_flag_set(call.request, "autoStartPull")) return not_here_yet("autoStartPull");
    SPANREEL_TRY(const json::object body, read_body(call.request, new_stream_schema()));
    SPANREEL_TRY(live::NewStream wanted, read_new_stream(body));
    SPANREEL_TRY(const Stream stream, call.services.streams.create(call.scope(), std::move(wanted)));
    return answer(to_json(stream, call.rendering()), 201);
}

Result<Response> list_streams(Call& call) {
    // The streams of single connections, which this server does not have.
    if (is_flag_set(call.request, "sessionsonly")) return json_answer(200, "[]");
    SPANREEL_TRY(store::ListQuery query, call.list_query(store::Noun::stream));
    if (is_flag_set(call.request, "active")) query.filters.push_back({.field = "isActive", .value = true});
    SPANREEL_TRY(const store::Page<Stream> page, call.services.meta.list_streams(query));
    return answer_page(call, query, page, [&](const Stream& stream) -> Result<std::string> {
        return to_text(to_json(stream, call.rendering()));
    });
}

Result<Response> show(const Call& call, const Result<Stream>& stream) {
    if (!stream) return std::unexpected(stream.error());
    return answer(to_json(*stream, call.rendering()));
}

Result<Response> patch_stream(Call& call, const std::string& id) {
    SPANREEL_TRY(const json::object body, read_body(call.request, stream_patch_schema()));
    SPANREEL_TRY(const live::StreamPatch patch, read_stream_patch(body));
    SPANREEL_CHECK(call.services.streams.patch(call.scope(), id, patch));
    return no_content();
}

Result<Response> patch_record(Call& call, const std::string& id) {
    SPANREEL_TRY(const json::object body, read_body(call.request, record_schema()));
    const json::value* record = body.if_contains("record");
    if (!record) return fail(Code::invalid, "record field required");
    SPANREEL_CHECK(call.services.streams.patch(call.scope(), id, {.record = record->get_bool()}));
    return no_content();
}

Result<Response> patch_suspended(Call& call, const std::string& id) {
    SPANREEL_TRY(const json::object body, read_body(call.request, suspended_schema()));
    const json::value* suspended = body.if_contains("suspended");
    if (!suspended) return fail(Code::unprocessable, "missing suspended property");
    SPANREEL_CHECK(call.services.streams.patch(call.scope(), id, {.suspended = suspended->get_bool()}));
    return no_content();
}

Result<Response> delete_stream(Call& call, const std::string& id) {
    SPANREEL_CHECK(call.services.streams.remove(call.scope(), id));
    return no_content();
}

/// All of them or, when one is not the caller's, none.
Result<Response> delete_streams(Call& call) {
    SPANREEL_TRY(const json::object body, read_body(call.request, stream_ids_schema()));
    const json::value* ids = body.if_contains("ids");
    if (!ids) return fail(Code::unprocessable, "missing ids");
    for (const json::value& id : ids->get_array())
        SPANREEL_CHECK(call.services.streams.get(call.scope(), std::string_view(id.get_string())));
    for (const json::value& id : ids->get_array()) {
        const Result<void> removed = call.services.streams.remove(call.scope(), std::string_view(id.get_string()));
        if (!removed && removed.error().code != Code::not_found) return std::unexpected(removed.error());
    }
    return no_content();
}

/// A stream by its key, its playback id, its id or the id of one of its sessions, with that session or the newest.
Result<Response> get_info(Call& call, const std::string& id) {
    Result<Stream> stream = call.services.streams.get_by_key(call.scope(), id);
    const bool is_key = stream.has_value();
    if (!stream) stream = call.services.streams.get_by_playback_id(call.scope(), id);
    const bool is_playback_id = stream && !is_key;
    if (!stream) stream = call.services.streams.get(call.scope(), id);
    Result<StreamSession> session = stream ? call.services.meta.newest_session(stream->id)
                                           : live::visible(call.scope(), call.services.meta.session(id));
    const bool is_session = !stream && session.has_value();
    if (is_session) stream = call.services.streams.get(call.scope(), session->stream_id);
    if (!stream) return std::unexpected(stream.error());
    json::object out{{"stream", to_json(*stream, call.rendering())},
                     {"isPlaybackid", is_playback_id},
                     {"isSession", is_session},
                     {"isStreamKey", is_key}};
    if (session) {
        SPANREEL_TRY(out["session"], render_session(call, *session));
    } else if (session.error().code != Code::not_found) {
        return std::unexpected(session.error());
    }
    return answer(out);
}

Result<Response> terminate_stream(Call& call, const std::string& id) {
    SPANREEL_CHECK(call.services.streams.terminate(call.scope(), id));
    return no_content();
}

Result<Response> list_stream_clips(Call& call, const std::string& id) {
    const Result<Stream> stream = call.find_stream(id);
    if (!stream) return fail(Code::not_found, "Stream not found");
    return list_clips_where(call, "sourcePlaybackId", stream->playback_id);
}

}  // namespace

void add_stream_routes(net::Router& router, const SharedServices& services) {
    add_call(router, services, Method::post, "/api/stream", create_stream);
    add_call(router, services, Method::get, "/api/stream", list_streams);
    add_call<std::string>(router, services, Method::get, "/api/stream/{id}", [](Call& call, const std::string& id) {
        return show(call, call.services.streams.get(call.scope(), id));
    });
    add_call<std::string>(router, services, Method::get, "/api/stream/playback/{playback_id}",
                          [](Call& call, const std::string& id) {
                              return show(call, call.services.streams.get_by_playback_id(call.scope(), id));
                          });
    add_call<std::string>(router, services, Method::get, "/api/stream/key/{stream_key}",
                          [](Call& call, const std::string& key) {
                              return show(call, call.services.streams.get_by_key(call.scope(), key));
                          });
    add_call<std::string>(router, services, Method::patch, "/api/stream/{id}", patch_stream);
    add_call<std::string>(router, services, Method::patch, "/api/stream/{id}/record", patch_record);
    add_call<std::string>(router, services, Method::patch, "/api/stream/{id}/suspended", patch_suspended);
    add_call<std::string>(router, services, Method::delete_, "/api/stream/{id}", delete_stream);
    add_call(router, services, Method::delete_, "/api/stream", delete_streams);
    add_call<std::string>(router, services, Method::delete_, "/api/stream/{id}/terminate", terminate_stream);
    add_call<std::string>(router, services, Method::get, "/api/stream/{id}/info", get_info);
    add_call<std::string>(router, services, Method::get, "/api/stream/{id}/clips", list_stream_clips);
}

}  // namespace spanreel::api::livepeer
