// SPDX-License-Identifier: Apache-2.0
// One connection to the embedded database with its prepared statements. Used by one thread at a time. SQLiteCpp
// throws; Database runs every job and read inside catch_sqlite(), so code written against a Connection may let
// SQLite::Exception pass and never catches it.
#pragma once
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"

namespace spanreel::store {

class Connection;

/// A prepared statement on loan from its connection; reset, unbound and given back when it goes out of scope.
class PreparedStatement {
  public:
    PreparedStatement(Connection& owner, std::string_view sql, std::unique_ptr<SQLite::Statement> statement);
    ~PreparedStatement();
    PreparedStatement(const PreparedStatement&) = delete;
    PreparedStatement& operator=(const PreparedStatement&) = delete;

    SQLite::Statement* operator->() { return statement_.get(); }
    SQLite::Statement& operator*() { return *statement_; }

  private:
    Connection& owner_;
    std::string sql_;
    std::unique_ptr<SQLite::Statement> statement_;
};

struct ConnectionOptions {
    std::string vfs{};                             ///< empty: SQLite's own for this system
    std::chrono::milliseconds busy_timeout{5000};  ///< how long to wait for another process's transaction
    bool writer = false;                           ///< others may not change anything
};

class Connection {
  public:
    /// Throws SQLite::Exception.
    Connection(const Path& path, const ConnectionOptions& options);

    /// Prepared once per connection and text; nested use of one text gets a second statement.
    PreparedStatement prepare(std::string_view sql);
    /// Runs one or more statements without parameters.
    void execute(std::string_view sql);
    SQLite::Database& raw() { return database_; }
    /// Rows changed by the last INSERT, UPDATE or DELETE.
    std::int64_t changes();
    /// True between BEGIN and COMMIT; SQLite ends a transaction by itself after some errors (disk full, I/O).
    bool in_transaction();

  private:
    friend class PreparedStatement;
    void give_back(std::string sql, std::unique_ptr<SQLite::Statement> statement);

    SQLite::Database database_;
    std::unordered_map<std::string, std::vector<std::unique_ptr<SQLite::Statement>>> idle_;
    std::size_t idle_count_ = 0;
};

/// The exception as an Error: UNIQUE and PRIMARY KEY -> conflict; what may pass (no space, memory or descriptors, a
/// lock) -> unavailable; CORRUPT and NOTADB -> corrupt, naming the file; anything else -> internal.
Error sqlite_error(const SQLite::Exception& exception, const Path& path);

/// Runs `fn`, which returns a Result, and turns SQLite::Exception into its Error.
template <class Fn>
auto catch_sqlite(const Path& path, Fn&& fn) -> std::invoke_result_t<Fn> {
    try {
        return fn();
    } catch (const SQLite::Exception& exception) {
        return std::unexpected(sqlite_error(exception, path));
    }
}

}  // namespace spanreel::store
