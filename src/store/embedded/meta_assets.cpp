// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/meta_write.hpp"

namespace spanreel::store {

namespace {

Result<void> insert_asset(Connection& connection, const Asset& asset) {
    SPANREEL_CHECK(claim_playback_id(connection, asset.playback_id));
    return insert(connection, asset);
}

}  // namespace

/// What became of a recording shows in its session too, which has the same id.
void EmbeddedMetaStore::refresh(const Asset& asset) {
    assets_.refresh(asset.id);
    if (asset.source == AssetSource::recording) sessions_.refresh(asset.id);
}

Result<void> EmbeddedMetaStore::create(const Asset& asset) {
    SPANREEL_CHECK(database_.write([&](Connection& connection) { return insert_asset(connection, asset); }));
    refresh(asset);
    return {};
}

Result<void> EmbeddedMetaStore::create(const Asset& asset, const Task& task) {
    SPANREEL_CHECK(database_.write([&](Connection& connection) -> Result<void> {
        SPANREEL_CHECK(insert_asset(connection, asset));
        return insert(connection, task);
    }));
    refresh(asset);
    refresh(task);
    return {};
}

Result<void> EmbeddedMetaStore::update(Asset& asset) { return replace_and_refresh(asset); }

Result<void> EmbeddedMetaStore::update(Asset& asset, Task& task) { return replace_and_refresh(asset, task); }

Result<void> EmbeddedMetaStore::update(Asset& asset, StreamSession& session) {
    return replace_and_refresh(asset, session);
}

Result<Asset> EmbeddedMetaStore::asset(std::string_view id, Deleted deleted) {
    return database_.read([&](Connection& connection) { return find_by<Asset>(connection, "id", id, deleted); });
}

Result<Asset> EmbeddedMetaStore::asset_by_playback_id(std::string_view playback_id, Deleted deleted) {
    return database_.read(
        [&](Connection& connection) { return find_by<Asset>(connection, "playback_id", playback_id, deleted); });
}

Result<Page<Asset>> EmbeddedMetaStore::list_assets(const ListQuery& query) {
    return list<Asset>(database_, assets_, query);
}

Result<Page<Asset>> EmbeddedMetaStore::list_clips(const ListQuery& query) {
    return list<Asset>(database_, assets_, query, kClipTable);
}

}  // namespace spanreel::store
