// SPDX-License-Identifier: Apache-2.0
// The embedded SQLite database (WAL, synchronous=FULL): one writer thread that commits all waiting jobs together, and
// pooled read connections that never wait for it. Owned by the server's wiring; every method may be called by any
// thread. What a write's result announces is durable, and every read that starts afterwards sees it.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/embedded/connection.hpp"
#include "store/embedded/migrations.hpp"

struct sqlite3;

namespace spanreel::store {

struct DatabaseOptions {
    std::string vfs{};                             ///< empty: SQLite's own for this system
    std::chrono::milliseconds busy_timeout{5000};  ///< for a transaction of another process
    std::size_t idle_readers = 4;                  ///< read connections kept open between reads
    std::uint64_t long_log = 64u << 20;            ///< bytes of SQLite's log; longer, read_long() waits (below)
    std::span<const Migration> steps = migrations();
};

class Database {
  public:
    /// Runs on the writer thread inside a savepoint: when it fails or throws SQLite::Exception, it alone is undone.
    using Job = std::function<Result<void>(Connection&)>;
    /// Called on the writer thread after the commit, in the order of submission; must not wait for another job.
    using Done = std::move_only_function<void(Result<void>)>;

    /// Makes the file when it is absent and applies missing migrations.
    static Result<std::unique_ptr<Database>> open(const Path& path, DatabaseOptions options = {});
    /// Runs what was submitted, then stops.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Jobs run in the order of submission. `unavailable` after a failed commit (disk full: later jobs may succeed;
    /// an I/O error is final, because a sync that failed once proves nothing when repeated).
    std::future<Result<void>> submit(Job job);
    void submit(Job job, Done done);

    /// Submits and waits. `fn(Connection&) -> Result<T>`; never call it on the writer thread.
    template <class Fn>
    auto write(Fn&& fn) -> std::invoke_result_t<Fn, Connection&>;

    /// Runs `fn(Connection&) -> Result<T>` on the calling thread in one read snapshot.
    template <class Fn>
    auto read(Fn&& fn) -> std::invoke_result_t<Fn, Connection&>;

    /// The same for what may take seconds. SQLite begins its log anew only when no read needs what is in it, which
    /// reads that overlap without end would put off for ever: once the log is long, the next one waits until those
    /// that run have ended, at most kLongestWait. Writes never wait.
    template <class Fn>
    auto read_long(Fn&& fn) -> std::invoke_result_t<Fn, Connection&>;
    static constexpr std::chrono::seconds kLongestWait{6};

    /// Nothing, or why writes are no longer accepted.
    Result<void> healthy() const;
    /// Looks through the file for damage, for at most the given time; `corrupt` names the first thing found.
    Result<void> check(std::chrono::milliseconds at_most);

    const Path& path() const { return path_; }

  private:
    struct Waiting {
        Job job;
        Done done;
        Result<void> result{};
    };

    class LongRead {
      public:
        explicit LongRead(Database& database);
        ~LongRead();
        LongRead(const LongRead&) = delete;
        LongRead& operator=(const LongRead&) = delete;

      private:
        Database& database_;
    };

    Database(Path path, DatabaseOptions options, std::unique_ptr<Connection> writer);
    static int after_commit(void* database, sqlite3* handle, const char* schema, int log_pages);
    void empty_long_log();
    void wake_writer();
    void run_writer();
    Result<void> run_batch(std::vector<Waiting>& batch);
    Result<void> run_jobs(std::vector<Waiting>& batch);
    Result<std::unique_ptr<Connection>> begin_read();
    void end_read(std::unique_ptr<Connection> reader);

    Path path_;
    DatabaseOptions options_;
    std::unique_ptr<Connection> writer_;

    std::mutex readers_mutex_;
    std::vector<std::unique_ptr<Connection>> idle_readers_;
    std::size_t long_reads_ = 0;
    bool log_is_long_ = false;  ///< and shall be emptied before another long read begins
    std::condition_variable log_emptied_;

    std::uint64_t log_pages_ = 0;  ///< the writer thread's: in the log after the last commit

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Waiting> waiting_;
    std::optional<Error> final_error_;
    bool stopping_ = false;
    std::thread thread_;
};

template <class Fn>
auto Database::write(Fn&& fn) -> std::invoke_result_t<Fn, Connection&> {
    std::optional<std::invoke_result_t<Fn, Connection&>> result;
    Result<void> committed = submit([&](Connection& connection) -> Result<void> {
                                 result.emplace(fn(connection));
                                 if (!*result) return std::unexpected(result->error());
                                 return {};
                             }).get();
    if (!committed) return std::unexpected(std::move(committed).error());
    return std::move(*result);
}

template <class Fn>
auto Database::read_long(Fn&& fn) -> std::invoke_result_t<Fn, Connection&> {
    const LongRead running(*this);
    return read(std::forward<Fn>(fn));
}

template <class Fn>
auto Database::read(Fn&& fn) -> std::invoke_result_t<Fn, Connection&> {
    SPANREEL_TRY(std::unique_ptr<Connection> reader, begin_read());
    auto result = catch_sqlite(path_, [&] { return fn(*reader); });
    end_read(std::move(reader));
    return result;
}

}  // namespace spanreel::store
