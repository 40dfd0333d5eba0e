// SPDX-License-Identifier: Apache-2.0
// Where spans live: a tape of frames and operations that is the truth, and an index of traces and sessions that can
// be rebuilt from it. Payloads and states are opaque here; room `trace` gives them meaning.
// append, save and show_sessions belong to one thread, the recorder; everything else may be called from any thread.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/interned_text.hpp"
#include "base/time.hpp"
#include "model/span.hpp"
#include "store/session_query.hpp"
#include "store/trace_query.hpp"

namespace spanreel::store {

/// Position on the tape; counts entries from 1 and never repeats within a data directory.
using Lsn = std::uint64_t;

/// Where an entry's payload lies.
struct FrameRef {
    std::uint32_t file = 0;
    std::uint32_t length = 0;  ///< bytes of payload
    std::uint64_t offset = 0;  ///< of the payload in the file
    auto operator<=>(const FrameRef&) const = default;
};

enum class EntryKind : std::uint8_t {
    frame = 1,      ///< a store::Frame, compressed
    operation = 2,  ///< a trace::Operation
};

struct Entry {
    EntryKind kind = EntryKind::frame;
    std::string payload;
    std::uint32_t count = 0;  ///< spans of a frame
};

struct StoredEntry {
    Lsn lsn = 0;
    EntryKind kind = EntryKind::frame;
    std::string_view payload;
    FrameRef where;
    bool ends_group = false;  ///< the last of the entries that were appended together
};

struct Appended {
    Lsn last = 0;
    std::vector<FrameRef> where;  ///< one per entry
};

struct TraceKey {
    InternedText workspace;
    TraceId trace_id;
    auto operator<=>(const TraceKey&) const = default;
};

/// What searches filter, group and add up by; an empty text or list is none.
struct TraceColumns {
    std::string name, operation, status;
    std::string session_key;  ///< as received
    std::string thread, identity;
    std::vector<std::string> providers, models, agents, tools, tags;
    std::int64_t span_count = 0, error_count = 0;
    std::optional<std::int64_t> prompt_tokens, completion_tokens;
    std::optional<double> cost;  ///< USD
};

struct TraceRow {
    TraceKey key;
    std::string project;
    std::string session;          ///< id of the session it belongs to; empty: none
    std::string stream_session;   ///< id its spans name; empty: none
    std::int64_t started_at = 0;  ///< Unix nanoseconds
    std::int64_t ended_at = 0;
    std::string state;  ///< opaque
    std::vector<FrameRef> frames;
    TraceColumns columns{};  ///< written, and never read back
};

/// What is published of a workspace's traces and not in the index yet.
struct UnsavedTraces {
    std::vector<TraceRow> rows;
    std::vector<TraceId> hidden;  ///< rows of the index that are out of date, those above among them
};

/// Which traces of a workspace; what is not given takes all.
struct TraceFilter {
    std::optional<std::string> project;
    std::optional<std::int64_t> from, to;  ///< began within [from, to), Unix nanoseconds

    bool takes(std::string_view in_project, std::int64_t started_at) const {
        return (!project || in_project == *project) && (!from || started_at >= *from) && (!to || started_at < *to);
    }
};

/// What lists filter and sort by, named as on the wire of the sessions API, and the opaque state behind it.
struct SessionRow {
    std::string id;
    std::string workspace;
    std::string project;  ///< empty: none
    std::string external_id;
    double duration = 0;          ///< milliseconds
    std::int64_t started_at = 0;  ///< Unix milliseconds
    std::int64_t updated_at = 0;  ///< Unix milliseconds
    double traces_count = 0;
    double input_cost = 0, output_cost = 0, total_cost = 0;  ///< USD
    double prompt_tokens = 0, completion_tokens = 0, total_tokens = 0;
    std::string title, client, repo, kind;
    std::vector<std::string> tags, contact_ids;
    std::string state;  ///< opaque
};

/// Spans of this trace are refused until then.
struct Tombstone {
    TraceKey key;
    std::int64_t until = 0;  ///< Unix nanoseconds
};

/// One consistent step of the index: everything up to and including `applied`.
struct IndexChanges {
    Lsn applied = 0;
    std::vector<TraceRow> traces;
    std::vector<TraceKey> removed_traces;
    std::vector<SessionRow> sessions;
    std::vector<std::string> removed_sessions;
    std::vector<Tombstone> tombstones;
    std::int64_t tombstones_expired = 0;  ///< those that end until then go; Unix nanoseconds, 0: none
};

class SpanStore {
  public:
    virtual ~SpanStore() = default;

