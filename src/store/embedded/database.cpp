// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/database.hpp"

#include <sqlite3.h>

#include "base/log.hpp"
#include "base/thread_name.hpp"

namespace spanreel::store {

namespace {

constexpr int kPageSize = 4096;
constexpr int kCheckpointPages = 4000;  // of the log, moved to the database at once: 16 MB
constexpr int kWalLimitMiB = 64;  // a log that grew past this under a long read is cut back by the next checkpoint

Result<void> use_wal(Connection& writer, const Path& path) {
    writer.execute(fmt::format("PRAGMA page_size = {}", kPageSize));
    auto mode = writer.prepare("PRAGMA journal_mode = WAL");
    mode->executeStep();
    if (mode->getColumn(0).getString() != "wal")
        return fail(Code::unsupported, path.string() + " is on a file system without shared memory, which WAL needs");
    writer.execute(fmt::format("PRAGMA journal_size_limit = {}", kWalLimitMiB << 20));
    return {};
}

/// What a killed program left in the log may be in the page cache and, after a failed sync, never reach the disk: it
/// moves to the database before anything is written behind it. Another process, or a full disk, may be in the way.
Result<void> empty_log(Connection& writer, const Path& path) {
    Result<void> moved = catch_sqlite(path, [&]() -> Result<void> {
        writer.prepare("PRAGMA wal_checkpoint(PASSIVE)")->executeStep();
        return {};
    });
    return moved || moved.error().code == Code::unavailable ? Result<void>() : moved;
}

using Deadline = std::chrono::steady_clock::time_point;

int stop_after(void* deadline) { return std::chrono::steady_clock::now() > *static_cast<Deadline*>(deadline); }

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const Path& path, DatabaseOptions options) {
    // Made first, so that it and the files SQLite puts beside it are the owner's alone. Not touched when it exists:
    // closing any descriptor of it would drop the POSIX locks that SQLite holds in this process.
    FileSystem& files = posix_file_system();
    if (options.vfs.empty() && !files.exists(path)) SPANREEL_CHECK(files.open(path, OpenMode::create));
    return catch_sqlite(path, [&]() -> Result<std::unique_ptr<Database>> {
        auto writer = std::make_unique<Connection>(
            path, ConnectionOptions{.vfs = options.vfs, .busy_timeout = options.busy_timeout, .writer = true});
        SPANREEL_CHECK(use_wal(*writer, path));
        SPANREEL_CHECK(migrate(*writer, options.steps, path));
        SPANREEL_CHECK(empty_log(*writer, path));
        return std::unique_ptr<Database>(new Database(path, std::move(options), std::move(writer)));
    });
}

Database::Database(Path path, DatabaseOptions options, std::unique_ptr<Connection> writer)
    : path_(std::move(path)), options_(std::move(options)), writer_(std::move(writer)) {
    sqlite3_wal_hook(writer_->raw().getHandle(), after_commit, this);
    thread_ = std::thread([this] { run_writer(); });
}

Database::~Database() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

std::future<Result<void>> Database::submit(Job job) {
    std::promise<Result<void>> promise;
    auto future = promise.get_future();
    submit(std::move(job),
           [promise = std::move(promise)](Result<void> result) mutable { promise.set_value(std::move(result)); });
    return future;
}

void Database::submit(Job job, Done done) {
    {
        std::lock_guard lock(mutex_);
        waiting_.push_back({std::move(job), std::move(done)});
    }
    wake_.notify_one();
}

void Database::run_writer() {
    name_this_thread("index");
    std::vector<Waiting> batch;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            batch.swap(waiting_);
        }
        Result<void> committed = run_batch(batch);
        empty_long_log();
        for (Waiting& waiting : batch) waiting.done(committed ? std::move(waiting.result) : committed);
        batch.clear();
    }
}

/// Takes the place of SQLite's wal_autocheckpoint, and learns how long the log is.
int Database::after_commit(void* database, sqlite3* handle, const char* schema, int log_pages) {
    static_cast<Database*>(database)->log_pages_ = static_cast<std::uint64_t>(log_pages);
    if (log_pages >= kCheckpointPages) sqlite3_wal_checkpoint(handle, schema);
    return SQLITE_OK;
}

