// SPDX-License-Identifier: Apache-2.0
// The lists of trace sessions: every session of the database in memory by column, with what is not saved yet. Loading
// runs beside; questions wait for its end. Any thread but the database's own writer.
#pragma once
#include <string>
#include <vector>

#include "store/columns/loaded_table.hpp"
#include "store/embedded/database.hpp"
#include "store/span_store.hpp"

namespace spanreel::store {

class SessionLists {
  public:
    /// `database` must outlive this.
    explicit SessionLists(Database& database);

    // As SpanStore promises them.

    void show(const std::vector<std::shared_ptr<const SessionRow>>& changed, const std::vector<std::string>& removed);
    Result<SessionPage> query(const SessionQuery& query) const;
    Result<std::int64_t> count(const SessionQuery& query) const;
    Result<std::vector<std::string>> tags(const SessionQuery& query) const;

  private:
    LoadedTable table_;
};

}  // namespace spanreel::store
