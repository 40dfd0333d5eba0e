// SPDX-License-Identifier: Apache-2.0
// SpanStore over the tape and the database of one data directory.
#pragma once
#include <memory>

#include "store/embedded/database.hpp"
#include "store/embedded/index_save.hpp"
#include "store/embedded/session_lists.hpp"
#include "store/embedded/tape.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

class EmbeddedSpanStore final : public SpanStore {
  public:
    /// `database` must outlive the store. `slice_rows`: of one transaction of save().
    static Result<std::unique_ptr<EmbeddedSpanStore>> open(FileSystem& files, const Path& tape_directory,
                                                           Database& database, TapeOptions options = {},
                                                           std::size_t slice_rows = kSliceRows);

    Result<Appended> append(const std::vector<Entry>& entries, Time at) override;
    Result<std::string> read(const FrameRef& where) override;
    Result<void> replay(Lsn after, const std::function<Result<void>(const StoredEntry&)>& visit) override;
    std::vector<std::string> damage() const override;
    Result<void> healthy() const override;
    Result<Lsn> applied() override;
    Result<std::optional<TraceRow>> trace(const TraceKey& key) override;
    Result<std::vector<TraceRow>> traces(const std::vector<TraceKey>& keys) override;
    Result<std::optional<TraceId>> trace_id_after(const TraceKey& after, std::size_t count) override;
    Result<std::vector<TraceRow>> traces_between(const TraceKey& after, const TraceId& last,
                                                 const TraceFilter& filter) override;
    Result<std::vector<TraceRow>> traces_of_session(const std::string& workspace, const std::string& id) override;
    Result<std::vector<TraceRow>> traces_of_stream_session(const std::string& workspace,
                                                           const std::string& id) override;
    Result<std::vector<TraceRow>> find_traces(const TraceQuery& query, const UnsavedTraces& unsaved,
                                              const std::optional<TracePosition>& after, std::size_t limit) override;
    Result<void> each_trace_values(const TraceQuery& query, const UnsavedTraces& unsaved,
                                   const std::vector<std::string>& texts, const std::vector<std::string>& numbers,
                                   const VisitValues& visit) override;
    Result<void> describe_traces(
        const std::function<Result<TraceColumns>(const std::string& state)>& describe) override;
    Result<std::optional<SessionRow>> session(const std::string& id) override;
    Result<std::optional<SessionRow>> session_by_key(const std::string& workspace, const std::string& project,
                                                     const std::string& external_id) override;
    Result<std::vector<Tombstone>> tombstones() override;
    Result<std::vector<LogRow>> logs(const std::vector<TraceKey>& keys) override;
    void save(std::shared_ptr<const IndexChanges> changes, std::function<void(Result<void>)> done) override;
    void load_sessions() override;
    void show_sessions(const std::vector<std::shared_ptr<const SessionRow>>& changed,
                       const std::vector<std::string>& removed) override;
    Result<SessionPage> query_sessions(const SessionQuery& query) override;
    Result<std::int64_t> count_sessions(const SessionQuery& query) override;
    Result<std::vector<std::string>> tags_of_sessions(const SessionQuery& query) override;
    Result<void> each_session(const std::function<Result<void>(const SessionRow&)>& visit) override;
    Result<void> each_trace(const std::function<Result<void>(const TraceRow&)>& visit) override;

  private:
    EmbeddedSpanStore(std::unique_ptr<Tape> tape, Database& database, std::size_t slice_rows)
        : tape_(std::move(tape)), database_(database), slice_rows_(slice_rows) {}

    std::unique_ptr<Tape> tape_;
    Database& database_;
    std::size_t slice_rows_;
    SessionLists lists_;
};

}  // namespace spanreel::store