    /// Writes the entries and one commit mark and syncs: on return they survive power loss, all or none.
    /// `unavailable`: nothing was written (the disk is full), later calls may succeed; operations alone may still use
    /// the reserve. Any other error is final: the store accepts nothing more until the next start.
    virtual Result<Appended> append(const std::vector<Entry>& entries, Time at) = 0;
    virtual Result<std::string> read(const FrameRef& where) = 0;
    /// Calls `visit` for every committed entry after `after`, in order. Damaged parts are logged with their offset,
    /// kept in `damage()` and skipped.
    virtual Result<void> replay(Lsn after, const std::function<Result<void>(const StoredEntry&)>& visit) = 0;
    /// What was found damaged: "file X at offset N: why".
    virtual std::vector<std::string> damage() const = 0;
    /// Fails once a write or sync has failed for good.
    virtual Result<void> healthy() const = 0;

    virtual Result<Lsn> applied() = 0;
    virtual Result<std::optional<TraceRow>> trace(const TraceKey& key) = 0;
    /// Those of the keys that are there, in one look at the index.
    virtual Result<std::vector<TraceRow>> traces(const std::vector<TraceKey>& keys) = 0;
    /// The id of the `count`-th trace of the workspace behind `after`; nothing when there are fewer.
    virtual Result<std::optional<TraceId>> trace_id_after(const TraceKey& after, std::size_t count) = 0;
    /// Those of the workspace that the filter takes, by trace id, behind `after` up to and with `last`.
    virtual Result<std::vector<TraceRow>> traces_between(const TraceKey& after, const TraceId& last,
                                                         const TraceFilter& filter) = 0;
    virtual Result<std::vector<TraceRow>> traces_of_session(const std::string& workspace, const std::string& id) = 0;
    virtual Result<std::vector<TraceRow>> traces_of_stream_session(const std::string& workspace,
                                                                   const std::string& id) = 0;
    /// The first `limit` that match behind `after`, the latest end first, then the greatest id. `unavailable` when it
    /// takes too long.
    virtual Result<std::vector<TraceRow>> find_traces(const TraceQuery& query, const UnsavedTraces& unsaved,
                                                      const std::optional<TracePosition>& after, std::size_t limit) = 0;
    /// Visits each that matches with its values at the paths; once per combination of elements where a path of
    /// `texts` is a list. `invalid` for a path that is unknown, `unavailable` when it takes too long.
    virtual Result<void> each_trace_values(const TraceQuery& query, const UnsavedTraces& unsaved,
                                           const std::vector<std::string>& texts,
                                           const std::vector<std::string>& numbers, const VisitValues& visit) = 0;
    /// Gives the columns that `describe` makes of their state to traces that an earlier version wrote. Before anything
    /// else is saved.
    virtual Result<void> describe_traces(
        const std::function<Result<TraceColumns>(const std::string& state)>& describe) = 0;
    virtual Result<std::optional<SessionRow>> session(const std::string& id) = 0;
    virtual Result<std::optional<SessionRow>> session_by_key(const std::string& workspace, const std::string& project,
                                                             const std::string& external_id) = 0;
    virtual Result<std::vector<Tombstone>> tombstones() = 0;
    /// Calls `done` from the store's own thread once the changes are durable or have failed.
    virtual void save(std::shared_ptr<const IndexChanges> changes, std::function<void(Result<void>)> done) = 0;

    /// Reads what lists show; before show_sessions(). Failing, lists fail and `damage()` tells.
    virtual void load_sessions() = 0;
    /// Lists show these from now on, before they are saved. In the order of publishing.
    virtual void show_sessions(const std::vector<std::shared_ptr<const SessionRow>>& changed,
                               const std::vector<std::string>& removed) = 0;
    /// `invalid` names an unknown sort key or cursor id; `unavailable` when it takes too long. The rows have no state.
    virtual Result<SessionPage> query_sessions(const SessionQuery& query) = 0;
    /// Sessions that match, wherever the page stands.
    virtual Result<std::int64_t> count_sessions(const SessionQuery& query) = 0;
    /// Distinct tags, in byte order, of all sessions of the query's workspace and project.
    virtual Result<std::vector<std::string>> tags_of_sessions(const SessionQuery& query) = 0;

    /// Every saved row, for `spanreel check`.
    virtual Result<void> each_session(const std::function<Result<void>(const SessionRow&)>& visit) = 0;
    virtual Result<void> each_trace(const std::function<Result<void>(const TraceRow&)>& visit) = 0;
};

}  // namespace spanreel::store
