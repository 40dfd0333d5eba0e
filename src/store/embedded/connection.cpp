// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace spanreel::store {

namespace {

constexpr std::size_t kMaxIdleStatements = 256;
constexpr int kCacheKiB = 8192;

int open_flags(const ConnectionOptions& options) {
    // Counting its memory would cost SQLite a lock of the whole program for each allocation. Too late, and without
    // effect, when SQLite was used before.
    [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    // A connection is never used by two threads at once, so SQLite's own mutexes are not needed.
    return SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX | (options.writer ? SQLite::OPEN_CREATE : 0);
}

}  // namespace

PreparedStatement::PreparedStatement(Connection& owner, std::string_view sql,
                                     std::unique_ptr<SQLite::Statement> statement)
    : owner_(owner), sql_(sql), statement_(std::move(statement)) {}

PreparedStatement::~PreparedStatement() {
    statement_->tryReset();  // a failed step reports its error again here; it was reported already
    statement_->clearBindings();
    owner_.give_back(std::move(sql_), std::move(statement_));
}

Connection::Connection(const Path& path, const ConnectionOptions& options)
    : database_(path.string(), open_flags(options), static_cast<int>(options.busy_timeout.count()), options.vfs) {
    execute("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;");
    execute(fmt::format("PRAGMA cache_size = -{}", kCacheKiB));
    execute(options.writer ? "PRAGMA synchronous = FULL" : "PRAGMA query_only = ON");
}

PreparedStatement Connection::prepare(std::string_view sql) {
    std::unique_ptr<SQLite::Statement> statement;
    if (auto found = idle_.find(std::string(sql)); found != idle_.end() && !found->second.empty()) {
        statement = std::move(found->second.back());
        found->second.pop_back();
        --idle_count_;
    } else {
        statement = std::make_unique<SQLite::Statement>(database_, std::string(sql));
    }
    return {*this, sql, std::move(statement)};
}

void Connection::execute(std::string_view sql) { database_.exec(std::string(sql)); }

std::int64_t Connection::changes() { return sqlite3_changes64(database_.getHandle()); }

bool Connection::in_transaction() { return sqlite3_get_autocommit(database_.getHandle()) == 0; }

void Connection::give_back(std::string sql, std::unique_ptr<SQLite::Statement> statement) {
    if (idle_count_ >= kMaxIdleStatements) {  // texts made for one query only; the frequent ones return at once
        idle_.clear();
        idle_count_ = 0;
    }
    idle_[std::move(sql)].push_back(std::move(statement));
    ++idle_count_;
}

Error sqlite_error(const SQLite::Exception& exception, const Path& path) {
    std::string message = exception.what();
    switch (exception.getErrorCode()) {
        case SQLITE_CONSTRAINT: {
            int kind = exception.getExtendedErrorCode();
            if (kind != SQLITE_CONSTRAINT_UNIQUE && kind != SQLITE_CONSTRAINT_PRIMARYKEY) break;
            // "UNIQUE constraint failed: table.column": what follows the colon is the field.
            std::size_t colon = message.find(": ");
            std::string field = colon == std::string::npos ? "" : message.substr(colon + 2);
            return {Code::conflict, std::move(message), std::move(field)};
        }
        case SQLITE_FULL:
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_NOMEM:
        case SQLITE_CANTOPEN:  // most often no descriptor is left
        case SQLITE_PROTOCOL:  // a race for the log's locks that was lost too often
        case SQLITE_INTERRUPT: return {Code::unavailable, fmt::format("{}: {}", path.string(), message)};
        case SQLITE_IOERR:
            // Memory, descriptors, locks and the space of the log's shared memory may be there again later. A read,
            // write or sync that failed is a failing disk.
            switch (exception.getExtendedErrorCode()) {
                case SQLITE_IOERR_NOMEM:
                case SQLITE_IOERR_BLOCKED:
                case SQLITE_IOERR_LOCK:
                case SQLITE_IOERR_RDLOCK:
                case SQLITE_IOERR_SHMOPEN:
                case SQLITE_IOERR_SHMSIZE:
                case SQLITE_IOERR_SHMLOCK:
                case SQLITE_IOERR_SHMMAP: return {Code::unavailable, fmt::format("{}: {}", path.string(), message)};
                default: break;
            }
            break;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return {Code::corrupt, fmt::format("{}: {}", path.string(), message)};
        default: break;
    }
    return {Code::internal, fmt::format("{}: {}", path.string(), message)};
}

}  // namespace spanreel::store
