// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "store/embedded/meta_write.hpp"

namespace spanreel::store {

EmbeddedMetaStore::EmbeddedMetaStore(Database& database)
    : database_(database),
      streams_(database, kTable<Stream>),
      sessions_(database, kTable<StreamSession>),
      assets_(database, kTable<Asset>),
      tasks_(database, kTable<Task>) {}

void EmbeddedMetaStore::load_lists(UnixMillis now) {
    for (NounList* list : {&streams_, &sessions_, &assets_, &tasks_})
        if (auto loaded = list->load(now); !loaded)
            log::error("lists could not be read; the next one tries again", {{"error", loaded.error().message}});
}

Result<void> EmbeddedMetaStore::create(const Stream& stream) {
    SPANREEL_CHECK(database_.write([&](Connection& connection) -> Result<void> {
        SPANREEL_CHECK(claim_playback_id(connection, stream.playback_id));
        return insert(connection, stream);
    }));
    refresh(stream);
    return {};
}

Result<void> EmbeddedMetaStore::update(Stream& stream) { return replace_and_refresh(stream); }

Result<Stream> EmbeddedMetaStore::stream(std::string_view id, Deleted deleted) {
    return database_.read([&](Connection& connection) { return find_by<Stream>(connection, "id", id, deleted); });
}

Result<Stream> EmbeddedMetaStore::stream_by_key(std::string_view stream_key, Deleted deleted) {
    return database_.read(
        [&](Connection& connection) { return find_by<Stream>(connection, "stream_key", stream_key, deleted); });
}

Result<Stream> EmbeddedMetaStore::stream_by_playback_id(std::string_view playback_id, Deleted deleted) {
    return database_.read(
        [&](Connection& connection) { return find_by<Stream>(connection, "playback_id", playback_id, deleted); });
}

Result<Page<Stream>> EmbeddedMetaStore::list_streams(const ListQuery& query) {
    return list<Stream>(database_, streams_, query);
}

Result<std::vector<Stream>> EmbeddedMetaStore::active_streams() {
    return database_.read([](Connection& connection) { return find_all<Stream>(connection, "WHERE is_active = 1"); });
}

std::optional<FieldKind> EmbeddedMetaStore::field_kind(Noun noun, std::string_view field) const {
    auto kind_in = [&](std::span<const ListField> fields) -> std::optional<FieldKind> {
        for (const ListField& known : fields)
            if (known.name == field) return known.kind;
        return std::nullopt;
    };
    switch (noun) {
        case Noun::stream: return kind_in(kStreamFields);
        case Noun::session: return kind_in(kSessionFields);
        case Noun::asset: return kind_in(kAssetFields);
        case Noun::clip: return kind_in(kClipFields);
        case Noun::task: break;
    }
    return kind_in(kTaskFields);
}

}  // namespace spanreel::store
