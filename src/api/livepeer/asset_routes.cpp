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

AssetDetails details_of(const net::Request& request) {
    return is_flag_set(request, "details") ? AssetDetails::with_tracks : AssetDetails::plain;
}

Result<Response> get_asset(Call& call, const std::string& id) {
    SPANREEL_TRY(const Asset asset, live::visible(call.scope(), call.services.meta.asset(id), "Asset not found"));
    return answer(to_json(asset, call.rendering(), details_of(call.request)));
}

Result<Response> list_assets(Call& call) {
    SPANREEL_TRY(store::ListQuery query, call.list_query(store::Noun::asset));
    for (const std::string_view field : {"playbackId", "sourceUrl", "phase", "cid"})
        if (const auto value = call.request.query.get(field); value && !value->empty())
            query.filters.push_back({.field = std::string(field), .value = *value});
    SPANREEL_TRY(const store::Page<Asset> page, call.services.meta.list_assets(query));
    return answer_page(call, query, page, [&](const Asset& asset) -> Result<std::string> {
        return to_text(to_json(asset, call.rendering(), details_of(call.request)));
    });
}

Result<Response> list_asset_clips(Call& call, const std::string& id) {
    SPANREEL_CHECK(live::visible(call.scope(), call.services.meta.asset(id), "Asset not found"));
    return list_clips_where(call, "sourceAssetId", id);
}

Result<Response> patch_asset(Call& call, const std::string& id) {
    SPANREEL_TRY(const json::object body, read_body(call.request, asset_patch_schema()));
    SPANREEL_TRY(const live::AssetPatch patch, read_asset_patch(body));
    SPANREEL_TRY(const Asset asset, call.services.assets.patch(call.scope(), id, patch));
    return answer(to_json(asset, call.rendering()));
}

Result<Response> delete_asset(Call& call, const std::string& id) {
    SPANREEL_CHECK(call.services.assets.remove(call.scope(), id));
    return no_content();
}

}  // namespace

void add_asset_routes(net::Router& router, const SharedServices& services) {
    add_call(router, services, Method::get, "/api/asset", list_assets);
    add_call<std::string>(router, services, Method::get, "/api/asset/{id}", get_asset);
    add_call<std::string>(router, services, Method::patch, "/api/asset/{id}", patch_asset);
    add_call<std::string>(router, services, Method::delete_, "/api/asset/{id}", delete_asset);
    add_call<std::string>(router, services, Method::get, "/api/asset/{id}/clips", list_asset_clips);
}

}  // namespace spanreel::api::livepeer
