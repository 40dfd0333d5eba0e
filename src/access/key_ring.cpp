// SPDX-License-Identifier: Apache-2.0
#include "access/key_ring.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "access/origins.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"

namespace spanreel::access {

namespace {

constexpr std::string_view kSecretPrefix = "sk_";
constexpr std::size_t kSecretCharacters = 40;  // 238 bits
constexpr std::string_view kFirstWorkspace = "default";

std::string make_secret() {
    constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr std::uint8_t kUnbiased = 248;  // the largest multiple of 62 below 256
    std::string secret(kSecretPrefix);
    while (secret.size() < kSecretPrefix.size() + kSecretCharacters)
        for (char c : random_bytes(kSecretCharacters))
            if (auto byte = static_cast<std::uint8_t>(c);
                byte < kUnbiased && secret.size() < kSecretPrefix.size() + kSecretCharacters)
                secret.push_back(kDigits[byte % kDigits.size()]);
    return secret;
}

Result<void> check_name(std::string_view what, std::string_view name) {
    if (name.size() <= kMaxNameLength) return {};
    return fail(Code::invalid, fmt::format("{} is longer than {} characters", what, kMaxNameLength), std::string(what));
}

Result<void> check_cors(const KeyCors& cors) {
    SPANREEL_CHECK(check_origins(cors.allowed_origins));
    if (cors.full_access && cors.allowed_origins.empty())
        return fail(Code::invalid, "full access of web pages needs allowed origins", "allowed_origins");
    return {};
}

}  // namespace

Result<void> check(const KeySpec& spec, UnixMillis at) {
    SPANREEL_CHECK(check_name("name", spec.name));
    SPANREEL_CHECK(check_name("project", spec.project));
    SPANREEL_CHECK(check_cors(spec.cors));
    if (spec.scopes == KeyScopes{false, false, false, false})
        return fail(Code::invalid, "a key needs at least one scope", "scopes");
    if (spec.expires_at && *spec.expires_at <= at)
        return fail(Code::invalid, "the key would be expired already", "expires_at");
    return {};
}

/// All keys that are not revoked, and all users, as they were at a revision or later.
struct KeyRing::Snapshot {
    struct Entry {
        Principal principal;
        std::optional<UnixMillis> expires_at;
    };
    std::uint64_t revision = 0;
    std::unordered_map<std::string, Entry> by_hash;
    std::unordered_map<std::string, Principal> by_user;
};

KeyRing::KeyRing(store::MetaStore& store, std::function<UnixMillis()> clock)
    : store_(store), clock_(std::move(clock)) {}
KeyRing::~KeyRing() = default;

UnixMillis KeyRing::system_clock() { return std::chrono::floor<Millis>(now()); }

Result<Principal> KeyRing::authenticate(std::string_view secret) {
    if (!secret.empty() && secret.size() <= kMaxSecretLength) {
        SPANREEL_TRY(std::shared_ptr<const Snapshot> snapshot, current());
        auto found = snapshot->by_hash.find(sha256(as_bytes(secret)));
        if (found != snapshot->by_hash.end()) {
            const Snapshot::Entry& entry = found->second;
            if (!entry.expires_at || clock_() < *entry.expires_at) return entry.principal;
        }
    }
    return fail(Code::unauthorized, "unknown API key");
}

Result<Principal> KeyRing::principal_of_user(const std::string& user_id) {
    SPANREEL_TRY(const std::shared_ptr<const Snapshot> snapshot, current());
    const auto found = snapshot->by_user.find(user_id);
    if (found != snapshot->by_user.end()) return found->second;
    return fail(Code::unauthorized, "there is no such user");
}

Result<std::shared_ptr<const KeyRing::Snapshot>> KeyRing::current() {
    SPANREEL_TRY(std::uint64_t revision, store_.keys_revision());
    {
        std::lock_guard lock(mutex_);
        if (snapshot_ && snapshot_->revision == revision) return snapshot_;
    }
    return load(revision);
}

Result<std::shared_ptr<const KeyRing::Snapshot>> KeyRing::load(std::uint64_t revision) {
    // What is read here is of that revision or a later one; in the latter case the next call reads again.
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->revision = revision;
    SPANREEL_TRY(std::vector<ApiKey> keys, store_.keys());
    SPANREEL_TRY(std::vector<Workspace> workspaces, store_.workspaces());
    std::unordered_map<std::string_view, const Workspace*> by_id;
    for (const Workspace& workspace : workspaces) {
        by_id[workspace.id] = &workspace;
        snapshot->by_user[workspace.user_id] = {.workspace = workspace.id,
                                                .user_id = workspace.user_id,
                                                .default_project = workspace.default_project,
                                                .scopes = {.ingest = false}};
    }
    for (ApiKey& key : keys) {
        const auto workspace = by_id.find(key.workspace);
        if (key.revoked_at || workspace == by_id.end()) continue;
        Principal principal{.workspace = key.workspace,
                            .user_id = workspace->second->user_id,
                            .default_project = workspace->second->default_project,
                            .project = key.project,
                            .key_id = key.id,
                            .key_name = key.name,
                            .scopes = key.scopes,
                            .cors = key.cors};
        snapshot->by_hash.try_emplace(key.secret_hash, std::move(principal), key.expires_at);
    }
    std::lock_guard lock(mutex_);
    if (!snapshot_ || snapshot_->revision < revision) snapshot_ = snapshot;
    return snapshot;
}

NewKey KeyRing::make_key(std::string_view workspace_id, KeySpec spec) const {
    std::string secret = make_secret();
    UnixMillis created = clock_();
    return {.key = {.id = make_ulid(created),
                    .workspace = std::string(workspace_id),
                    .project = std::move(spec.project),
                    .name = std::move(spec.name),
                    .secret_hash = sha256(as_bytes(secret)),
                    .created_at = created,
                    .expires_at = spec.expires_at,
                    .scopes = spec.scopes,
                    .cors = std::move(spec.cors)},
            .secret = std::move(secret)};
}

Workspace KeyRing::make_workspace(std::string_view name) const {
    UnixMillis created = clock_();
    return {.id = make_ulid(created),
            .user_id = make_uuid(),
            .name = std::string(name),
            .created_at = created,
            .default_project = make_uuid()};
}

Result<Workspace> KeyRing::open_workspace(std::string_view name) {
    SPANREEL_CHECK(check_name("workspace", name));
    if (name.empty()) return fail(Code::invalid, "a workspace needs a name", "workspace");
    Result<Workspace> known = store_.workspace_by_name(name);
    if (known || known.error().code != Code::not_found) return known;
    Workspace workspace = make_workspace(name);
    Result<void> made = store_.create(workspace);
    if (made) return workspace;
    // Another process was faster.
    if (made.error().code == Code::conflict) return store_.workspace_by_name(name);
    return std::unexpected(std::move(made).error());
}

Result<NewKey> KeyRing::create_key(std::string_view workspace_id, KeySpec spec) {
    SPANREEL_CHECK(check(spec, clock_()));
    SPANREEL_CHECK(store_.workspace(workspace_id));
    NewKey made = make_key(workspace_id, std::move(spec));
    SPANREEL_CHECK(store_.create(made.key, kMaxKeys));
    return made;
}

Result<std::vector<ApiKey>> KeyRing::list(std::string_view workspace_id, std::string_view project) {
    SPANREEL_TRY(std::vector<ApiKey> keys, store_.keys());
    std::erase_if(keys, [&](const ApiKey& key) {
        return key.workspace != workspace_id || (!project.empty() && key.project != project);
    });
    return keys;
}

Result<void> KeyRing::revoke(std::string_view workspace_id, std::string_view key_id, std::string_view project) {
    SPANREEL_TRY(const std::vector<ApiKey> keys, list(workspace_id, project));
    if (std::ranges::find(keys, key_id, &ApiKey::id) == keys.end()) return fail(Code::not_found, "key not found");
    return store_.revoke_key(key_id, clock_());
}

Result<std::optional<NewKey>> KeyRing::ensure_first_key() {
    Workspace workspace = make_workspace(kFirstWorkspace);
    NewKey made = make_key(workspace.id, {.name = "first key", .scopes = {.admin = true}});
    SPANREEL_TRY(bool is_first, store_.create_first(workspace, made.key));
    if (!is_first) return std::nullopt;
    return made;
}

}  // namespace spanreel::access
