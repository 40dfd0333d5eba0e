// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/meta_write.hpp"

namespace spanreel::store {

Result<void> EmbeddedMetaStore::create(const StreamSession& session) {
    SPANREEL_CHECK(database_.write([&](Connection& connection) { return insert(connection, session); }));
    refresh(session);
    return {};
}

Result<void> EmbeddedMetaStore::update(StreamSession& session) { return replace_and_refresh(session); }

Result<StreamSession> EmbeddedMetaStore::session(std::string_view id, Deleted deleted) {
    return database_.read(
        [&](Connection& connection) { return find_by<StreamSession>(connection, "id", id, deleted); });
}

Result<StreamSession> EmbeddedMetaStore::newest_session(std::string_view stream_id) {
    return database_.read([&](Connection& connection) {
        return find_one<StreamSession>(
            connection, "WHERE stream_id = ? AND deleted = 0 ORDER BY created_at DESC, id DESC LIMIT 1", stream_id);
    });
}

Result<Page<StreamSession>> EmbeddedMetaStore::list_sessions(const ListQuery& query) {
    return list<StreamSession>(database_, sessions_, query);
}

Result<std::vector<StreamSession>> EmbeddedMetaStore::open_sessions() {
    return database_.read(
        [](Connection& connection) { return find_all<StreamSession>(connection, "WHERE state <> 'ended'"); });
}

}  // namespace spanreel::store
