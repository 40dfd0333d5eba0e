// SPDX-License-Identifier: Apache-2.0
// The lists of one noun of the metadata: the fields they filter and sort by, of every row, in memory by column. The
// first question reads them, if nobody did before. Any thread but the database's own writer.
#pragma once
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "store/columns/column_table.hpp"
#include "store/embedded/database.hpp"
#include "store/embedded/table.hpp"

namespace spanreel::store {

class NounList {
  public:
    /// Both must outlive this.
    NounList(Database& database, const Table& table);

    /// Reads all rows, unless that was done. `now`: as of when the fields are that change with the clock.
    Result<void> load(UnixMillis now);
    /// After every write of the row with this id. What cannot be read now is read by the next question.
    void refresh(const std::string& id);

    struct Found {
        std::vector<std::string> ids;
        bool has_more = false;
        std::optional<std::uint64_t> total{};
    };
    /// `kind`: the noun's table or one with the same fields and a further condition. `invalid` for an unknown field or
    /// a value of the wrong kind; Error::field is its name. ListQuery::now never goes back.
    Result<Found> find(const ListQuery& query, const Table& kind);

  private:
    // Callers hold mutex_.
    /// Into rows_: the row with this id, or all of them.
    Result<void> read(const std::string* id = nullptr);
    Result<void> load();
    Result<void> refresh_stale();

    Database& database_;
    const Table& table_;
    std::vector<Column> columns_;
    ColumnTable rows_;
    std::mutex mutex_;  ///< of the rest; held over reading and putting a row, so that what is read last is put last
    bool loaded_ = false;
    std::int64_t now_ = 0;                          ///< of the last question; Unix milliseconds
    std::set<std::string> stale_;                   ///< ids of rows to read again
    std::multimap<std::int64_t, std::string> due_;  ///< ids by when a field changes with the clock; Unix milliseconds
};

/// Objects in the order of `ids`, without those that are gone since.
template <class T>
Result<std::vector<T>> read_in_order(Connection& connection, const std::vector<std::string>& ids, bool deleted_too) {
    const std::string_view hide = kTable<T>.deletes && !deleted_too ? " AND deleted = 0" : "";
    const std::string tail = fmt::format("WHERE id = ?{}", hide);
    std::vector<T> objects;
    for (const std::string& id : ids) {
        auto found = find_all<T>(connection, tail, std::string_view(id));
        if (!found) return std::unexpected(std::move(found).error());
        std::ranges::move(*found, std::back_inserter(objects));
    }
    return objects;
}

template <class T>
Result<Page<T>> list(Database& database, NounList& noun, const ListQuery& query, const Table& kind = kTable<T>) {
    SPANREEL_TRY(NounList::Found found, noun.find(query, kind));
    Page<T> page{.has_more = found.has_more, .total = found.total};
    SPANREEL_TRY(page.items, database.read([&](Connection& connection) {
        return read_in_order<T>(connection, found.ids, query.include_deleted);
    }));
    return page;
}

}  // namespace spanreel::store
