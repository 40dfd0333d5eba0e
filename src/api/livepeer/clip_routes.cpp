// SPDX-License-Identifier: Apache-2.0
#include <boost/json/value.hpp>

#include "api/json/json_text.hpp"
#include "api/livepeer/handlers.hpp"
#include "api/livepeer/request_bodies.hpp"
#include "api/livepeer/request_schemas.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;
using net::Method;
using net::Response;

namespace {

Result<Response> create_clip(Call& call) {
    SPANREEL_TRY(const json::object body, read_body(call.request, new_clip_schema()));
    live::NewClip wanted = read_new_clip(body);
    wanted.source_url = call.urls.session(wanted.playback_id, "{session}");
    SPANREEL_TRY(const live::ClipOrder order, call.services.clips.create(call.scope(), wanted));
    return answer(json::object{{"task", {{"id", order.task.id}}}, {"asset", to_json(order.asset, call.rendering())}});
}

/// `id` is a session, a stream or its playback id, or an asset.
Result<Response> list_clips_of(Call& call, const std::string& id) {
    auto& meta = call.services.meta;
    if (live::visible(call.scope(), meta.session(id))) return list_clips_where(call, "sourceSessionId", id);
    if (const Result<Stream> stream = call.find_stream(id); stream)
        return list_clips_where(call, "sourcePlaybackId", stream->playback_id);
    if (live::visible(call.scope(), meta.asset(id))) return list_clips_where(call, "sourceAssetId", id);
    return fail(Code::not_found, "Content not found");
}

}  // namespace

Result<Response> list_clips_where(const Call& call, std::string_view field, const std::string& value) {
    SPANREEL_TRY(store::ListQuery query, call.list_query(store::Noun::clip));
    query.filters.push_back({.field = std::string(field), .value = value});
    SPANREEL_TRY(const store::Page<Asset> page, call.services.meta.list_clips(query));
    return answer_page(call, query, page, [&](const Asset& asset) -> Result<std::string> {
        return to_text(to_json(asset, call.rendering()));
    });
}

void add_clip_routes(net::Router& router, const SharedServices& services) {
    add_call(router, services, Method::post, "/api/clip", create_clip);
    add_call<std::string>(router, services, Method::get, "/api/clip/{id}", list_clips_of);
}

}  // namespace spanreel::api::livepeer