/// Once all of it is in the database and no read needs it, the next commit begins it anew.
void Database::empty_long_log() {
    if (log_pages_ * kPageSize <= options_.long_log) return;
    {
        std::lock_guard lock(readers_mutex_);
        log_is_long_ = true;
        if (long_reads_ > 0) return;  // the last of them wakes this thread
    }
    int pages = 0, moved = 0;
    const int done =
        sqlite3_wal_checkpoint_v2(writer_->raw().getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
    if (done == SQLITE_OK && moved == pages) log_pages_ = 0;
    {
        std::lock_guard lock(readers_mutex_);
        log_is_long_ = false;
    }
    log_emptied_.notify_all();
}

void Database::wake_writer() {
    submit([](Connection&) -> Result<void> { return {}; }, [](const Result<void>&) {});
}

Database::LongRead::LongRead(Database& database) : database_(database) {
    std::unique_lock lock(database.readers_mutex_);
    database.log_emptied_.wait_for(lock, kLongestWait, [&] { return !database.log_is_long_; });
    ++database.long_reads_;
}

Database::LongRead::~LongRead() {
    bool wake = false;
    {
        std::lock_guard lock(database_.readers_mutex_);
        wake = --database_.long_reads_ == 0 && database_.log_is_long_;
    }
    if (wake) database_.wake_writer();
}

Result<void> Database::run_batch(std::vector<Waiting>& batch) {
    SPANREEL_CHECK(healthy());
    Result<void> committed = catch_sqlite(path_, [&] { return run_jobs(batch); });
    if (committed) return committed;
    Result<void> undone = catch_sqlite(path_, [&]() -> Result<void> {
        if (writer_->in_transaction()) writer_->execute("ROLLBACK");
        return {};
    });
    if (committed.error().code == Code::unavailable && undone) return committed;

    log::error("database_stopped", {{"path", path_.string()}, {"reason", committed.error().message}});
    std::lock_guard lock(mutex_);
    final_error_ = Error{Code::unavailable, "no writes until restart: " + committed.error().message};
    return std::unexpected(*final_error_);  // those of this batch may try again too
}

Result<void> Database::run_jobs(std::vector<Waiting>& batch) {
    writer_->execute("BEGIN IMMEDIATE");
    for (Waiting& waiting : batch) {
        writer_->execute("SAVEPOINT job");
        waiting.result = catch_sqlite(path_, [&] { return waiting.job(*writer_); });
        if (!writer_->in_transaction()) return waiting.result;  // SQLite undid all jobs of the batch
        if (!waiting.result) writer_->execute("ROLLBACK TO job");
        writer_->execute("RELEASE job");
    }
    writer_->execute("COMMIT");
    return {};
}

Result<std::unique_ptr<Connection>> Database::begin_read() {
    std::unique_ptr<Connection> reader;
    {
        std::lock_guard lock(readers_mutex_);
        if (!idle_readers_.empty()) {
            reader = std::move(idle_readers_.back());
            idle_readers_.pop_back();
        }
    }
    return catch_sqlite(path_, [&]() -> Result<std::unique_ptr<Connection>> {
        if (!reader) {
            reader = std::make_unique<Connection>(
                path_, ConnectionOptions{.vfs = options_.vfs, .busy_timeout = options_.busy_timeout});
            prepare_reader(*reader);
        }
        reader->prepare("BEGIN")->exec();
        return std::move(reader);
    });
}

void Database::end_read(std::unique_ptr<Connection> reader) {
    Result<void> ended = catch_sqlite(path_, [&]() -> Result<void> {
        reader->prepare("ROLLBACK")->exec();
        return {};
    });
    std::lock_guard lock(readers_mutex_);
    if (ended && idle_readers_.size() < options_.idle_readers) idle_readers_.push_back(std::move(reader));
}

Result<void> Database::healthy() const {
    std::lock_guard lock(mutex_);
    if (final_error_) return std::unexpected(*final_error_);
    return {};
}

Result<void> Database::check(std::chrono::milliseconds at_most) {
    return read_long([&](Connection& connection) -> Result<void> {
        Deadline deadline = std::chrono::steady_clock::now() + at_most;
        sqlite3* handle = connection.raw().getHandle();
        sqlite3_progress_handler(handle, 10'000, stop_after, &deadline);
        Result<std::string> found = catch_sqlite(path_, [&]() -> Result<std::string> {
            auto statement = connection.prepare("PRAGMA quick_check(1)");
            statement->executeStep();
            return statement->getColumn(0).getString();
        });
        sqlite3_progress_handler(handle, 0, nullptr, nullptr);
        if (!found && found.error().code == Code::unavailable) return {};  // the time was up
        if (!found) return std::unexpected(std::move(found).error());
        if (*found != "ok") return fail(Code::corrupt, path_.string() + ": " + *found);
        return {};
    });
}

}  // namespace spanreel::store
