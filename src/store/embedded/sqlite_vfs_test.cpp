// SPDX-License-Identifier: Apache-2.0
// A database on a disk that loses power: what Database acknowledged survives, whole transactions or nothing.
#include "store/embedded/sqlite_vfs.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <random>

#include "base/simulated_disk.hpp"
#include "store/embedded/database.hpp"

namespace spanreel::store {
namespace {

constexpr std::array kSteps{Migration{1, "halves",
                                      "CREATE TABLE left_halves (number INTEGER PRIMARY KEY, filler TEXT) STRICT;"
                                      "CREATE TABLE right_halves (number INTEGER PRIMARY KEY, filler TEXT) STRICT;"}};

/// A database on a disk, with everything it needs; registered under a name of its own.
struct Machine {
    explicit Machine(SimulatedDisk& disk) : vfs(disk, fmt::format("machine-{}", ++count)) {
        database = Database::open("/d/spanreel.db", {.vfs = fmt::format("machine-{}", count), .steps = kSteps});
    }
    Database& operator*() { return **database; }

    static inline int count = 0;
    SqliteVfs vfs;
    Result<std::unique_ptr<Database>> database;
};

std::unique_ptr<SimulatedDisk> new_disk() {
    auto disk = std::make_unique<SimulatedDisk>();
    EXPECT_TRUE(disk->create_directories("/d"));
    EXPECT_TRUE(disk->sync_directory("/"));
    return disk;
}

/// Row `number` in both tables, or in none. The filler makes pages split and fills the log between checkpoints.
Database::Job put(int number) {
    return [number](Connection& connection) -> Result<void> {
        if (number == 1) connection.execute("PRAGMA wal_autocheckpoint = 8");
        for (std::string_view table : {"left_halves", "right_halves"}) {
            auto statement = connection.prepare(fmt::format("INSERT INTO {} VALUES (?, ?)", table));
            statement->bind(1, number);
            statement->bind(2, std::string(static_cast<std::size_t>(number * 37 % 900), 'x'));
            statement->exec();
        }
        return {};
    };
}

/// Rows 1 to n in both tables, nothing else, and a sound file: n.
Result<int> intact_rows(Database& database) {
    SPANREEL_CHECK(database.check(std::chrono::minutes(1)));
    return database.read([](Connection& connection) -> Result<int> {
        auto statement = connection.prepare(
            "SELECT count(*), coalesce(max(number), 0), (SELECT count(*) FROM right_halves), "
            "(SELECT coalesce(max(number), 0) FROM right_halves) FROM left_halves");
        statement->executeStep();
        int rows = statement->getColumn(0).getInt();
        for (int column : {1, 2, 3})
            if (statement->getColumn(column).getInt() != rows) return fail(Code::corrupt, "half a transaction");
        return rows;
    });
}

/// Works until power fails and restarts on what is left, three times. An error names what broke the promise.
Result<void> survive(std::uint64_t seed, const std::function<bool(const SimulatedDisk::SyncCall&)>& ignored = {}) {
    std::mt19937_64 random(seed);
    auto disk = new_disk();
    int acknowledged = 0;
    for (int round = 0; round < 4; ++round) {
        std::unique_ptr<SimulatedDisk> left;
        {
            Machine machine(*disk);
            if (!machine.database) return fail(Code::internal, machine.database.error().message);
            SPANREEL_TRY(int found, intact_rows(*machine));
            if (found < acknowledged)
                return fail(Code::internal, fmt::format("{} were acknowledged, {} are there", acknowledged, found));
            acknowledged = found;  // one that was being committed may be there or not
            if (ignored) disk->ignore_syncs(ignored);
            disk->power_off_after(random() % 150);
            for (int number = found + 1; (*machine).submit(put(number)).get(); ++number) acknowledged = number;
            left = disk->crash(random());
        }
        disk = std::move(left);
    }
    return {};
}

class PowerLoss : public testing::Test {
  protected:
    // Each power failure is logged by Database.
    PowerLoss() { testing::internal::CaptureStderr(); }
    ~PowerLoss() override { testing::internal::GetCapturedStderr(); }

