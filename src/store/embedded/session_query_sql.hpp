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
                                      const std::vector<std::shared_ptr<const SessionRow>>& unsaved,
                                      const std::vector<std::string>& removed);

}  // namespace spanreel::store
