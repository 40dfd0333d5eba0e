// SPDX-License-Identifier: Apache-2.0
// The state of all traces and sessions: what the tape's entries so far add up to. One thread, the recorder, stages the
// entries of a group, and publishes the outcome once they are durable; any thread reads what is published.
// Applying the same entries in the same order always gives the same state, so a replay after a crash ends where the
// program stood.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/rollup.hpp"
#include "store/span_store.hpp"
#include "trace/operation.hpp"
#include "trace/session_state.hpp"
#include "trace/span_batch.hpp"

namespace spanreel::trace {

/// How long spans of a deleted trace are refused.
inline constexpr Nanos kTombstoneLife = std::chrono::hours(7 * 24);

struct TraceState {
    store::TraceKey key;
    std::string project;
    std::string session;                                  ///< id; empty: none
    std::vector<std::shared_ptr<const SpanFacts>> spans;  ///< the version of each that counts
    std::vector<store::FrameRef> frames;                  ///< where they lie, in order of arrival
    TraceRollup rollup;
};

/// Spans of a request that were not taken, and why.
struct Refused {
    std::uint32_t deleted = 0;  ///< their trace was deleted
    std::uint32_t full = 0;     ///< their trace has kMaxTraceSpans
    std::uint32_t foreign = 0;  ///< their key's project is not the one their trace is in
    std::uint32_t total() const { return deleted + full + foreign; }
};

class Ledger {
  public:
    using SessionRowPtr = std::shared_ptr<const store::SessionRow>;

    explicit Ledger(store::SpanStore& store) : store_(store) {}
    /// Reads what is kept in memory whole. Before anything else.
    Result<void> load();
    /// After a replay. What comes from now on was received from now on, so tombstones that have ended can go; the
    /// replay itself still needs those that had not ended when its spans were received.
    void end_replay(Time now);

    // Staging, by the recorder alone. Order within a group: operations, then spans, then settle, then publish or
    // discard.

    /// The session as it will be (null after a delete), or why not: `not_found`, `conflict`.
    Result<SessionRowPtr> stage(const Operation& operation);
    /// Frames are numbered within the group from `first_frame`. Counts into `refused`, which must live until settle.
    void stage(const SpanBatch& batch, std::uint32_t first_frame, Refused& refused);
    /// Works out what the staged spans change.
    Result<void> settle();
    /// Sessions that settle made, for the tape.
    const SessionsMade& made() const { return made_; }
    /// `frames`: where the group's frames are.
    void publish(const std::vector<store::FrameRef>& frames, store::Lsn lsn);
    void discard();

    // Saving, by the recorder alone.

    /// Spans that arrived since the last save that did not fail began.
    std::size_t unsaved_spans() const { return unsaved_spans_; }
    bool has_unsaved() const { return !unsaved_.empty(); }
    /// What changed since the last call, as one step of the index; null when nothing did. One at a time.
    std::shared_ptr<const store::IndexChanges> begin_save();
    /// `bytes` of memory, about, is what was saved.
    void end_save(bool saved, std::uint64_t bytes);

    // Reading, by any thread.

    /// `not_found` when there is none in this workspace.
    Result<SessionRowPtr> session(const std::string& workspace, const std::string& id) const;
    Result<std::optional<std::string>> session_id_of_key(const std::string& workspace, const std::string& project,
                                                         const std::string& external_id) const;
    Result<store::SessionPage> query(const store::SessionQuery& query) const;
    Result<std::int64_t> count(const store::SessionQuery& query) const;
    Result<std::vector<std::string>> tags(const store::SessionQuery& query) const;
    Result<store::TraceRow> trace(const store::TraceKey& key) const;
    struct TracePage {
        std::vector<store::TraceRow> rows;  ///< by trace id
        std::optional<TraceId> last;        ///< of all that were looked at; nothing at the end of the workspace
    };
    /// Looks at the `limit` or fewer traces of a workspace that follow `after`, and gives those that the filter takes.
    Result<TracePage> traces_after(const store::TraceKey& after, const store::TraceFilter& filter,
                                   std::size_t limit) const;
    /// As of the store, with what is not saved yet.
    Result<std::vector<store::TraceRow>> find_traces(const store::TraceQuery& query,
                                                     const std::optional<store::TracePosition>& after,
                                                     std::size_t limit) const;
    Result<void> each_trace_values(const store::TraceQuery& query, const std::vector<std::string>& texts,
                                   const std::vector<std::string>& numbers, const store::VisitValues& visit) const;
    Result<std::vector<store::TraceRow>> traces_of_session(const std::string& workspace, const std::string& id) const;
    Result<std::vector<store::TraceRow>> traces_of_stream_session(const std::string& workspace,
                                                                  const std::string& id) const;

  private:
    struct KeyHash {
        std::size_t operator()(const store::TraceKey& key) const {
            return std::hash<TraceId>{}(key.trace_id) ^ std::hash<InternedText>{}(key.workspace);
        }
    };
    template <class T>
    using TraceMap = std::unordered_map<store::TraceKey, T, KeyHash>;
    using TraceSet = std::unordered_set<store::TraceKey, KeyHash>;
    using TracePtr = std::shared_ptr<const TraceState>;

