// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/embedded_span_store.hpp"

#include "base/log.hpp"
#include "store/embedded/log_index.hpp"
#include "store/embedded/span_index.hpp"
#include "store/embedded/trace_search.hpp"

namespace spanreel::store {

namespace {

/// What a program left that ended in the middle of a save.
Result<void> undo_incomplete_save(Database& database, std::size_t rows) {
    auto incomplete = [&] {
        return database.read([](Connection& connection) -> Result<bool> { return has_incomplete_save(connection); });
    };
    SPANREEL_TRY(bool undoing, incomplete());
    if (undoing)
        log::info("undoing a save of the index that was not completed", {{"database", database.path().string()}});
    while (undoing) {
        SPANREEL_CHECK(database.write([rows](Connection& connection) -> Result<void> {
            undo_slice(connection, rows);
            return {};
        }));
        SPANREEL_TRY(undoing, incomplete());
    }
    return {};
}

/// One transaction after another; jobs that wait run in between.
void save_slices(Database& database, std::shared_ptr<const IndexChanges> changes, std::size_t from, std::size_t rows,
                 std::function<void(Result<void>)> done) {
    auto next = std::make_shared<std::optional<std::size_t>>();
    Database::Job job = [changes, from, rows, next](Connection& connection) -> Result<void> {
        *next = write_slice(connection, *changes, from, rows);
        return {};
    };
    database.submit(std::move(job),
                    [&database, changes, rows, next, done = std::move(done)](Result<void> saved) mutable {
                        if (!saved || !*next) return done(std::move(saved));
                        save_slices(database, std::move(changes), **next, rows, std::move(done));
                    });
}

}  // namespace

Result<std::unique_ptr<EmbeddedSpanStore>> EmbeddedSpanStore::open(FileSystem& files, const Path& tape_directory,
                                                                   Database& database, TapeOptions options,
                                                                   std::size_t slice_rows) {
    // The tape first: recovering it gives space back that it had reserved, and the disk may be full.
    SPANREEL_TRY(auto tape, Tape::open(files, tape_directory, options));
    SPANREEL_CHECK(undo_incomplete_save(database, slice_rows));
    std::unique_ptr<EmbeddedSpanStore> store(new EmbeddedSpanStore(std::move(tape), database, slice_rows));
    SPANREEL_TRY(Lsn applied, store->applied());
    if (applied > store->tape_->last_lsn())
        log::error("the index is ahead of the tape: tape files are missing",
                   {{"applied", applied}, {"tape", store->tape_->last_lsn()}});
    store->tape_->advance_to(applied);
    return store;
}

Result<Appended> EmbeddedSpanStore::append(const std::vector<Entry>& entries, Time at) {
    SPANREEL_CHECK(healthy());
    return tape_->append(entries, at);
}

Result<std::string> EmbeddedSpanStore::read(const FrameRef& where) { return tape_->read(where); }

Result<void> EmbeddedSpanStore::replay(Lsn after, const std::function<Result<void>(const StoredEntry&)>& visit) {
    return tape_->replay(after, visit);
}

std::vector<std::string> EmbeddedSpanStore::damage() const {
    std::vector<std::string> damage = tape_->damage();
    if (auto listed = lists_.whole(); !listed) damage.push_back("lists of sessions: " + listed.error().message);
    return damage;
}

Result<void> EmbeddedSpanStore::healthy() const {
    SPANREEL_CHECK(tape_->healthy());
    return database_.healthy();
}

Result<Lsn> EmbeddedSpanStore::applied() {
    return database_.read([](Connection& connection) -> Result<Lsn> { return read_applied(connection); });
}

Result<std::optional<TraceRow>> EmbeddedSpanStore::trace(const TraceKey& key) {
    return database_.read(
        [&](Connection& connection) -> Result<std::optional<TraceRow>> { return read_trace(connection, key); });
}

Result<std::vector<TraceRow>> EmbeddedSpanStore::traces(const std::vector<TraceKey>& keys) {
    return database_.read(
        [&](Connection& connection) -> Result<std::vector<TraceRow>> { return read_traces(connection, keys); });
}

Result<std::optional<TraceId>> EmbeddedSpanStore::trace_id_after(const TraceKey& after, std::size_t count) {
    return database_.read([&](Connection& connection) -> Result<std::optional<TraceId>> {
        return read_trace_id_after(connection, after, count);
    });
}

Result<std::vector<TraceRow>> EmbeddedSpanStore::traces_between(const TraceKey& after, const TraceId& last,
                                                                const TraceFilter& filter) {
    return database_.read([&](Connection& connection) -> Result<std::vector<TraceRow>> {
        return read_traces_between(connection, after, last, filter);
    });
}

Result<std::vector<TraceRow>> EmbeddedSpanStore::traces_of_session(const std::string& workspace,
                                                                   const std::string& id) {
    return database_.read([&](Connection& connection) -> Result<std::vector<TraceRow>> {
        return read_traces_of_session(connection, workspace, id);
    });
}

Result<std::vector<TraceRow>> EmbeddedSpanStore::traces_of_stream_session(const std::string& workspace,
                                                                          const std::string& id) {
    return database_.read([&](Connection& connection) -> Result<std::vector<TraceRow>> {
        return read_traces_of_stream_session(connection, workspace, id);
    });
}

Result<std::vector<TraceRow>> EmbeddedSpanStore::find_traces(const TraceQuery& query, const UnsavedTraces& unsaved,
                                                             const std::optional<TracePosition>& after,
                                                             std::size_t limit) {
    return store::find_traces(database_, query, unsaved, after, limit);
}

Result<void> EmbeddedSpanStore::each_trace_values(const TraceQuery& query, const UnsavedTraces& unsaved,
                                                  const std::vector<std::string>& texts,
                                                  const std::vector<std::string>& numbers, const VisitValues& visit) {
    return store::each_trace_values(database_, query, unsaved, texts, numbers, visit);
}

Result<void> EmbeddedSpanStore::describe_traces(
    const std::function<Result<TraceColumns>(const std::string& state)>& describe) {
    return store::describe_traces(database_, describe);
}

Result<std::optional<SessionRow>> EmbeddedSpanStore::session(const std::string& id) {
    return database_.read(
        [&](Connection& connection) -> Result<std::optional<SessionRow>> { return read_session(connection, id); });
}

Result<std::optional<SessionRow>> EmbeddedSpanStore::session_by_key(const std::string& workspace,
                                                                    const std::string& project,
                                                                    const std::string& external_id) {
    return database_.read([&](Connection& connection) -> Result<std::optional<SessionRow>> {
        return read_session_by_key(connection, workspace, project, external_id);
    });
}

Result<std::vector<Tombstone>> EmbeddedSpanStore::tombstones() {
    return database_.read(
        [&](Connection& connection) -> Result<std::vector<Tombstone>> { return read_tombstones(connection); });
}

Result<std::vector<LogRow>> EmbeddedSpanStore::logs(const std::vector<TraceKey>& keys) {
    return database_.read(
        [&](Connection& connection) -> Result<std::vector<LogRow>> { return read_logs(connection, keys); });
}

void EmbeddedSpanStore::save(std::shared_ptr<const IndexChanges> changes, std::function<void(Result<void>)> done) {
    save_slices(database_, std::move(changes), 0, slice_rows_, std::move(done));
}

void EmbeddedSpanStore::load_sessions() {
    auto loaded = database_.read([&](Connection& connection) { return lists_.load(connection); });
    if (loaded) return;
    lists_.fail_with(loaded.error());
    log::error("the sessions could not be read for lists", {{"error", loaded.error().message}});
}

void EmbeddedSpanStore::show_sessions(const std::vector<std::shared_ptr<const SessionRow>>& changed,
                                      const std::vector<std::string>& removed) {
    lists_.show(changed, removed);
}

Result<SessionPage> EmbeddedSpanStore::query_sessions(const SessionQuery& query) { return lists_.query(query); }

Result<std::int64_t> EmbeddedSpanStore::count_sessions(const SessionQuery& query) { return lists_.count(query); }

Result<std::vector<std::string>> EmbeddedSpanStore::tags_of_sessions(const SessionQuery& query) {
    return lists_.tags(query);
}

Result<void> EmbeddedSpanStore::each_session(const std::function<Result<void>(const SessionRow&)>& visit) {
    return database_.read([&](Connection& connection) { return each_session_row(connection, visit); });
}

Result<void> EmbeddedSpanStore::each_trace(const std::function<Result<void>(const TraceRow&)>& visit) {
    return database_.read([&](Connection& connection) { return each_trace_row(connection, visit); });
}

}  // namespace spanreel::store
