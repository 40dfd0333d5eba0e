// SPDX-License-Identifier: Apache-2.0
// The SQLite compiler of ListQuery. Every name comes from a table's list of fields, every value is a parameter.
#pragma once
#include <string>
#include <vector>

#include "store/embedded/table.hpp"

namespace spanreel::store {

/// What follows "SELECT columns FROM table", and the values of its parameters, number 1 first.
struct ListSql {
    std::string where;
    std::string order_by;
    std::vector<FilterValue> parameters;  ///< of `where`

    /// Returns the number of the next parameter.
    int bind(SQLite::Statement& statement) const;
};

/// `invalid` for an unknown field or a value of the wrong kind; Error::field is its name.
Result<ListSql> compile_list(const Table& table, const ListQuery& query);

template <class T>
Result<Page<T>> list(Connection& connection, const ListQuery& query, const Table& table = kTable<T>) {
    SPANREEL_TRY(ListSql sql, compile_list(table, query));
    auto select =
        connection.prepare(fmt::format("SELECT {} FROM {}{}{} LIMIT ? OFFSET ?", fmt::join(column_names<T>(), ", "),
                                       table.name, sql.where, sql.order_by));
    int next = sql.bind(*select);
    select->bind(next, static_cast<std::int64_t>(query.limit + 1));  // one more tells whether another page follows
    select->bind(next + 1, static_cast<std::int64_t>(query.offset & INT64_MAX));
    Page<T> page;
    while (!page.has_more && select->executeStep()) {
        if (page.items.size() == query.limit) {
            page.has_more = true;
        } else {
            SPANREEL_TRY(T object, read_row<T>(*select));
            page.items.push_back(std::move(object));
        }
    }
    if (query.count) {
        auto count = connection.prepare(fmt::format("SELECT count(*) FROM {}{}", table.name, sql.where));
        sql.bind(*count);
        count->executeStep();
        page.total = static_cast<std::uint64_t>(count->getColumn(0).getInt64());
    }
    return page;
}

}  // namespace spanreel::store
