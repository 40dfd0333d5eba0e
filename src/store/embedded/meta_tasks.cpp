// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/meta_write.hpp"

namespace spanreel::store {

Result<void> EmbeddedMetaStore::update(Task& task) { return replace_and_refresh(task); }

Result<Task> EmbeddedMetaStore::task(std::string_view id) {
    return database_.read([&](Connection& connection) { return find_by<Task>(connection, "id", id, Deleted::show); });
}

Result<Page<Task>> EmbeddedMetaStore::list_tasks(const ListQuery& query) {
    return list<Task>(database_, tasks_, query);
}

Result<std::vector<Task>> EmbeddedMetaStore::unfinished_tasks() {
    return database_.read([](Connection& connection) {
        return find_all<Task>(connection, "WHERE phase IN ('pending', 'waiting', 'running') ORDER BY created_at, id");
    });
}

Result<std::uint64_t> EmbeddedMetaStore::count_unfinished_tasks(std::string_view requester_id, UnixMillis since) {
    return database_.read([&](Connection& connection) -> Result<std::uint64_t> {
        auto statement = connection.prepare(
            "SELECT count(*) FROM tasks WHERE phase IN ('pending', 'waiting', 'running') AND requester_id = ? AND "
            "scheduled_at >= ?");
        bind_values(*statement, requester_id, since);
        statement->executeStep();
        return static_cast<std::uint64_t>(statement->getColumn(0).getInt64());
    });
}

}  // namespace spanreel::store
