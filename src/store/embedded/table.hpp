// SPDX-License-Identifier: Apache-2.0
// Reading and writing objects of one noun. A noun joins with a function `columns(row, object)` that names its columns
// (meta_columns.hpp) and a specialisation of kTable (meta_tables.hpp). All functions may throw SQLite::Exception: see
// connection.hpp.
#pragma once
#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "store/embedded/connection.hpp"
#include "store/embedded/row.hpp"
#include "store/meta_store.hpp"

namespace spanreel::store {

/// A name of a list query and what it stands for: SQL over the noun's table. `?1` in it is ListQuery::now.
struct ListField {
    std::string_view name;
    FieldKind kind;
    std::string_view sql;
};

/// The project an object counts to: its own, else the default one of its workspace.
inline constexpr std::string_view kProject =
    "CASE WHEN project <> '' THEN project ELSE "
    "(SELECT default_project FROM workspaces WHERE workspaces.id = workspace) END";

struct Table {
    std::string_view name;
    std::string_view noun;  ///< for messages
    std::span<const ListField> fields{};
    std::array<std::string_view, 2> newest_first{};  ///< fields of the default order, both descending
    bool deletes = false;                            ///< has a column `deleted`
    struct {
        std::string_view field{}, value{};
    } only{};                       ///< what every row of the list is; no field: any
    std::string_view changes_at{};  ///< SQL: Unix milliseconds when a field changes with the clock; NULL: never
};

template <class T>
inline constexpr Table kTable{};

/// "a, b, c" of the noun's columns.
template <class T>
const std::vector<std::string_view>& column_names() {
    static const std::vector<std::string_view> names = [] {
        ColumnNames visitor;
        const T object{};
        columns(visitor, object);
        return visitor.names;
    }();
    return names;
}

template <class T>
Result<T> read_row(SQLite::Statement& statement) {
    T object;
    RowReader reader(statement);
    columns(reader, object);
    SPANREEL_CHECK(reader.finish());
    return object;
}

template <class T>
Result<void> insert(Connection& connection, const T& object) {
    static const std::string sql = [] {
        const auto& names = column_names<T>();
        std::string marks(names.size() * 2 - 1, '?');
        for (std::size_t i = 1; i < marks.size(); i += 2) marks[i] = ',';
        return fmt::format("INSERT INTO {} ({}) VALUES ({})", kTable<T>.name, fmt::join(names, ", "), marks);
    }();
    auto statement = connection.prepare(sql);
    RowWriter writer(*statement);
    columns(writer, object);
    statement->exec();
    return {};
}

/// Writes `object` over the stored one if that has the version before it.
template <class T>
Result<void> replace(Connection& connection, const T& object) {
    static const std::string sql = fmt::format("UPDATE {} SET {} = ? WHERE id = ? AND version = ?", kTable<T>.name,
                                               fmt::join(column_names<T>(), " = ?, "));
    {
        auto statement = connection.prepare(sql);
        RowWriter writer(*statement);
        columns(writer, object);
        writer("id", object.id);
        writer("version", object.version - 1);
        if (statement->exec() == 1) return {};
    }
    auto statement = connection.prepare(fmt::format("SELECT 1 FROM {} WHERE id = ?", kTable<T>.name));
    statement->bind(1, object.id);
    if (!statement->executeStep()) return fail(Code::not_found, fmt::format("{} not found", kTable<T>.noun));
    return fail(Code::conflict, fmt::format("{} was changed in between", kTable<T>.noun), std::string(kVersionField));
}

inline void bind_value(SQLite::Statement& statement, int at, std::string_view value) {
    statement.bind(at, std::string(value));
}
inline void bind_value(SQLite::Statement& statement, int at, UnixMillis value) {
    statement.bind(at, std::int64_t{value.time_since_epoch().count()});
}

/// Binds parameters 1, 2, 3 ...
template <class... Values>
void bind_values(SQLite::Statement& statement, const Values&... values) {
    int at = 1;
    (bind_value(statement, at++, values), ...);
}

/// Objects for which `tail` holds: "WHERE ... ORDER BY ..." with a parameter per value.
template <class T, class... Values>
Result<std::vector<T>> find_all(Connection& connection, std::string_view tail, const Values&... values) {
    static const std::string select =
        fmt::format("SELECT {} FROM {} ", fmt::join(column_names<T>(), ", "), kTable<T>.name);
    auto statement = connection.prepare(select + std::string(tail));
    bind_values(*statement, values...);
    std::vector<T> out;
    while (statement->executeStep()) {
        SPANREEL_TRY(T object, read_row<T>(*statement));
        out.push_back(std::move(object));
    }
    return out;
}

template <class T, class... Values>
Result<T> find_one(Connection& connection, std::string_view tail, const Values&... values) {
    SPANREEL_TRY(std::vector<T> found, find_all<T>(connection, tail, values...));
    if (found.empty()) return fail(Code::not_found, fmt::format("{} not found", kTable<T>.noun));
    return std::move(found.front());
}

/// By a unique column.
template <class T>
Result<T> find_by(Connection& connection, std::string_view column, std::string_view value, Deleted deleted) {
    bool hides = kTable<T>.deletes && deleted == Deleted::hide;
    return find_one<T>(connection, fmt::format("WHERE {} = ?{}", column, hides ? " AND deleted = 0" : ""), value);
}

}  // namespace spanreel::store