    struct PublishedSession {
        std::shared_ptr<const SessionState> state;
        SessionRowPtr row;
    };
    struct StagedSession {
        SessionState state;
        bool removed = false;
        bool rebuild = false;  ///< observed must be added up anew
    };
    struct StagedTrace {
        std::shared_ptr<TraceState> state;  ///< null: removed
        std::vector<std::uint32_t> frames;  ///< of this group
    };
    struct ArrivedSpan {
        std::shared_ptr<const SpanFacts> facts;
        std::uint32_t frame = 0;  ///< of this group
        bool project_key = false;
        Refused* refused = nullptr;
    };
    /// Spans of one trace that arrived in this group.
    struct Arrival {
        std::vector<ArrivedSpan> spans;
        Time received{};
    };
    /// What is published and not in the index yet.
    struct Unsaved {
        TraceSet traces;
        TraceSet removed_traces;
        std::unordered_set<std::string> sessions;
        std::unordered_set<std::string> removed_sessions;
        std::vector<store::Tombstone> tombstones;
        bool empty() const {
            return traces.empty() && removed_traces.empty() && sessions.empty() && removed_sessions.empty();
        }
    };

    static std::string session_key(const std::string& workspace, const std::string& project,
                                   const std::string& external_id);
    static std::string session_key(const SessionState& state) {
        return session_key(state.workspace, state.project, state.external_id);
    }

    Result<SessionRowPtr> create(const CreateSession& operation);
    Result<SessionRowPtr> patch(const PatchSession& operation);
    Result<SessionRowPtr> erase(const DeleteSession& operation);
    Result<void> check_key_free(const std::string& workspace, const std::string& project,
                                const std::string& external_id, const std::string& own_id);

    Result<StagedSession*> find_session(const std::string& id);
    Result<StagedSession*> find_session_by_key(const std::string& workspace, const std::string& project,
                                               const std::string& external_id);
    Result<StagedSession*> find_or_make_session(const TraceState& trace, Time received);
    StagedSession* stage_session(SessionState state);

    Result<void> find_stored();
    Result<TracePtr> find_trace(const store::TraceKey& key);
    Result<TracePtr> load_trace(const store::TraceRow& row);
    bool is_deleted(const store::TraceKey& key, Time received) const;
    Result<void> settle_trace(const store::TraceKey& key, const Arrival& arrival);
    Result<std::string> bind(const TraceState* before, const TraceState& after, Time received);
    Result<void> move_share(const TraceState* before, const TraceState& after, Time received);
    Result<void> settle_sessions();
    /// Traces of a session with what is staged.
    Result<TraceMap<TraceRollup>> staged_traces_of(const SessionState& session);

    struct Overlay {
        std::vector<store::TraceRow> rows;
        TraceSet hidden;  ///< rows of the index that are out of date
    };
    template <class Covers, class Match>
    Overlay overlay(Covers&& covers, Match&& match) const;
    store::UnsavedTraces unsaved_of(const store::TraceQuery& query) const;
    std::optional<TraceId> unsaved_id_after(const store::TraceKey& after, std::size_t count) const;
    static void lay_over(std::vector<store::TraceRow>& rows, Overlay overlay);
    void evict();
    static store::TraceRow row_of(const TraceState& trace);

    store::SpanStore& store_;

    // Published; guarded by mutex_ (written by the recorder only, so that its own reads need no lock).
    mutable std::shared_mutex mutex_;
    TraceMap<TracePtr> traces_;
    std::unordered_map<std::string, PublishedSession> sessions_;
    std::unordered_map<std::string, std::string> keys_;  ///< session_key() -> id, of the sessions in memory
    Unsaved unsaved_;
    Unsaved saving_;
    store::Lsn applied_ = 0;

    // The recorder's own.
    TraceMap<std::int64_t> tombstones_;
    std::int64_t tombstones_expired_ = 0;
    std::size_t unsaved_spans_ = 0;
    std::size_t saving_spans_ = 0;
    std::size_t cached_spans_ = 0;
    std::uint64_t cached_bytes_ = 0;  ///< of those that were saved since the last eviction
    std::unordered_map<std::string, StagedSession> staged_sessions_;
    std::unordered_map<std::string, std::string> staged_keys_;
    TraceMap<StagedTrace> staged_traces_;
    TraceMap<Arrival> arrivals_;
    TraceMap<store::TraceRow> stored_;  ///< of the traces that arrived and are not in memory
    std::vector<const TraceMap<Arrival>::value_type*> arrival_order_;  ///< a replay settles in the same one
    std::vector<store::Tombstone> staged_tombstones_;
    SessionsMade made_;
    std::unordered_map<std::string, std::string> expected_ids_;  ///< replay: session_key() -> id
};

}  // namespace spanreel::trace
