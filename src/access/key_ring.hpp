// SPDX-License-Identifier: Apache-2.0
// API keys: who a secret belongs to, and making and revoking keys. Owned by the server's wiring and by the command
// line, also at the same time on one data directory: what one of them changes, the other knows at its next call.
// Any thread; authenticate() costs microseconds, the others wait for the disk. Secrets are never logged.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/key.hpp"
#include "store/meta_store.hpp"

namespace spanreel::access {

/// Whom a request comes from, and so what it may see.
struct Principal {
    std::string workspace;        ///< Workspace::id
    std::string user_id;          ///< Workspace::user_id
    std::string default_project;  ///< Workspace::default_project
    std::string project{};        ///< empty: the whole workspace
    std::string key_id{};         ///< empty for a user who came without a key
    std::string key_name{};
    KeyScopes scopes{};
    KeyCors cors{};

    bool operator==(const Principal&) const = default;
};

/// What a new key shall be.
struct KeySpec {
    std::string name;
    std::string project{};  ///< empty: the whole workspace
    KeyScopes scopes{};
    KeyCors cors{};
    std::optional<UnixMillis> expires_at{};
};

/// `invalid` names what of a key made at `at` cannot be.
Result<void> check(const KeySpec& spec, UnixMillis at);

struct NewKey {
    ApiKey key;
    std::string secret;  ///< "sk_" and 40 characters of [A-Za-z0-9]; known only here and now
};

/// Characters of a key's, a workspace's or a project's name.
inline constexpr std::size_t kMaxNameLength = 256;
/// Keys of a workspace; of those that were revoked the last ones are remembered in what the good ones leave.
inline constexpr std::size_t kMaxKeys = 1'000;
/// A longer secret is refused unread.
inline constexpr std::size_t kMaxSecretLength = 256;

class KeyRing {
  public:
    /// The store outlives this.
    explicit KeyRing(store::MetaStore& store, std::function<UnixMillis()> clock = system_clock);
    ~KeyRing();

    /// `unauthorized` for a secret that is unknown, revoked or expired. The message does not name it.
    Result<Principal> authenticate(std::string_view secret);
    /// Whom a token names by Workspace::user_id: sees the whole workspace, reads and writes. `unauthorized` when there
    /// is none.
    Result<Principal> principal_of_user(const std::string& user_id);

    /// The workspace of that name, made if there is none.
    Result<Workspace> open_workspace(std::string_view name);
    /// `not_found` when there is no such workspace; `invalid` names what of the key cannot be; `exhausted` when the
    /// workspace has kMaxKeys.
    Result<NewKey> create_key(std::string_view workspace_id, KeySpec spec);
    /// Keys of the workspace, or of a project of it, also revoked ones, oldest first.
    Result<std::vector<ApiKey>> list(std::string_view workspace_id, std::string_view project = {});
    /// `not_found` when it is not among list() or is revoked already.
    Result<void> revoke(std::string_view workspace_id, std::string_view key_id, std::string_view project = {});
    /// Makes the workspace "default" and a key when there is no workspace at all; nothing otherwise.
    Result<std::optional<NewKey>> ensure_first_key();

  private:
    struct Snapshot;
    static UnixMillis system_clock();
    Result<std::shared_ptr<const Snapshot>> current();
    Result<std::shared_ptr<const Snapshot>> load(std::uint64_t revision);
    Workspace make_workspace(std::string_view name) const;
    NewKey make_key(std::string_view workspace_id, KeySpec spec) const;

    store::MetaStore& store_;
    std::function<UnixMillis()> clock_;
    std::mutex mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace spanreel::access
