// SPDX-License-Identifier: Apache-2.0
// Where workspaces, keys, streams, stream sessions, assets and tasks are kept. Methods block: call them from
// threads that may wait. A write returns when it is durable, and every later read sees it. Ids are made by callers.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "model/asset.hpp"
#include "model/key.hpp"
#include "model/stream.hpp"
#include "model/stream_session.hpp"
#include "model/task.hpp"
#include "store/list_query.hpp"

namespace spanreel::store {

enum class Deleted : std::uint8_t { hide, show };
/// Error::field of the conflict that means: somebody else wrote in between.
inline constexpr std::string_view kVersionField = "version";
enum class Noun : std::uint8_t { stream, session, asset, clip, task };

class MetaStore {
  public:
    virtual ~MetaStore() = default;

    // create: `conflict` when an id or another unique value is taken; Error::field names the column.
    // update: writes the whole object if the stored `version` is still the object's, and counts it up in both;
    //         `conflict` with the field kVersionField when somebody else wrote in between, `not_found` when there is
    //         none. See modify().

    virtual Result<void> create(const Stream& stream) = 0;
    virtual Result<void> update(Stream& stream) = 0;
    virtual Result<Stream> stream(std::string_view id, Deleted deleted = Deleted::hide) = 0;
    virtual Result<Stream> stream_by_key(std::string_view stream_key, Deleted deleted = Deleted::hide) = 0;
    virtual Result<Stream> stream_by_playback_id(std::string_view playback_id, Deleted deleted = Deleted::hide) = 0;
    virtual Result<Page<Stream>> list_streams(const ListQuery& query) = 0;
    /// Of all workspaces: what a start after a crash must settle.
    virtual Result<std::vector<Stream>> active_streams() = 0;

    virtual Result<void> create(const StreamSession& session) = 0;
    virtual Result<void> update(StreamSession& session) = 0;
    virtual Result<StreamSession> session(std::string_view id, Deleted deleted = Deleted::hide) = 0;
    /// The one created last.
    virtual Result<StreamSession> newest_session(std::string_view stream_id) = 0;
    virtual Result<Page<StreamSession>> list_sessions(const ListQuery& query) = 0;
    /// Live or waiting, of all workspaces.
    virtual Result<std::vector<StreamSession>> open_sessions() = 0;

    virtual Result<void> create(const Asset& asset) = 0;
    virtual Result<void> update(Asset& asset) = 0;
    virtual Result<Asset> asset(std::string_view id, Deleted deleted = Deleted::hide) = 0;
    virtual Result<Asset> asset_by_playback_id(std::string_view playback_id, Deleted deleted = Deleted::hide) = 0;
    virtual Result<Page<Asset>> list_assets(const ListQuery& query) = 0;
    /// Assets that are clips, with the fields and default order of Livepeer's clip lists.
    virtual Result<Page<Asset>> list_clips(const ListQuery& query) = 0;

    virtual Result<void> update(Task& task) = 0;
    virtual Result<Task> task(std::string_view id) = 0;
    virtual Result<Page<Task>> list_tasks(const ListQuery& query) = 0;
    /// Pending, waiting or running, of all workspaces, oldest first.
    virtual Result<std::vector<Task>> unfinished_tasks() = 0;
    /// Unfinished ones of a requester that were scheduled at or after `since`.
    virtual Result<std::uint64_t> count_unfinished_tasks(std::string_view requester_id, UnixMillis since) = 0;
    /// An asset and the task that makes it: both or neither.
    virtual Result<void> create(const Asset& asset, const Task& task) = 0;
    virtual Result<void> update(Asset& asset, Task& task) = 0;
    virtual Result<void> update(Asset& asset, StreamSession& session) = 0;

    /// What a field of a noun's lists holds; nothing for an unknown name, which a query with it fails on (`invalid`).
    virtual std::optional<FieldKind> field_kind(Noun noun, std::string_view field) const = 0;

    virtual Result<void> create(const Workspace& workspace) = 0;
    virtual Result<Workspace> workspace(std::string_view id) = 0;
    virtual Result<Workspace> workspace_by_name(std::string_view name) = 0;
    virtual Result<std::vector<Workspace>> workspaces() = 0;
    /// Creates both if there is no workspace at all; false when there is one.
    virtual Result<bool> create_first(const Workspace& workspace, const ApiKey& key) = 0;

    /// A workspace holds `most` keys: for one more the one that was revoked first is forgotten. `exhausted` when all of
    /// them are good.
    virtual Result<void> create(const ApiKey& key, std::size_t most) = 0;
    /// `not_found` when no such key, or it is revoked already.
    virtual Result<void> revoke_key(std::string_view id, UnixMillis at) = 0;
    virtual Result<std::vector<ApiKey>> keys() = 0;
    /// A number that changes with every change of keys or workspaces, whichever process made it. Microseconds, and
    /// never waits for a writer.
    virtual Result<std::uint64_t> keys_revision() = 0;
};

/// By id, also when it is deleted.
template <class T>
Result<T> load(MetaStore& store, std::string_view id) {
    if constexpr (std::is_same_v<T, Stream>) return store.stream(id, Deleted::show);
    if constexpr (std::is_same_v<T, StreamSession>) return store.session(id, Deleted::show);
    if constexpr (std::is_same_v<T, Asset>) return store.asset(id, Deleted::show);
    if constexpr (std::is_same_v<T, Task>) return store.task(id);
}

/// Loads, changes and updates until nobody wrote in between; the object as stored. `change(T&) -> Result<void>` may
/// run several times, sees deleted objects too, and its failure ends the attempt with nothing written.
template <class T, class Change>
Result<T> modify(MetaStore& store, std::string_view id, Change&& change) {
    while (true) {
        SPANREEL_TRY(T object, load<T>(store, id));
        SPANREEL_CHECK(change(object));
        Result<void> updated = store.update(object);
        if (updated) return object;
        if (updated.error().field != kVersionField) return std::unexpected(std::move(updated).error());
    }
}

}  // namespace spanreel::store
