// SPDX-License-Identifier: Apache-2.0
// The lists of trace sessions: every session of the database in memory by column, with what is not saved yet. Any
// thread.
#pragma once
#include <string>
#include <vector>

#include "store/columns/column_table.hpp"
#include "store/embedded/connection.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

class SessionLists {
  public:
    SessionLists();

    /// Reads the saved sessions. May throw SQLite::Exception: see connection.hpp.
    Result<void> load(Connection& connection);
    /// What every question is answered with from now on.
    void fail_with(Error error) { failure_ = std::move(error); }
    Result<void> whole() const;

    // As SpanStore promises them.

    void show(const std::vector<std::shared_ptr<const SessionRow>>& changed, const std::vector<std::string>& removed);
    Result<SessionPage> query(const SessionQuery& query) const;
    Result<std::int64_t> count(const SessionQuery& query) const;
    Result<std::vector<std::string>> tags(const SessionQuery& query) const;

  private:
    ColumnTable table_;
    std::optional<Error> failure_;
};

}  // namespace spanreel::store
