// SPDX-License-Identifier: Apache-2.0
#include <boost/json/value.hpp>

#include "api/livepeer/errors.hpp"
#include "api/livepeer/handlers.hpp"
#include "api/livepeer/request_schemas.hpp"
#include "api/livepeer/stream_body.hpp"

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
    SPANREEL_TRY(store::ListQuery query, call.list_query(store::Noun::stream));
    if (is_flag_set(call.request, "active")) query.filters.push_back({.field = "isActive", .value = true});
    SPANREEL_TRY(const store::Page<Stream> page, call.services.meta.list_streams(query));
    return answer_page(call, query, page,
                       [&](const Stream& stream) -> Result<json::object> { return to_json(stream, call.rendering()); });
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
    add_call<std::string>(router, services, Method::delete_, "/api/stream/{id}/terminate", terminate_stream);
    add_call<std::string>(router, services, Method::get, "/api/stream/{id}/clips", list_stream_clips);
}

}  // namespace spanreel::api::livepeer
