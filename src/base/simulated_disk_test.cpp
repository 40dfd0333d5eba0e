// SPDX-License-Identifier: Apache-2.0
#include "base/simulated_disk.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace spanreel {
namespace {

constexpr std::uint64_t kLimit = 1 << 20;

class SimulatedDiskTest : public testing::Test {
  protected:
    SimulatedDiskTest() {
        EXPECT_TRUE(disk_.create_directories("/d"));
        EXPECT_TRUE(disk_.sync_directory("/"));
    }

    void put(const Path& path, std::string_view text) {
        auto file = disk_.open(path, OpenMode::create).value();
        ASSERT_TRUE(file->truncate(0));
        ASSERT_TRUE(file->write_at(0, as_bytes(text)));
    }
    void put_safely(const Path& path, std::string_view text) {
        put(path, text);
        ASSERT_TRUE(disk_.open(path, OpenMode::read_write).value()->sync());
        ASSERT_TRUE(disk_.sync_directory(path.parent_path()));
    }
    static std::string content(FileSystem& files, const Path& path) {
        auto text = read_file(files, path, kLimit);
        return text ? *text : "(absent)";
    }
    /// What `path` holds after each of many power losses.
    std::set<std::string> outcomes(const Path& path) {
        std::set<std::string> out;
        for (std::uint64_t seed = 0; seed < 300; ++seed) out.insert(content(*disk_.crash(seed), path));
        return out;
    }

    SimulatedDisk disk_;
};

TEST_F(SimulatedDiskTest, BehavesLikeAFileSystem) {
    put("/d/a", "hello");
    auto file = disk_.open("/d/a", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(8, as_bytes("there")));
    EXPECT_EQ(content(disk_, "/d/a"), std::string("hello\0\0\0there", 13));
    ASSERT_TRUE(file->truncate(2));
    ASSERT_TRUE(file->allocate(4));
    EXPECT_EQ(content(disk_, "/d/a"), std::string("he\0\0", 4));
    ASSERT_TRUE(disk_.rename("/d/a", "/b"));
    EXPECT_EQ(disk_.list("/").value(), (std::vector<std::string>{"b", "d"}));
    EXPECT_EQ(disk_.open("/d/a", OpenMode::read).error().code, Code::not_found);
    EXPECT_EQ(disk_.open("/b", OpenMode::create_new).error().code, Code::conflict);
    EXPECT_EQ(disk_.open("/none/x", OpenMode::create).error().code, Code::not_found);
    EXPECT_FALSE(disk_.remove("/"));
    ASSERT_TRUE(disk_.remove("/b"));
    EXPECT_FALSE(disk_.exists("/b"));
    ASSERT_TRUE(file->write_at(0, as_bytes("an open file outlives its name")));
}

TEST_F(SimulatedDiskTest, KeepsContentAcrossPages) {
    std::string text(10'000, 'x');
    text += "end";
    put("/d/a", text);
    auto copy = disk_.crash(0);
    auto file = disk_.open("/d/a", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(4090, as_bytes("across a page")));
    text.replace(4090, 13, "across a page");
    EXPECT_EQ(content(disk_, "/d/a"), text);
}

TEST_F(SimulatedDiskTest, WhatWasSyncedSurvives) {
    put_safely("/d/a", "safe");
    EXPECT_EQ(outcomes("/d/a"), std::set<std::string>{"safe"});
}

TEST_F(SimulatedDiskTest, ANameNeedsItsDirectorySynced) {
    put("/d/a", "x");
    ASSERT_TRUE(disk_.open("/d/a", OpenMode::read_write).value()->sync());
    EXPECT_EQ(outcomes("/d/a"), (std::set<std::string>{"(absent)", "x"}));
    ASSERT_TRUE(disk_.create_directories("/e/f"));
    put_safely("/e/f/a", "x");
    EXPECT_TRUE(outcomes("/e/f/a").contains("(absent)")) << "the directories' own names were not synced";
}

TEST_F(SimulatedDiskTest, ContentNeedsTheFileSynced) {
    put("/d/a", "x");
    ASSERT_TRUE(disk_.sync_directory("/d"));
    auto found = outcomes("/d/a");
    EXPECT_FALSE(found.contains("(absent)"));
    EXPECT_TRUE(found.contains(""));
    EXPECT_TRUE(found.contains("x"));
    EXPECT_TRUE(found.contains(std::string(1, '\0')));
}

TEST_F(SimulatedDiskTest, WritesAreLostReorderedAndTornBySectors) {
    std::string before(2048, 'o');
    put_safely("/d/a", before);
    auto file = disk_.open("/d/a", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(0, as_bytes(std::string(1024, 'n'))));
    ASSERT_TRUE(file->write_at(1024, as_bytes(std::string(1000, 'n'))));
    bool second_only = false, torn = false, garbage = false;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        std::string after = content(*disk_.crash(seed), "/d/a");
        ASSERT_EQ(after.size(), before.size());
        EXPECT_EQ(after.substr(2024), before.substr(2024)) << "outside of what was written";
        second_only |= after.substr(0, 1024) == before.substr(0, 1024) && after[1024] == 'n' && after[2023] == 'n';
        torn |= after.substr(0, 1024) == std::string(512, 'n') + std::string(512, 'o');
        garbage |= after.find_first_not_of("on") != std::string::npos;
    }
    EXPECT_TRUE(second_only);
    EXPECT_TRUE(torn);
    EXPECT_TRUE(garbage);
}

TEST_F(SimulatedDiskTest, ARenameIsWholeOrAbsent) {
    put_safely("/d/a", "old");
    put_safely("/d/b", "new");
    ASSERT_TRUE(disk_.rename("/d/b", "/d/a"));
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        auto after = disk_.crash(seed);
        seen.insert(content(*after, "/d/a") + "," + content(*after, "/d/b"));
    }
    EXPECT_EQ(seen, (std::set<std::string>{"old,new", "new,(absent)"}));
    ASSERT_TRUE(disk_.sync_directory("/d"));
    EXPECT_EQ(outcomes("/d/a"), std::set<std::string>{"new"});
}

