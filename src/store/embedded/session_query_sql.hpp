// SPDX-License-Identifier: Apache-2.0
// The SQLite compiler of store::SessionQuery.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "store/embedded/connection.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

/// `invalid` names an unknown sort key or cursor id.
Result<SessionPage> run_session_query(Connection& connection, const SessionQuery& query,
                                      const UnsavedSessions& unsaved);

/// How many sessions match, wherever the page stands.
std::int64_t count_sessions(Connection& connection, const SessionQuery& query, const UnsavedSessions& unsaved);

/// The distinct tags of those that match, in byte order.
std::vector<std::string> tags_of_sessions(Connection& connection, const SessionQuery& query,
                                          const UnsavedSessions& unsaved);

}  // namespace spanreel::store