    static bool is_noticed(const std::function<bool(const SimulatedDisk::SyncCall&)>& ignored) {
        for (std::uint64_t seed = 0; seed < 100; ++seed)
            if (!survive(seed, ignored)) return true;
        return false;
    }
};

TEST_F(PowerLoss, AcknowledgedTransactionsSurviveAThousandCrashes) {
    for (std::uint64_t seed = 0; seed < 250; ++seed) {
        Result<void> survived = survive(seed);
        ASSERT_TRUE(survived) << "seed " << seed << ": " << survived.error().message;
    }
}

TEST_F(PowerLoss, NoKindOfSyncCanBeLeftOut) {
    EXPECT_TRUE(is_noticed([](const auto& call) { return call.path.string().ends_with("-wal"); }));
    EXPECT_TRUE(is_noticed([](const auto& call) { return call.path == "/d/spanreel.db"; }));
}

TEST_F(PowerLoss, ANewDatabaseNeedsItsDirectorySynced) {
    auto lost = [](bool ignore) {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            auto disk = new_disk();
            disk->ignore_syncs([&](const auto& call) { return ignore && call.directory; });
            Machine machine(*disk);
            EXPECT_TRUE((*machine).submit(put(1)).get());
            auto left = disk->crash(seed);
            Machine after(*left);
            if (!after.database) return true;
            Result<int> rows = intact_rows(*after);
            if (!rows || *rows != 1) return true;
        }
        return false;
    };
    EXPECT_FALSE(lost(false));
    EXPECT_TRUE(lost(true));
}

TEST_F(PowerLoss, AnInterruptedFirstStartCanBeRepeated) {
    int interrupted = 0;
    for (std::uint64_t operations = 0; operations < 60; ++operations)
        for (std::uint64_t seed = 0; seed < 3; ++seed) {
            auto disk = new_disk();
            disk->power_off_after(operations);
            Machine machine(*disk);
            interrupted += machine.database ? 0 : 1;
            auto left = disk->crash(seed);
            Machine after(*left);
            ASSERT_TRUE(after.database) << after.database.error().message;
            ASSERT_TRUE((*after).submit(put(1)).get());
        }
    EXPECT_GT(interrupted, 30);
}

TEST_F(PowerLoss, AFailedSyncIsFinal) {
    auto disk = new_disk();
    Machine machine(*disk);
    ASSERT_TRUE((*machine).submit(put(1)).get());
    disk->fail_next(DiskOperation::sync, 0, EIO);
    EXPECT_EQ((*machine).submit(put(2)).get().error().code, Code::unavailable);
    Error error = (*machine).submit(put(3)).get().error();
    EXPECT_EQ(error.code, Code::unavailable);
    EXPECT_TRUE(error.message.starts_with("no writes until restart")) << error.message;
    EXPECT_EQ((*machine).healthy().error().code, Code::unavailable);
    EXPECT_EQ(intact_rows(*machine).value(), 1) << "reading goes on";
}

TEST_F(PowerLoss, AFullDiskIsNotFinal) {
    auto disk = new_disk();
    Machine machine(*disk);
    ASSERT_TRUE((*machine).submit(put(1)).get());
    disk->set_capacity(0);
    int stored = 1;  // what the files hold already may still be used again
    Result<void> written;
    while (stored < 1000 && (written = (*machine).submit(put(stored + 1)).get())) ++stored;
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::unavailable) << written.error().message;
    EXPECT_TRUE((*machine).healthy());
    disk->set_capacity(UINT64_MAX);
    EXPECT_TRUE((*machine).submit(put(stored + 1)).get());
    EXPECT_EQ(intact_rows(*machine).value(), stored + 1);
    auto after_crash = disk->crash(7);
    Machine after(*after_crash);
    EXPECT_EQ(intact_rows(*after).value(), stored + 1);
}

TEST(SqliteLocksTest, WritersExcludeEachOther) {
    SqliteLocks locks;
    int a = 0, b = 0;
    EXPECT_TRUE(locks.lock(&a, 1));
    EXPECT_TRUE(locks.lock(&b, 1));
    EXPECT_TRUE(locks.lock(&a, 2));
    EXPECT_FALSE(locks.lock(&b, 2));
    EXPECT_TRUE(locks.is_reserved());
    EXPECT_FALSE(locks.lock(&a, 4)) << "b still reads";
    locks.unlock(&b, 0);
    EXPECT_FALSE(locks.lock(&b, 1)) << "a waits to write";
    EXPECT_TRUE(locks.lock(&a, 4));
    locks.unlock(&a, 1);
    EXPECT_TRUE(locks.lock(&b, 1));

    EXPECT_TRUE(locks.lock_slots(&a, 0, 2, true));
    EXPECT_FALSE(locks.lock_slots(&b, 1, 2, false));
    EXPECT_TRUE(locks.lock_slots(&b, 2, 1, false));
    EXPECT_FALSE(locks.lock_slots(&a, 2, 1, true));
    locks.unlock_slots(&b, 2, 1);
    EXPECT_TRUE(locks.lock_slots(&a, 2, 1, true));
}

}  // namespace
}  // namespace spanreel::store
