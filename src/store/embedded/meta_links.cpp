// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/meta_tables.hpp"

namespace spanreel::store {

Result<void> EmbeddedMetaStore::put_link(const SessionLink& link) {
    // A conversation names its broadcast on every span: most calls find the link there and write nothing.
    auto known = database_.read([&](Connection& connection) -> Result<bool> {
        auto statement = connection.prepare(
            "SELECT 1 FROM session_links WHERE workspace = ? AND trace_session = ? AND stream_session = ?");
        bind_values(*statement, link.workspace, link.trace_session, link.stream_session);
        return statement->executeStep();
    });
    if (!known) return std::unexpected(std::move(known).error());
    if (*known) return {};
    Result<void> inserted = database_.write([&](Connection& connection) { return insert(connection, link); });
    if (!inserted && inserted.error().code == Code::conflict) return {};
    return inserted;
}

Result<std::vector<SessionLink>> EmbeddedMetaStore::links_of_trace_session(std::string_view workspace,
                                                                           std::string_view trace_session) {
    return database_.read([&](Connection& connection) {
        return find_all<SessionLink>(connection,
                                     "WHERE workspace = ? AND trace_session = ? ORDER BY created_at, stream_session",
                                     workspace, trace_session);
    });
}

Result<std::vector<SessionLink>> EmbeddedMetaStore::links_of_stream_session(std::string_view workspace,
                                                                            std::string_view stream_session) {
    return database_.read([&](Connection& connection) {
        return find_all<SessionLink>(connection,
                                     "WHERE workspace = ? AND stream_session = ? ORDER BY created_at, trace_session",
                                     workspace, stream_session);
    });
}

Result<void> EmbeddedMetaStore::remove_links_of_trace_session(std::string_view workspace,
                                                              std::string_view trace_session) {
    return database_.write([&](Connection& connection) -> Result<void> {
        auto statement = connection.prepare("DELETE FROM session_links WHERE workspace = ? AND trace_session = ?");
        bind_values(*statement, workspace, trace_session);
        statement->exec();
        return {};
    });
}

}  // namespace spanreel::store
