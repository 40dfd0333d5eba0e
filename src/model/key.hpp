// SPDX-License-Identifier: Apache-2.0
// Who may use the server. Times are Unix milliseconds.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/names.hpp"

namespace spanreel {

/// A tenant. Nothing of one workspace is visible in another.
struct Workspace {
    std::string id;       ///< ULID
    std::string user_id;  ///< UUID: what Livepeer's API shows as `userId`
    std::string name;     ///< unique
    UnixMillis created_at{};
    std::string default_project;  ///< UUID: what Livepeer's API shows as `projectId` of objects without a project

    bool operator==(const Workspace&) const = default;
};

/// What a key is for.
enum class KeyScope : std::uint8_t {
    read,    ///< see what is there
    write,   ///< create, change and delete it
    ingest,  ///< send spans
    admin,   ///< make, list and revoke keys of what it sees
};
template <>
inline constexpr std::array<std::string_view, 4> kNames<KeyScope>{"read", "write", "ingest", "admin"};

struct KeyScopes {
    bool read = true, write = true, ingest = true, admin = false;

    bool include(KeyScope scope) const { return this->*flag(scope); }
    void grant(KeyScope scope) { this->*flag(scope) = true; }
    bool operator==(const KeyScopes&) const = default;

  private:
    static constexpr bool KeyScopes::* flag(KeyScope scope) {
        switch (scope) {
            case KeyScope::read: return &KeyScopes::read;
            case KeyScope::write: return &KeyScopes::write;
            case KeyScope::ingest: return &KeyScopes::ingest;
            case KeyScope::admin: break;
        }
        return &KeyScopes::admin;
    }
};

/// Which web pages may use a key. A key without origins is for servers.
struct KeyCors {
    std::vector<std::string> allowed_origins;  ///< "https://host", or "*" for any
    bool full_access = false;                  ///< otherwise only what is safe in the hands of visitors

    /// Whether the key is in the hands of visitors of web pages.
    bool for_pages() const { return !allowed_origins.empty(); }
    bool allows(std::string_view origin) const {
        return std::ranges::any_of(allowed_origins,
                                   [&](const std::string& allowed) { return allowed == "*" || allowed == origin; });
    }
    bool operator==(const KeyCors&) const = default;
};

/// A key of the APIs. The secret itself is shown once and not kept.
struct ApiKey {
    std::string id;         ///< ULID
    std::string workspace;  ///< Workspace::id
    std::string project;    ///< empty: the key sees the whole workspace
    std::string name;
    std::string secret_hash;  ///< SHA-256, 32 bytes
    UnixMillis created_at{};
    std::optional<UnixMillis> expires_at;
    std::optional<UnixMillis> revoked_at;
    KeyScopes scopes{};
    KeyCors cors{};

    bool operator==(const ApiKey&) const = default;
};

}  // namespace spanreel
