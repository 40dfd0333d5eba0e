// SPDX-License-Identifier: Apache-2.0
// Who may use the server. Times are Unix milliseconds.
#pragma once
#include <optional>
#include <string>

#include "base/time.hpp"

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

    bool operator==(const ApiKey&) const = default;
};

}  // namespace spanreel
