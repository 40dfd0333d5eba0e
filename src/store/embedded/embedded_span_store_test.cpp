// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/embedded_span_store.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <latch>

#include "base/simulated_disk.hpp"
#include "store/embedded/migrations.hpp"

namespace spanreel::store {
namespace {

class IndexSaveTest : public testing::Test {
  protected:
    IndexSaveTest() : directory_(testing::TempDir() + "index_save_test_" + std::to_string(::getpid())) {
        std::filesystem::create_directories(directory_);
        open();
    }
    ~IndexSaveTest() override {
        store_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    Path file() const { return directory_ / "spanreel.db"; }
    void open(std::size_t slice_rows = 3) {
        store_.reset();
        database_.reset();
        database_ = Database::open(file()).value();
        store_ = EmbeddedSpanStore::open(disk_, "/data/spans", *database_, {}, slice_rows).value();
    }
    static TraceKey key(int number) {
        TraceKey key{"w", {}};
        key.trace_id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
        key.trace_id.bytes[15] = static_cast<std::uint8_t>(number);
        return key;
    }
    static SessionRow session(int number, std::string title) {
        SessionRow row;
        row.id = fmt::format("session {:06}", number);
        row.workspace = "w";
        row.external_id = row.id;
        row.title = std::move(title);
        row.state = "state";
        return row;
    }
    /// Ten traces and ten sessions from `first` on, with a tombstone each.
    static IndexChanges step(Lsn applied, int first, const std::string& state) {
        IndexChanges changes;
        changes.applied = applied;
        for (int i = first; i < first + 10; ++i) {
            changes.traces.push_back({.key = key(i), .state = state, .frames = {{1, 2, 3}}});
            changes.sessions.push_back(session(i, state));
            changes.tombstones.push_back({key(i), static_cast<std::int64_t>(applied)});
            changes.logs.push_back({key(i), static_cast<std::int64_t>(applied) + i, {{1, 2, 3}, {4, 5, 6}}});
        }
        return changes;
    }
    Result<void> save(IndexChanges changes) {
        auto promise = std::make_shared<std::promise<Result<void>>>();
        auto future = promise->get_future();
        store_->save(std::make_shared<IndexChanges>(std::move(changes)),
                     [promise](Result<void> saved) { promise->set_value(std::move(saved)); });
        return future.get();
    }
    /// All rows as one text.
    std::string rows() {
        std::string out = fmt::format("applied {}\n", store_->applied().value());
        EXPECT_TRUE(store_->each_trace([&](const TraceRow& row) -> Result<void> {
            out += fmt::format("{} {} {}\n", row.key.trace_id.bytes[15], row.state, row.frames.size());
            return {};
        }));
        EXPECT_TRUE(store_->each_session([&](const SessionRow& row) -> Result<void> {
            out += fmt::format("{} {}\n", row.id, row.title);
            return {};
        }));
        for (const Tombstone& tombstone : store_->tombstones().value())
            out += fmt::format("{} until {}\n", tombstone.key.trace_id.bytes[15], tombstone.until);
        std::vector<TraceKey> keys;
        for (int i = 0; i < 20; ++i) keys.push_back(key(i));
        for (const LogRow& row : store_->logs(keys).value())
            out += fmt::format("{} logs {} {}\n", row.key.trace_id.bytes[15], row.records, row.frames.size());
        return out;
    }
    /// Whether a slice in the middle of a save of session 12 fails.
    void refuse(bool on) {
        ASSERT_TRUE(database_->write([&](Connection& connection) -> Result<void> {
            connection.execute(on ? "CREATE TRIGGER refuse BEFORE INSERT ON trace_sessions WHEN new.id = "
                                    "'session 000012' BEGIN SELECT raise(ABORT, 'refused'); END"
                                  : "DROP TRIGGER refuse");
            return {};
        }));
    }

    SimulatedDisk disk_;
    Path directory_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<EmbeddedSpanStore> store_;
};

TEST_F(IndexSaveTest, SlicesAddUpToTheWholeStep) {
    ASSERT_TRUE(save(step(10, 0, "old")));
    IndexChanges changes = step(20, 5, "new");
    changes.removed_traces = {key(0), key(1)};
    changes.removed_sessions = {session(0, "").id};
    changes.removed_logs = {key(0), key(3)};
    ASSERT_TRUE(save(changes));
    EXPECT_EQ(store_->logs({key(0), key(3), key(5)}).value().size(), 1u);
    std::string in_slices = rows();
    EXPECT_NE(in_slices.find("applied 20"), std::string::npos);

    store_.reset();
    database_.reset();
    std::filesystem::remove(file());
    open(1000);
    ASSERT_TRUE(save(step(10, 0, "old")));
    ASSERT_TRUE(save(changes));
    EXPECT_EQ(rows(), in_slices);
}

TEST_F(IndexSaveTest, AnIncompleteSaveIsUndoneByTheNextStart) {
    ASSERT_TRUE(save(step(10, 0, "old")));
    std::string before = rows();
    IndexChanges changes = step(20, 5, "new");
    changes.removed_traces = {key(0), key(1)};
    refuse(true);
    ASSERT_FALSE(save(changes));
    EXPECT_NE(rows(), before) << "some slices were written";
    ASSERT_FALSE(save(step(30, 8, "newer"))) << "a second attempt that fails too keeps what the first one kept";
    refuse(false);
    open();
    EXPECT_EQ(rows(), before);
    open();
    ASSERT_TRUE(save(changes));
    std::string after = rows();
    open();
    EXPECT_EQ(rows(), after) << "a completed save is not undone";
}

TEST_F(IndexSaveTest, AnIncompleteSaveOfLogsIsUndone) {
    ASSERT_TRUE(save(step(10, 0, "old")));
    const std::string before = rows();
    ASSERT_TRUE(database_->write([&](Connection& connection) -> Result<void> {
        connection.execute(
            "CREATE TRIGGER refuse_logs BEFORE INSERT ON trace_logs WHEN new.records = 34 "
            "BEGIN SELECT raise(ABORT, 'refused'); END");
        return {};
    }));
    IndexChanges changes = step(20, 5, "new");
    changes.removed_logs = {key(0)};
    ASSERT_FALSE(save(changes));
    EXPECT_NE(rows(), before) << "some slices were written";
    ASSERT_TRUE(database_->write([&](Connection& connection) -> Result<void> {
        connection.execute("DROP TRIGGER refuse_logs");
        return {};
    }));
    open();
    EXPECT_EQ(rows(), before);
    ASSERT_TRUE(save(changes));
    EXPECT_EQ(store_->logs({key(0), key(14)}).value().at(0).records, 34);
}

TEST_F(IndexSaveTest, AnIncompleteSaveOfAnotherIsUndoneByTheNext) {
    ASSERT_TRUE(save(step(10, 0, "old")));
    IndexChanges changes = step(20, 5, "new");
    changes.tombstones.push_back({key(14), 21});
    changes.tombstones.push_back({key(0), 21});
    refuse(true);
    ASSERT_FALSE(save(changes));
    refuse(false);
    changes.removed_sessions = {session(0, "").id};
    ASSERT_TRUE(save(changes));
    const std::string after = rows();
    EXPECT_NE(after.find("14 until 21\n"), std::string::npos);
    open();
    EXPECT_EQ(rows(), after);

    refuse(true);
    changes.applied = 30;
    for (TraceRow& trace : changes.traces) trace.state = "newer";
    changes.tombstones.push_back({key(20), 31});
    changes.tombstones.push_back({key(20), 32});
    ASSERT_FALSE(save(changes));
    refuse(false);
    open();
    EXPECT_EQ(rows(), after);
}

TEST_F(IndexSaveTest, AnIncompleteSaveOfAnOlderProgramIsUndone) {
    store_.reset();
    database_.reset();
    std::filesystem::remove(file());
    {
        const auto older = Database::open(file(), {.steps = migrations().first(7)}).value();
        ASSERT_TRUE(older->write([](Connection& connection) -> Result<void> {
            for (const std::string_view state : {"'new'", "'old'"})
                connection.execute(
                    fmt::format("INSERT INTO traces{} VALUES ('w', x'00000000000000000000000000000001', 'p', 's', '', "
                                "1, 2, CAST({} AS BLOB), x'')",
                                state == "'old'" ? "_before" : "", state));
            connection.execute(
                "INSERT INTO traces VALUES ('w', x'00000000000000000000000000000002', 'p', 's', '', 1, 2, CAST('new' "
                "AS BLOB), x'');"
                "INSERT INTO traces_before (workspace, trace_id) VALUES ('w', x'00000000000000000000000000000002');"
                "INSERT INTO trace_tombstones VALUES ('w', x'00000000000000000000000000000003', 4);"
                "INSERT INTO trace_tombstones_before (workspace, trace_id) VALUES ('w', "
                "x'00000000000000000000000000000003')");
            return {};
        }));
    }
    open();
    EXPECT_EQ(rows(), "applied 0\n1 old 0\n");
}

TEST_F(IndexSaveTest, ASmallJobDoesNotWaitForALargeSave) {
    std::latch all_submitted(1), all_done(2);
    std::string order;
    database_->submit(
        [&](Connection&) -> Result<void> {
            all_submitted.wait();
            return {};
        },
        [](Result<void>) {});
    store_->save(std::make_shared<IndexChanges>(step(10, 0, "new")), [&](Result<void> saved) {
        order += saved ? "save" : "failed";
        all_done.count_down();
    });
    database_->submit([](Connection&) -> Result<void> { return {}; },
                      [&](Result<void>) {
                          order += "job ";
                          all_done.count_down();
                      });
    all_submitted.count_down();
    all_done.wait();
    EXPECT_EQ(order, "job save");
}

TEST_F(IndexSaveTest, ALargeSaveDoesNotMakeTheLogGrow) {
    open(kSliceRows);
    IndexChanges changes;
    changes.applied = 1;
    for (int i = 0; i < 6'000; ++i) changes.sessions.push_back(session(i, std::string(4000, 't')));
    ASSERT_TRUE(save(std::move(changes)));
    EXPECT_LT(std::filesystem::file_size(file().string() + "-wal"), 24u << 20)
        << "for three slices of 8 MB of text each";
}

}  // namespace
}  // namespace spanreel::store
