// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/meta_tables.hpp"

namespace spanreel::store {

namespace {

void count_key_change(Connection& connection) {
    connection.prepare("UPDATE keys_revision SET revision = revision + 1")->exec();
}

Result<void> insert_workspace(Connection& connection, const Workspace& workspace) {
    count_key_change(connection);
    return insert(connection, workspace);
}

Result<void> insert_key(Connection& connection, const ApiKey& key) {
    count_key_change(connection);
    return insert(connection, key);
}

Result<void> make_room_for_key(Connection& connection, const std::string& workspace, std::size_t most) {
    auto count = connection.prepare("SELECT count(*) FROM api_keys WHERE workspace = ?");
    bind_values(*count, workspace);
    count->executeStep();
    if (static_cast<std::size_t>(count->getColumn(0).getInt64()) < most) return {};
    auto forget = connection.prepare(
        "DELETE FROM api_keys WHERE id = (SELECT id FROM api_keys WHERE workspace = ? AND revoked_at IS NOT NULL "
        "ORDER BY revoked_at, id LIMIT 1)");
    bind_values(*forget, workspace);
    if (forget->exec() == 1) return {};
    return fail(Code::exhausted, fmt::format("the workspace has {} keys; revoke some first", most));
}

}  // namespace

Result<void> EmbeddedMetaStore::create(const Workspace& workspace) {
    return database_.write([&](Connection& connection) { return insert_workspace(connection, workspace); });
}

Result<Workspace> EmbeddedMetaStore::workspace(std::string_view id) {
    return database_.read(
        [&](Connection& connection) { return find_by<Workspace>(connection, "id", id, Deleted::show); });
}

Result<Workspace> EmbeddedMetaStore::workspace_by_name(std::string_view name) {
    return database_.read(
        [&](Connection& connection) { return find_by<Workspace>(connection, "name", name, Deleted::show); });
}

Result<std::vector<Workspace>> EmbeddedMetaStore::workspaces() {
    return database_.read([](Connection& connection) { return find_all<Workspace>(connection, "ORDER BY id"); });
}

Result<bool> EmbeddedMetaStore::create_first(const Workspace& workspace, const ApiKey& key) {
    return database_.write([&](Connection& connection) -> Result<bool> {
        if (connection.prepare("SELECT 1 FROM workspaces LIMIT 1")->executeStep()) return false;
        SPANREEL_CHECK(insert_workspace(connection, workspace));
        SPANREEL_CHECK(insert_key(connection, key));
        return true;
    });
}

Result<void> EmbeddedMetaStore::create(const ApiKey& key, std::size_t most) {
    return database_.write([&](Connection& connection) -> Result<void> {
        SPANREEL_CHECK(make_room_for_key(connection, key.workspace, most));
        return insert_key(connection, key);
    });
}

Result<void> EmbeddedMetaStore::revoke_key(std::string_view id, UnixMillis at) {
    return database_.write([&](Connection& connection) -> Result<void> {
        auto statement = connection.prepare("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL");
        bind_values(*statement, at, id);
        if (statement->exec() == 0) return fail(Code::not_found, "key not found");
        count_key_change(connection);
        return {};
    });
}

Result<std::vector<ApiKey>> EmbeddedMetaStore::keys() {
    return database_.read([](Connection& connection) { return find_all<ApiKey>(connection, "ORDER BY id"); });
}

Result<std::uint64_t> EmbeddedMetaStore::keys_revision() {
    return database_.read([](Connection& connection) -> Result<std::uint64_t> {
        auto statement = connection.prepare("SELECT revision FROM keys_revision");
        statement->executeStep();
        return static_cast<std::uint64_t>(statement->getColumn(0).getInt64());
    });
}

}  // namespace spanreel::store
