// SPDX-License-Identifier: Apache-2.0
// Create and update bodies as session fields (contract: orq, sections 2.2, 2.3, 3.2, 3.3 and 6). An empty text stands
// for no body. Unknown members are ignored; an `invalid` error names the member.
#pragma once
#include <cstddef>
#include <string_view>

#include "api/orq/caller.hpp"
#include "api/orq/generation.hpp"
#include "trace/session_state.hpp"

namespace spanreel::api::orq {

/// Lists keep all of these in memory.
inline constexpr std::size_t kMaxTextBytes = 4096;    ///< of external_id, title, client, repo, project_id
inline constexpr std::size_t kMaxListed = 1000;       ///< tags, and contact_ids
inline constexpr std::size_t kMaxListedBytes = 1024;  ///< of each

/// `forbidden` when a key of a project would put the session elsewhere. Without a body, which the first generation
/// allows, nothing is given but the caller's project.
Result<trace::SessionFields> read_create_body(Generation generation, std::string_view body, const Caller& caller);
Result<trace::SessionFields> read_update_body(Generation generation, std::string_view body, const Caller& caller);

}  // namespace spanreel::api::orq