TEST_F(SimulatedDiskTest, NamesLastInAnyCombination) {
    put("/d/a", "");
    put("/d/b", "");
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        auto after = disk_.crash(seed);
        seen.insert(fmt::format("{}{}", after->exists("/d/a"), after->exists("/d/b")));
    }
    EXPECT_EQ(seen.size(), 4u);
}

TEST_F(SimulatedDiskTest, AFailedSyncIsNeverMadeGood) {
    put_safely("/d/a", "old");
    auto file = disk_.open("/d/a", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(0, as_bytes("new")));
    disk_.fail_next(DiskOperation::sync, 0, EIO);
    EXPECT_EQ(file->sync().error().code, Code::internal);
    EXPECT_TRUE(file->sync());
    EXPECT_TRUE(outcomes("/d/a").contains("old"));
}

TEST_F(SimulatedDiskTest, FailsOnRequest) {
    put("/d/a", "abcd");
    auto file = disk_.open("/d/a", OpenMode::read_write).value();
    disk_.fail_next(DiskOperation::write, 1, ENOSPC);
    EXPECT_TRUE(file->write_at(0, as_bytes("xx")));
    EXPECT_EQ(file->write_at(0, as_bytes("yy")).error().code, Code::unavailable);
    EXPECT_TRUE(file->write_at(2, as_bytes("zz")));
    EXPECT_EQ(content(disk_, "/d/a"), "xxzz");
}

TEST_F(SimulatedDiskTest, FillsUp) {
    disk_.set_capacity(100);
    put("/d/a", std::string(60, 'a'));
    auto file = disk_.open("/d/b", OpenMode::create).value();
    ASSERT_TRUE(file->allocate(40));
    EXPECT_EQ(file->write_at(30, as_bytes("eleven more")).error().code, Code::unavailable);
    EXPECT_TRUE(file->write_at(30, as_bytes("ten bytes."))) << "reserved space is there";
    ASSERT_TRUE(disk_.remove("/d/a"));
    EXPECT_TRUE(file->write_at(40, as_bytes(std::string(60, 'b'))));
}

TEST_F(SimulatedDiskTest, ASkippedSyncIsNoticed) {
    std::uint64_t first = disk_.sync_count();
    disk_.ignore_syncs([&](const SimulatedDisk::SyncCall& call) { return call.index == first; });
    put_safely("/d/a", "x");
    EXPECT_EQ(disk_.sync_count(), first + 2);
    EXPECT_GT(outcomes("/d/a").size(), 1u);
    disk_.ignore_syncs([](const SimulatedDisk::SyncCall& call) { return call.directory && call.path == "/d"; });
    put_safely("/d/b", "x");
    EXPECT_TRUE(outcomes("/d/b").contains("(absent)"));
}

TEST_F(SimulatedDiskTest, PowerOffStopsEverything) {
    auto file = disk_.open("/d/a", OpenMode::create).value();
    disk_.power_off_after(1);
    EXPECT_TRUE(file->write_at(0, as_bytes("one")));
    EXPECT_FALSE(file->write_at(3, as_bytes("two")));
    EXPECT_FALSE(file->sync());
    EXPECT_FALSE(disk_.sync_directory("/d"));
    auto after = disk_.crash(1);
    EXPECT_TRUE(after->open("/d/b", OpenMode::create));
}

TEST_F(SimulatedDiskTest, AKilledProgramLeavesWhatIsNotSafeYet) {
    auto file = disk_.open("/d/f", OpenMode::create).value();
    ASSERT_TRUE(file->write_at(0, as_bytes("written")));
    disk_.power_off_after(0);
    EXPECT_FALSE(file->sync());
    disk_.resume();
    EXPECT_EQ(read_file(disk_, "/d/f", 100).value(), "written");
    int lost = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) lost += disk_.crash(seed)->exists("/d/f") ? 0 : 1;
    EXPECT_GT(lost, 0);
    EXPECT_LT(lost, 20);
}

TEST_F(SimulatedDiskTest, ALastingDirectoryOutlivesItsAncestorsFirstPowerLoss) {
    ASSERT_TRUE(make_lasting_directory(disk_, "/var/lib/data"));
    for (std::uint64_t seed = 0; seed < 20; ++seed) EXPECT_TRUE(disk_.crash(seed)->exists("/var/lib/data"));
}

TEST_F(SimulatedDiskTest, ReplaceFileIsSafe) {
    // Whatever moment power fails at, the file is old or new: and no sync of replace_file can be left out.
    auto broken = [](std::optional<std::uint64_t> without_sync) {
        for (std::uint64_t operations = 0; operations < 10; ++operations)
            for (std::uint64_t seed = 0; seed < 40; ++seed) {
                SimulatedDisk disk;
                (void)replace_file(disk, "/key", as_bytes("old"));
                std::uint64_t first = disk.sync_count();
                disk.ignore_syncs(
                    [&](const auto& call) { return without_sync && call.index == first + *without_sync; });
                disk.power_off_after(operations);
                bool done = replace_file(disk, "/key", as_bytes("new")).has_value();
                std::string after = content(*disk.crash(seed), "/key");
                if (after != "new" && (done || after != "old")) return true;
            }
        return false;
    };
    EXPECT_FALSE(broken(std::nullopt));
    EXPECT_TRUE(broken(0));
    EXPECT_TRUE(broken(1));
}

}  // namespace
}  // namespace spanreel
