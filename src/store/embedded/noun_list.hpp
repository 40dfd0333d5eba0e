// SPDX-License-Identifier: Apache-2.0
// The lists of one noun of the metadata: the fields they filter and sort by, of every row, in memory by column. Begins
// to load with the first question. Any thread but the database's own writer.
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "store/columns/loaded_table.hpp"
#include "store/embedded/database.hpp"
#include "store/embedded/table.hpp"

namespace spanreel::store {

class NounList {
  public:
    /// Both must outlive this.
    NounList(Database& database, const Table& table);

    /// Starts loading unless that was done. `now`: as of when the fields are that change with the clock.
    void load(UnixMillis now);
    /// After every write of the row with this id.
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
    Result<void> read(const LoadedTable::Give& give, const std::string* id, std::int64_t now);
    void refresh_due(UnixMillis now);

    Database& database_;
    const Table& table_;
    std::vector<Column> columns_;
    std::mutex refresh_mutex_;  ///< held over reading and putting a row, so that what is read last is put last
    std::mutex due_mutex_;
    std::multimap<std::int64_t, std::string> due_;  ///< ids by when a field changes with the clock; Unix milliseconds
    std::atomic<std::int64_t> now_ = 0;             ///< of the last question; Unix milliseconds
    LoadedTable rows_;
};

/// Objects in the order of `ids`; those that are gone are left out.
template <class T>
Result<std::vector<T>> read_in_order(Connection& connection, const std::vector<std::string>& ids) {
    std::vector<T> objects;
    for (const std::string& id : ids) {
        auto found = find_all<T>(connection, "WHERE id = ?", std::string_view(id));
        if (!found) return std::unexpected(std::move(found).error());
        std::ranges::move(*found, std::back_inserter(objects));
    }
    return objects;
}

template <class T>
Result<Page<T>> list(Database& database, NounList& noun, const ListQuery& query, const Table& kind = kTable<T>) {
    SPANREEL_TRY(NounList::Found found, noun.find(query, kind));
    Page<T> page{.has_more = found.has_more, .total = found.total};
    SPANREEL_TRY(page.items,
                 database.read([&](Connection& connection) { return read_in_order<T>(connection, found.ids); }));
    return page;
}

}  // namespace spanreel::store
