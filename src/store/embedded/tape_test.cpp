// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/tape.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <random>

#include "base/simulated_disk.hpp"
#include "store/embedded/tape_scan.hpp"

namespace spanreel::store {
namespace {

const Path kDirectory = "/data/spans";
const Time kAt = from_unix_millis(1'700'000'000'000);

TapeOptions small_files() { return {.file_size = 8192, .allocate_step = 2048, .reserve = 256}; }

Entry frame(std::string payload, std::uint32_t count = 1) { return {EntryKind::frame, std::move(payload), count}; }
Entry operation(std::string payload) { return {EntryKind::operation, std::move(payload), 0}; }

std::unique_ptr<Tape> open_tape(FileSystem& files, TapeOptions options = small_files()) {
    auto tape = Tape::open(files, kDirectory, options);
    EXPECT_TRUE(tape) << tape.error().message;
    return tape ? std::move(*tape) : nullptr;
}

std::vector<std::string> payloads(Tape& tape, Lsn after = 0) {
    std::vector<std::string> all;
    Result<void> done = tape.replay(after, [&](const StoredEntry& entry) -> Result<void> {
        all.emplace_back(entry.payload);
        return {};
    });
    EXPECT_TRUE(done);
    return all;
}

TEST(Tape, GivesBackWhatWasAppendedAcrossFilesAndRestarts) {
    SimulatedDisk disk;
    std::vector<std::string> expected;
    Lsn middle = 0;
    {
        auto tape = open_tape(disk);
        for (int i = 0; i < 40; ++i) {
            std::string payload = fmt::format("payload {} {}", i, std::string(500, 'x'));
            auto appended = tape->append({frame(payload, 3), operation("op " + std::to_string(i))}, kAt);
            ASSERT_TRUE(appended);
            EXPECT_EQ(tape->read(appended->where[0]).value(), payload);
            expected.push_back(payload);
            expected.push_back("op " + std::to_string(i));
            if (i == 19) middle = appended->last;
        }
        EXPECT_GT(disk.list(kDirectory)->size(), 2u);
    }
    auto tape = open_tape(disk);
    EXPECT_EQ(payloads(*tape), expected);
    EXPECT_EQ(payloads(*tape, middle), std::vector<std::string>(expected.begin() + 40, expected.end()));
    EXPECT_EQ(payloads(*tape, tape->last_lsn()), std::vector<std::string>());
    EXPECT_TRUE(tape->damage().empty());
    auto appended = tape->append({frame("after the restart")}, kAt);
    ASSERT_TRUE(appended);
    EXPECT_EQ(payloads(*tape, middle).size(), 40u);  // the file being written is not replayed, but read by position
    EXPECT_EQ(tape->read(appended->where[0]).value(), "after the restart");
}

TEST(Tape, MarksWhereAGroupEnds) {
    SimulatedDisk disk;
    {
        auto tape = open_tape(disk);
        ASSERT_TRUE(tape->append({frame("a"), frame("b")}, kAt));
        ASSERT_TRUE(tape->append({frame("c")}, kAt));
    }
    std::vector<bool> ends;
    auto tape = open_tape(disk);
    ASSERT_TRUE(tape->replay(0, [&](const StoredEntry& entry) -> Result<void> {
        ends.push_back(entry.ends_group);
        return {};
    }));
    EXPECT_EQ(ends, (std::vector<bool>{false, true, true}));
}

TEST(Tape, AFullDiskRefusesFramesLeavesTheReserveToOperationsAndHeals) {
    SimulatedDisk disk;
    auto tape = open_tape(disk);
    ASSERT_TRUE(tape->append({frame(std::string(700, 'a'))}, kAt));
    disk.set_capacity(2048);
    auto refused = tape->append({frame(std::string(900, 'b'))}, kAt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    EXPECT_TRUE(tape->append({operation(std::string(900, 'c'))}, kAt)) << "an operation may use the reserve";
    disk.set_capacity(1 << 20);
    EXPECT_TRUE(tape->append({frame(std::string(900, 'd'))}, kAt));
    tape.reset();
    auto again = open_tape(disk);
    EXPECT_EQ(payloads(*again).size(), 3u);
}

TEST(Tape, AFailedSyncIsFinal) {
    SimulatedDisk disk;
    auto tape = open_tape(disk);
    ASSERT_TRUE(tape->append({frame("kept")}, kAt));
    disk.fail_next(DiskOperation::sync, 0, EIO);
    EXPECT_FALSE(tape->append({frame("lost")}, kAt));
    EXPECT_FALSE(tape->healthy());
    auto refused = tape->append({frame("refused")}, kAt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
}

TEST(Tape, AGroupWhoseSyncFailedIsNotFoundByTheNextStart) {
    // Its bytes may be in the page cache for good and never on the disk.
    SimulatedDisk disk;
    auto tape = open_tape(disk);
    ASSERT_TRUE(tape->append({frame("kept")}, kAt));
    disk.fail_next(DiskOperation::sync, 0, EIO);
    EXPECT_FALSE(tape->append({frame("lost")}, kAt));
    tape.reset();
    EXPECT_EQ(payloads(*open_tape(disk)), std::vector<std::string>{"kept"});
}

TEST(Tape, AnUnsyncedNewFileIsFinalToo) {
    SimulatedDisk disk;
    auto tape = open_tape(disk);
    disk.fail_next(DiskOperation::sync_directory, 0, EIO);
    EXPECT_FALSE(tape->append({frame("lost")}, kAt));
    EXPECT_FALSE(tape->healthy());
    EXPECT_FALSE(tape->append({frame("refused")}, kAt));
}

TEST(Tape, StartsOnAFullDiskWithRoomForOperations) {
    SimulatedDisk disk;
    auto tape = open_tape(disk);
    ASSERT_TRUE(tape->append({frame("kept")}, kAt));
    disk.set_capacity(disk.used());
    tape.reset();
    tape = open_tape(disk);
    auto refused = tape->append({frame(std::string(1500, 'x'))}, kAt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    EXPECT_TRUE(tape->append({operation("delete")}, kAt));
}

/// Changes one byte of a file for good.
void flip(SimulatedDisk& disk, const Path& path, std::uint64_t offset) {
    auto file = disk.open(path, OpenMode::read_write).value();
    std::array<std::uint8_t, 1> byte{};
    ASSERT_EQ(file->read_at(offset, byte).value(), 1u);
    byte[0] ^= 0x40;
    ASSERT_TRUE(file->write_at(offset, byte));
    ASSERT_TRUE(file->sync());
}

TEST(Tape, ADamagedFrameIsNamedAndTheRestIsServed) {
    SimulatedDisk disk;
    std::vector<FrameRef> where;
    {
        auto tape = open_tape(disk);
        for (int i = 0; i < 5; ++i) where.push_back(tape->append({frame(fmt::format("frame {}", i))}, kAt)->where[0]);
    }
    Path path = kDirectory / disk.list(kDirectory)->front();
    flip(disk, path, where[2].offset + 3);
    auto tape = open_tape(disk);
    EXPECT_EQ(payloads(*tape), (std::vector<std::string>{"frame 0", "frame 1", "frame 3", "frame 4"}));
    ASSERT_EQ(tape->damage().size(), 1u);
    EXPECT_NE(tape->damage()[0].find(fmt::format("offset {}", where[2].offset - kBlockHeaderSize)), std::string::npos)
        << tape->damage()[0];
    EXPECT_EQ(tape->read(where[2]).error().code, Code::corrupt);
    EXPECT_EQ(tape->read(where[3]).value(), "frame 3");
}

TEST(Tape, EveryFlippedBitOfAClosedFileIsFoundOrHarmless) {
    SimulatedDisk disk;
    {
        auto tape = open_tape(disk);
        for (int i = 0; i < 3; ++i)
            ASSERT_TRUE(tape->append({frame(fmt::format("frame {}", i)), operation("op")}, kAt));
    }
    Path path = kDirectory / disk.list(kDirectory)->front();
    std::uint64_t size = disk.open(path, OpenMode::read).value()->size().value();
    auto whole = disk.crash(0);
    for (std::uint64_t offset = 0; offset < size; ++offset) {
        auto copy = whole->crash(0);
        flip(*copy, path, offset);
        auto tape = open_tape(*copy);
        ASSERT_TRUE(tape) << offset;
        for (const std::string& payload : payloads(*tape))
            EXPECT_TRUE(payload == "op" || payload.starts_with("frame ")) << "invented at " << offset;
        // Losing an acknowledged entry without saying so would be the one unforgivable outcome. The last group of a
        // file whose ending is damaged looks like a torn tail.
        if (payloads(*tape).size() < 4) EXPECT_FALSE(tape->damage().empty()) << "silent loss at " << offset;
    }
}

/// What one run of a program acknowledged, told by a random but repeatable stream of appends.
struct Acknowledged {
    std::vector<std::string> payloads;
    std::vector<FrameRef> where;
};

void append_some(Tape& tape, std::mt19937_64& random, int groups, std::string_view name, Acknowledged& acknowledged) {
    for (int i = 0; i < groups; ++i) {
        std::vector<Entry> entries;
        for (std::uint64_t k = 0, count = 1 + random() % 3; k < count; ++k)
            entries.push_back(frame(fmt::format("{} {} {} {}", name, i, k, std::string(random() % 900, 'p'))));
        std::vector<std::string> texts;
        for (const Entry& entry : entries) texts.push_back(entry.payload);
        auto appended = tape.append(entries, kAt);
        if (!appended) return;
        acknowledged.payloads.insert(acknowledged.payloads.end(), texts.begin(), texts.end());
        acknowledged.where.insert(acknowledged.where.end(), appended->where.begin(), appended->where.end());
    }
}

/// Whether everything acknowledged survives a power cut at a random moment, and another one during what follows.
bool survives(std::uint64_t seed, const std::function<bool(const SimulatedDisk::SyncCall&)>& ignored) {
    std::mt19937_64 random(seed);
    auto disk = std::make_unique<SimulatedDisk>();
    EXPECT_TRUE(disk->create_directories(kDirectory.parent_path()) && disk->sync_directory("/"));
    Acknowledged acknowledged;
    for (int run = 0; run < 3; ++run) {
        if (ignored) disk->ignore_syncs(ignored);
        disk->power_off_after(5 + random() % 40);
        {
            auto tape = Tape::open(*disk, kDirectory, small_files());
            if (tape) append_some(**tape, random, 12, fmt::format("run {}", run), acknowledged);
        }
        disk = disk->crash(random());
    }
    auto tape = Tape::open(*disk, kDirectory, small_files());
    if (!tape || !(*tape)->damage().empty()) return false;
    std::vector<std::string> found = payloads(**tape);
    // What was never answered may be there too; what was answered must be, in its order.
    auto at = found.begin();
    for (std::size_t i = 0; i < acknowledged.payloads.size(); ++i) {
        at = std::find(at, found.end(), acknowledged.payloads[i]);
        if (at == found.end()) return false;
        auto read = (*tape)->read(acknowledged.where[i]);
        if (!read || *read != acknowledged.payloads[i]) return false;
    }
    return true;
}

TEST(Tape, PowerCutsLoseNothingAcknowledged) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) ASSERT_TRUE(survives(seed, {})) << "seed " << seed;
}

TEST(Tape, EverySyncIsNeeded) {
    auto fails_without = [](const std::function<bool(const SimulatedDisk::SyncCall&)>& ignored) {
        for (std::uint64_t seed = 0; seed < 300; ++seed)
            if (!survives(seed, ignored)) return true;
        return false;
    };
    EXPECT_TRUE(fails_without([](const auto& call) { return !call.directory; })) << "the sync of a group";
    EXPECT_TRUE(fails_without([](const auto& call) { return call.directory && call.path == kDirectory; }))
        << "the sync of the tape directory after a new file";
    EXPECT_TRUE(fails_without([](const auto& call) { return call.directory && call.path == kDirectory.parent_path(); }))
        << "the sync of the data directory after the tape directory was made";
}

}  // namespace
}  // namespace spanreel::store
