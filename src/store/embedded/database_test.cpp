// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/database.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <latch>

namespace spanreel::store {
namespace {

using std::chrono::milliseconds;

constexpr std::array kSteps{
    Migration{1, "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT"},
    Migration{2, "tags", "CREATE TABLE tags (note INTEGER REFERENCES notes (id)) STRICT"},
};

class DatabaseTest : public testing::Test {
  protected:
    DatabaseTest() : directory_(testing::TempDir() + "database_test_" + std::to_string(::getpid())) {
        std::filesystem::create_directories(directory_);
        open();
    }
    ~DatabaseTest() override {
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    Path file() const { return directory_ / "spanreel.db"; }
    void open(milliseconds busy_timeout = milliseconds(100)) {
        database_.reset();
        database_ = Database::open(file(), {.busy_timeout = busy_timeout, .steps = kSteps}).value();
    }
    static Database::Job put(std::string text) {
        return [text = std::move(text)](Connection& connection) -> Result<void> {
            auto statement = connection.prepare("INSERT INTO notes (text) VALUES (?)");
            statement->bind(1, text);
            statement->exec();
            return {};
        };
    }
    std::string notes() {
        return database_
            ->read([](Connection& connection) -> Result<std::string> {
                auto statement = connection.prepare("SELECT coalesce(group_concat(text, ','), '') FROM notes");
                statement->executeStep();
                return statement->getColumn(0).getString();
            })
            .value();
    }

    Path directory_;
    std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, KeepsWhatWasWritten) {
    ASSERT_TRUE(database_->submit(put("a")).get());
    EXPECT_EQ(notes(), "a");
    open();
    EXPECT_EQ(notes(), "a");
    EXPECT_EQ(std::filesystem::status(file()).permissions() & std::filesystem::perms::group_read,
              std::filesystem::perms::none);
}

TEST_F(DatabaseTest, AFailedJobIsUndoneAlone) {
    std::latch all_submitted(1);
    auto first = database_->submit([&](Connection& connection) {
        all_submitted.wait();
        return put("a")(connection);
    });
    auto fails = database_->submit([](Connection& connection) -> Result<void> {
        SPANREEL_CHECK(put("lost")(connection));
        return fail(Code::invalid, "changed my mind");
    });
    auto throws = database_->submit([](Connection& connection) -> Result<void> {
        SPANREEL_CHECK(put("lost too")(connection));
        return put("a")(connection);
    });
    auto last = database_->submit(put("b"));
    all_submitted.count_down();
    EXPECT_TRUE(first.get());
    EXPECT_EQ(fails.get().error().message, "changed my mind");
    Error error = throws.get().error();
    EXPECT_EQ(error.code, Code::conflict);
    EXPECT_EQ(error.field, "notes.text");
    EXPECT_TRUE(last.get());
    EXPECT_EQ(notes(), "a,b");
}

TEST_F(DatabaseTest, WaitingJobsShareOneCommitInOrder) {
    static std::atomic<int> commits;
    commits = 0;
    std::latch all_submitted(1);
    std::vector<int> order;
    database_->submit(
        [&](Connection& connection) -> Result<void> {
            sqlite3_commit_hook(connection.raw().getHandle(), [](void*) { return ++commits, 0; }, nullptr);
            all_submitted.wait();
            return {};
        },
        [](Result<void>) {});
    for (int i = 0; i < 100; ++i)
        database_->submit(put(std::to_string(i)), [&order, i](Result<void> result) {
            if (result) order.push_back(i);
        });
    all_submitted.count_down();
    ASSERT_TRUE(database_->submit([](Connection&) -> Result<void> { return {}; }).get());
    EXPECT_LE(commits, 3) << "the blocking job, the hundred, perhaps the last";
    ASSERT_EQ(order.size(), 100u);
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST_F(DatabaseTest, WriteReturnsTheJobsValue) {
    auto id = database_->write([](Connection& connection) -> Result<std::int64_t> {
        SPANREEL_CHECK(put("a")(connection));
        return connection.raw().getLastInsertRowid();
    });
    EXPECT_EQ(id.value(), 1);
    auto failed = database_->write([](Connection&) -> Result<int> { return fail(Code::invalid, "no"); });
    EXPECT_EQ(failed.error().message, "no");
}

TEST_F(DatabaseTest, ReadersDoNotWaitAndSeeOneMoment) {
    ASSERT_TRUE(database_->submit(put("a")).get());
    std::latch written(1), go_on(1);
    auto slow = database_->submit([&](Connection& connection) -> Result<void> {
        SPANREEL_CHECK(put("b")(connection));
        written.count_down();
        go_on.wait();
        return {};
    });
    written.wait();
    EXPECT_EQ(notes(), "a");
    auto count = [](Connection& connection) {
        auto statement = connection.prepare("SELECT count(*) FROM notes");
        statement->executeStep();
        return statement->getColumn(0).getInt();
    };
    auto counts = database_->read([&](Connection& connection) -> Result<std::pair<int, int>> {
        int before = count(connection);
        go_on.count_down();
        EXPECT_TRUE(slow.get());
        return std::pair(before, count(connection));
    });
    EXPECT_EQ(counts.value(), std::pair(1, 1));
    EXPECT_EQ(notes(), "a,b");
}

TEST_F(DatabaseTest, ReadersCannotWrite) {
    auto result = database_->read([](Connection& connection) { return put("x")(connection); });
    EXPECT_FALSE(result);
    EXPECT_EQ(notes(), "");
}

TEST_F(DatabaseTest, ForeignKeysHold) {
    auto result = database_->write([](Connection& connection) -> Result<void> {
        connection.execute("INSERT INTO tags VALUES (7)");
        return {};
    });
    EXPECT_EQ(result.error().code, Code::internal);
}

TEST_F(DatabaseTest, AppliesMissingMigrationsOnce) {
    constexpr std::array kMore{kSteps[0], kSteps[1], Migration{3, "more", "ALTER TABLE notes ADD COLUMN more TEXT"}};
    ASSERT_TRUE(database_->submit(put("a")).get());
    database_.reset();
    for (int i = 0; i < 2; ++i) {
        auto newer = Database::open(file(), {.steps = kMore}).value();
        EXPECT_TRUE(newer->read([](Connection& connection) -> Result<void> {
            connection.prepare("SELECT more FROM notes")->executeStep();
            return {};
        }));
    }
    auto older = Database::open(file(), {.steps = kSteps});
    EXPECT_EQ(older.error().code, Code::unsupported);
    EXPECT_NE(older.error().message.find("newer Spanreel"), std::string::npos) << older.error().message;
}

TEST_F(DatabaseTest, ABrokenMigrationLeavesNoTrace) {
    constexpr std::array kBroken{kSteps[0], kSteps[1],
                                 Migration{3, "broken", "CREATE TABLE half (a TEXT); INSERT INTO nowhere VALUES (1)"}};
    EXPECT_FALSE(Database::open(file(), {.steps = kBroken}));
    open();
    EXPECT_TRUE(database_->write([](Connection& connection) -> Result<void> {
        connection.execute("CREATE TABLE half (a TEXT)");
        return {};
    }));
}

TEST_F(DatabaseTest, AnotherProcessesTransactionIsWaitedFor) {
    SQLite::Database other(file().string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    EXPECT_EQ(database_->submit(put("a")).get().error().code, Code::unavailable);
    auto waits = [&] {
        open(milliseconds(10'000));
        return database_->submit(put("b"));
    }();
    other.exec("COMMIT");
    EXPECT_TRUE(waits.get());
    EXPECT_TRUE(database_->healthy());
}

TEST_F(DatabaseTest, WithoutDescriptorsReadsAndWritesMayBeTriedAgain) {
    ASSERT_TRUE(database_->submit(put("a")).get());
    // UBSan looks at a type of exception through a pipe when it meets it first, which takes descriptors.
    EXPECT_FALSE(database_->read([](Connection& connection) -> Result<void> {
        connection.execute("no statement");
        return {};
    }));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none{3, before.rlim_max};
    auto held = database_->read([&](Connection&) -> Result<void> {  // the only pooled connection is in use
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
        Result<void> second = database_->read([](Connection&) -> Result<void> { return {}; });
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
        return second;
    });
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, Code::unavailable) << held.error().message;
    EXPECT_TRUE(database_->submit(put("b")).get());
    EXPECT_EQ(notes(), "a,b");
}

TEST_F(DatabaseTest, RefusesWhatIsNoDatabase) {
    Path path = directory_ / "other.db";
    ASSERT_TRUE(replace_file(posix_file_system(), path, as_bytes(std::string(8192, 'x'))));
    auto opened = Database::open(path, {.steps = kSteps});
    EXPECT_EQ(opened.error().code, Code::corrupt);
    EXPECT_NE(opened.error().message.find("other.db"), std::string::npos);
}

TEST_F(DatabaseTest, CheckFindsDamage) {
    ASSERT_TRUE(database_->write([](Connection& connection) -> Result<void> {
        for (int i = 0; i < 2000; ++i) SPANREEL_CHECK(put(std::string(100, 'x') + std::to_string(i))(connection));
        return {};
    }));
    EXPECT_TRUE(database_->check(milliseconds(60'000)));
    EXPECT_TRUE(database_->check(milliseconds(0))) << "no time, nothing found";
    database_.reset();
    auto raw = posix_file_system().open(file(), OpenMode::read_write).value();
    for (std::uint64_t page = 10; page < 20; ++page)
        ASSERT_TRUE(raw->write_at(page * 4096, as_bytes(std::string(4096, 'x'))));
    open();
    EXPECT_EQ(database_->check(milliseconds(60'000)).error().code, Code::corrupt);
    EXPECT_TRUE(database_->healthy()) << "what is not damaged is still served";
}

TEST_F(DatabaseTest, StatementsNestAndAreBounded) {
    ASSERT_TRUE(database_->write([](Connection& connection) -> Result<void> {
        for (int i = 0; i < 3; ++i) SPANREEL_CHECK(put(std::to_string(i))(connection));
        constexpr std::string_view kAll = "SELECT text FROM notes ORDER BY id";
        std::string seen;
        auto outer = connection.prepare(kAll);
        while (outer->executeStep()) {
            auto inner = connection.prepare(kAll);
            while (inner->executeStep()) seen += inner->getColumn(0).getString();
        }
        EXPECT_EQ(seen, "012012012");
        for (int i = 0; i < 1000; ++i) connection.prepare("SELECT " + std::to_string(i))->executeStep();
        return {};
    }));
}

TEST_F(DatabaseTest, LongReadsThatOverlapWithoutEndNeitherKeepWritesWaitingNorLetTheLogGrow) {
    constexpr std::size_t kText = 400'000, kWrites = 200;
    database_.reset();
    database_ = Database::open(file(), {.long_log = 1 << 20, .steps = kSteps}).value();
    std::atomic<bool> over = false;
    auto read_on = [&](int offset) {
        std::this_thread::sleep_for(milliseconds(offset));
        while (!over) {
            auto seen = database_->read_long([](Connection& connection) -> Result<int> {
                auto statement = connection.prepare("SELECT count(*) FROM notes");
                statement->executeStep();  // the snapshot begins here
                std::this_thread::sleep_for(milliseconds(30));
                return statement->getColumn(0).getInt();
            });
            ASSERT_TRUE(seen);
        }
    };
    std::uintmax_t longest = 0;
    {
        const std::jthread first(read_on, 0), second(read_on, 10), third(read_on, 20);
        for (std::size_t i = 0; i < kWrites; ++i) {
            ASSERT_TRUE(database_->submit(put(std::to_string(i) + std::string(kText, 'n'))).get());
            longest = std::max(longest, std::filesystem::file_size(file().string() + "-wal"));
        }
        over = true;
    }
    EXPECT_LT(longest, kWrites * kText / 2);
}

}  // namespace
}  // namespace spanreel::store
