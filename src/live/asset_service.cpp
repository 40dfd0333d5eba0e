// SPDX-License-Identifier: Apache-2.0
#include "live/asset_service.hpp"

#include "base/log.hpp"

namespace spanreel::live {

namespace {

std::unexpected<Error> not_ready() { return fail(Code::unprocessable, "asset is not ready"); }

}  // namespace

AssetService::AssetService(store::MetaStore& meta, store::MediaStore& media, Clock clock)
    : meta_(meta), media_(media), clock_(std::move(clock)) {}

Result<Asset> AssetService::patch(const Scope& scope, std::string_view id, const AssetPatch& patch) {
    SPANREEL_CHECK(visible(scope, meta_.asset(id), "asset not found"));
    return store::modify<Asset>(meta_, id, [&](Asset& asset) -> Result<void> {
        if (asset.deleted) return fail(Code::not_found, "asset not found");
        if (asset.phase != AssetPhase::ready) return not_ready();
        if (patch.name) asset.name = *patch.name;
        if (patch.creator_id) asset.creator_id = *patch.creator_id;
        return {};
    });
}

Result<Asset> AssetService::mark_deleted(std::string_view id) {
    const UnixMillis at = std::chrono::floor<Millis>(clock_());
    while (true) {
        SPANREEL_TRY(Asset asset, meta_.asset(id, store::Deleted::show));
        if (asset.deleted) return fail(Code::invalid, "asset is already deleted");
        if (asset.phase != AssetPhase::ready && asset.phase != AssetPhase::failed) return not_ready();
        asset.phase = AssetPhase::deleted;
        asset.deleted = true;
        asset.deleted_at = asset.updated_at = at;
        Result<void> updated;
        if (asset.source == AssetSource::recording) {
            SPANREEL_TRY(StreamSession session, meta_.session(asset.source_session_id, store::Deleted::show));
            if (session.state != SessionState::ended) return not_ready();  // its writer would not know
            session.media_directory.clear();
            updated = meta_.update(asset, session);
        } else {
            updated = meta_.update(asset);
        }
        if (updated) return asset;
        if (updated.error().field != store::kVersionField) return std::unexpected(std::move(updated).error());
    }
}

Result<void> AssetService::remove(const Scope& scope, std::string_view id) {
    const Result<Asset> found = meta_.asset(id, store::Deleted::show);
    if (!found && found.error().code == Code::not_found) return fail(Code::not_found, "Asset not found");
    if (found && !scope.sees(*found)) return fail(Code::forbidden, "users may only delete their own assets");
    SPANREEL_TRY(const Asset asset, mark_deleted(id));
    // What stays behind goes at the next start.
    if (const Result<void> removed = media_.remove_directory(asset.media_directory); !removed)
        log::error("media not removed", {{"directory", asset.media_directory}, {"error", removed.error().message}});
    return {};
}

}  // namespace spanreel::live
