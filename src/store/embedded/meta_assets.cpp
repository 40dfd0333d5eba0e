// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/list_sql.hpp"
#include "store/embedded/meta_write.hpp"

namespace spanreel::store {

namespace {

Result<void> insert_asset(Connection& connection, const Asset& asset) {
    SPANREEL_CHECK(claim_playback_id(connection, asset.playback_id));
    return insert(connection, asset);
}

}  // namespace

Result<void> EmbeddedMetaStore::create(const Asset& asset) {
    return database_.write([&](Connection& connection) { return insert_asset(connection, asset); });
}

Result<void> EmbeddedMetaStore::create(const Asset& asset, const Task& task) {
    return database_.write([&](Connection& connection) -> Result<void> {
        SPANREEL_CHECK(insert_asset(connection, asset));
        return insert(connection, task);
    });
}

Result<void> EmbeddedMetaStore::update(Asset& asset) { return replace_versioned(database_, asset); }

Result<void> EmbeddedMetaStore::update(Asset& asset, Task& task) { return replace_versioned(database_, asset, task); }

Result<void> EmbeddedMetaStore::update(Asset& asset, StreamSession& session) {
    return replace_versioned(database_, asset, session);
}

Result<Asset> EmbeddedMetaStore::asset(std::string_view id, Deleted deleted) {
    return database_.read([&](Connection& connection) { return find_by<Asset>(connection, "id", id, deleted); });
}

Result<Asset> EmbeddedMetaStore::asset_by_playback_id(std::string_view playback_id, Deleted deleted) {
    return database_.read(
        [&](Connection& connection) { return find_by<Asset>(connection, "playback_id", playback_id, deleted); });
}

Result<Page<Asset>> EmbeddedMetaStore::list_assets(const ListQuery& query) {
    return database_.read([&](Connection& connection) { return list<Asset>(connection, query); });
}

Result<Page<Asset>> EmbeddedMetaStore::list_clips(const ListQuery& query) {
    return database_.read([&](Connection& connection) { return list<Asset>(connection, query, kClipTable); });
}

}  // namespace spanreel::store
