// SPDX-License-Identifier: Apache-2.0
// MetaStore in the embedded database. The methods of each noun are in meta_<noun>.cpp. Any thread, except the
// database's own writer.
#pragma once
#include "store/embedded/database.hpp"
#include "store/embedded/noun_list.hpp"
#include "store/meta_store.hpp"

namespace spanreel::store {

class EmbeddedMetaStore final : public MetaStore {
  public:
    /// The database outlives this.
    explicit EmbeddedMetaStore(Database& database);
    /// Reads what the lists show, so that the first of them need not wait for it.
    void load_lists(UnixMillis now);

    Result<void> create(const Stream& stream) override;
    Result<void> update(Stream& stream) override;
    Result<Stream> stream(std::string_view id, Deleted deleted) override;
    Result<Stream> stream_by_key(std::string_view stream_key, Deleted deleted) override;
    Result<Stream> stream_by_playback_id(std::string_view playback_id, Deleted deleted) override;
    Result<Page<Stream>> list_streams(const ListQuery& query) override;
    Result<std::vector<Stream>> active_streams() override;

    Result<void> create(const StreamSession& session) override;
    Result<void> update(StreamSession& session) override;
    Result<StreamSession> session(std::string_view id, Deleted deleted) override;
    Result<StreamSession> newest_session(std::string_view stream_id) override;
    Result<Page<StreamSession>> list_sessions(const ListQuery& query) override;
    Result<std::vector<StreamSession>> open_sessions() override;

    Result<void> create(const Asset& asset) override;
    Result<void> update(Asset& asset) override;
    Result<Asset> asset(std::string_view id, Deleted deleted) override;
    Result<Asset> asset_by_playback_id(std::string_view playback_id, Deleted deleted) override;
    Result<Page<Asset>> list_assets(const ListQuery& query) override;
    Result<Page<Asset>> list_clips(const ListQuery& query) override;

    Result<void> update(Task& task) override;
    Result<Task> task(std::string_view id) override;
    Result<Page<Task>> list_tasks(const ListQuery& query) override;
    Result<std::vector<Task>> unfinished_tasks() override;
    Result<std::uint64_t> count_unfinished_tasks(std::string_view requester_id, UnixMillis since) override;
    Result<void> create(const Asset& asset, const Task& task) override;
    Result<void> update(Asset& asset, Task& task) override;
    Result<void> update(Asset& asset, StreamSession& session) override;

    std::optional<FieldKind> field_kind(Noun noun, std::string_view field) const override;

    Result<void> create(const Workspace& workspace) override;
    Result<Workspace> workspace(std::string_view id) override;
    Result<Workspace> workspace_by_name(std::string_view name) override;
    Result<std::vector<Workspace>> workspaces() override;
    Result<bool> create_first(const Workspace& workspace, const ApiKey& key) override;

    Result<void> create(const ApiKey& key, std::size_t most) override;
    Result<void> revoke_key(std::string_view id, UnixMillis at) override;
    Result<std::vector<ApiKey>> keys() override;
    Result<std::uint64_t> keys_revision() override;

  private:
    /// After a write.
    void refresh(const Stream& stream) { streams_.refresh(stream.id); }
    void refresh(const StreamSession& session) { sessions_.refresh(session.id); }
    void refresh(const Asset& asset);
    void refresh(const Task& task) { tasks_.refresh(task.id); }
    template <class... T>
    Result<void> replace_and_refresh(T&... objects);

    Database& database_;
    NounList streams_, sessions_, assets_, tasks_;
};

}  // namespace spanreel::store
