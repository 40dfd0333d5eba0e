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

TEST(Tape, TellsTheKindsOfEntriesApart) {
    SimulatedDisk disk;
    open_tape(disk)->append({operation("a"), frame("b", 2), {EntryKind::log_frame, "c", 5}}, kAt).value();
    auto tape = open_tape(disk);
    std::vector<EntryKind> kinds;
    ASSERT_TRUE(tape->replay(0, [&](const StoredEntry& entry) -> Result<void> {
        kinds.push_back(entry.kind);
        return {};
    }));
    EXPECT_EQ(kinds, (std::vector{EntryKind::operation, EntryKind::frame, EntryKind::log_frame}));
    auto file = disk.open(kDirectory / "0000000001.tape", OpenMode::read).value();
    const TapeFooter footer = read_footer(*file).value();
    EXPECT_EQ(footer.frames, 2u);
    EXPECT_EQ(footer.operations, 1u);
    EXPECT_EQ(footer.spans, 2u) << "records of logs are no spans";
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

TEST(Tape, AFileThatCannotBeMadeNowIsMadeLater) {
    for (DiskOperation step : {DiskOperation::open, DiskOperation::allocate, DiskOperation::write})
        for (int error : {EMFILE, EIO}) {
            SimulatedDisk disk;
            auto tape = open_tape(disk);
            std::vector<std::string> expected;
            // The first file, and one that takes the place of a full one.
            for (char letter : {'a', 'b'}) {
                disk.fail_next(step, 0, error);
                if (step == DiskOperation::allocate)  // smaller sizes are tried too
                    for (int smaller = 0; smaller < 8; ++smaller) disk.fail_next(step, 0, error);
                std::string payload(7000, letter);
                auto refused = tape->append({frame(payload)}, kAt);
                ASSERT_FALSE(refused);
                EXPECT_EQ(refused.error().code, Code::unavailable) << refused.error().message;
                ASSERT_TRUE(tape->healthy()) << tape->healthy().error().message;
                Result<Appended> appended;
                for (int attempt = 0; attempt < 10 && !appended.value_or(Appended{}).last; ++attempt)
                    appended = tape->append({frame(payload)}, kAt);
                ASSERT_TRUE(appended) << appended.error().message;
                expected.push_back(payload);
            }
            tape.reset();
            EXPECT_EQ(payloads(*open_tape(disk)), expected);
        }
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

/// Makes a never closed file of `groups` frames and zeroes all its blocks but the last commit mark.
Path file_without_readable_groups(SimulatedDisk& disk, int groups) {
    auto tape = open_tape(disk);
    FrameRef last;
    for (int i = 0; i < groups; ++i) last = tape->append({frame(std::string(100, 'x'))}, kAt)->where[0];
    disk.power_off_after(0);  // so that it is not closed
    tape.reset();
    disk.resume();
    Path path = kDirectory / disk.list(kDirectory)->front();
    std::string garbage(last.offset + last.length - kTapeHeaderSize, 'g');
    EXPECT_TRUE(disk.open(path, OpenMode::read_write).value()->write_at(kTapeHeaderSize, as_bytes(garbage)));
    return path;
}

TEST(Tape, AFileWithoutAReadableGroupIsKeptAndNamed) {
    SimulatedDisk disk;
    Path path = file_without_readable_groups(disk, 2);
    Path kept = path.string() + ".damaged";
    for (int start = 0; start < 2; ++start) {
        auto tape = open_tape(disk);
        EXPECT_FALSE(disk.exists(path));
        EXPECT_GT(disk.open(kept, OpenMode::read).value()->size().value(), kTapeHeaderSize);
        ASSERT_EQ(tape->damage().size(), 1u) << "also after the next start";
        EXPECT_NE(tape->damage()[0].find(kept.filename().string()), std::string::npos) << tape->damage()[0];
        EXPECT_TRUE(payloads(*tape).empty());
        auto appended = tape->append({frame("new")}, kAt);
        ASSERT_TRUE(appended);
        EXPECT_GT(appended->where[0].file, 1u) << "rows may still name the file that was set aside";
        if (start == 0) {
            tape.reset();
            EXPECT_TRUE(disk.remove(kDirectory / "0000000002.tape"));
        }
    }
}

TEST(Tape, AFirstGroupThatACrashCutOffIsKeptAndNoDamage) {
    SimulatedDisk disk;
    Path path = file_without_readable_groups(disk, 1);
    auto tape = open_tape(disk);
    EXPECT_FALSE(disk.exists(path));
    EXPECT_TRUE(disk.exists(path.string() + ".torn"));
    EXPECT_TRUE(tape->damage().empty());
}

TEST(Tape, AFileInWhichNothingWasWrittenGoes) {
    SimulatedDisk disk;
    {
        auto tape = open_tape(disk);
        ASSERT_TRUE(tape->append({frame("a")}, kAt));
        disk.power_off_after(0);
    }
    disk.resume();
    Path path = kDirectory / disk.list(kDirectory)->front();
    auto file = disk.open(path, OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(kTapeHeaderSize, as_bytes(std::string(1000, '\0'))));
    open_tape(disk).reset();
    EXPECT_EQ(disk.list(kDirectory).value(), std::vector<std::string>());
}

TEST(Tape, RefusesWhatAReaderWouldTakeForDamage) {
    SimulatedDisk disk;
    auto tape = open_tape(disk);
    auto large = tape->append({operation(std::string(kMaxBlockPayload + 1, 'x'))}, kAt);
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, Code::too_large);
    EXPECT_FALSE(tape->append({operation("")}, kAt));
    EXPECT_TRUE(tape->healthy());
    ASSERT_TRUE(tape->append({operation("small")}, kAt));
    EXPECT_EQ(payloads(*open_tape(disk)), std::vector<std::string>{"small"});
}

/// Counts the bytes that are read from its files.
class CountingFiles final : public FileSystem {
  public:
    explicit CountingFiles(FileSystem& files) : files_(files) {}
    Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) override {
        SPANREEL_TRY(auto file, files_.open(path, mode));
        return std::make_unique<CountingFile>(std::move(file), bytes_read);
    }
    Result<void> rename(const Path& from, const Path& to) override { return files_.rename(from, to); }
    Result<void> remove(const Path& path) override { return files_.remove(path); }
    Result<void> create_directories(const Path& path) override { return files_.create_directories(path); }
    Result<std::vector<std::string>> list(const Path& directory) override { return files_.list(directory); }
    bool exists(const Path& path) override { return files_.exists(path); }
    Result<void> sync_directory(const Path& directory) override { return files_.sync_directory(directory); }

    std::uint64_t bytes_read = 0;

  private:
    struct CountingFile final : File {
        CountingFile(std::unique_ptr<File> inner, std::uint64_t& count) : file(std::move(inner)), bytes(count) {}
        Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> into) override {
            bytes += into.size();
            return file->read_at(offset, into);
        }
        Result<void> write_at(std::uint64_t offset, ByteView from) override { return file->write_at(offset, from); }
        Result<std::uint64_t> size() override { return file->size(); }
        Result<void> truncate(std::uint64_t size) override { return file->truncate(size); }
        Result<void> allocate(std::uint64_t size) override { return file->allocate(size); }
        Result<void> sync() override { return file->sync(); }

        std::unique_ptr<File> file;
        std::uint64_t& bytes;
    };

    FileSystem& files_;
};

TEST(Tape, BytesThatLookLikeHeadersDoNotMakeTheWayPastDamageLong) {
    // A block header every 32 bytes, each of a far position and a length of half the file.
    constexpr std::size_t kFrame = 1 << 20;
    std::string payload;
    while (payload.size() < kFrame) {
        std::string block;
        append_block(block, BlockKind::frame, 1'000'000 + payload.size(), 1, "12345678");
        block[2] = 0x40;
        payload += block;
    }
    SimulatedDisk disk;
    TapeOptions options{.file_size = 64ull << 20, .allocate_step = 1 << 20, .reserve = 1024};
    FrameRef first;
    {
        auto tape = open_tape(disk, options);
        first = tape->append({frame(payload)}, kAt)->where[0];
        for (int i = 0; i < 8; ++i) ASSERT_TRUE(tape->append({frame(payload)}, kAt));
        disk.power_off_after(0);
    }
    disk.resume();
    flip(disk, kDirectory / disk.list(kDirectory)->front(), first.offset + kFrame / 2);
    CountingFiles files(disk);
    auto tape = Tape::open(files, kDirectory, options);
    ASSERT_TRUE(tape);
    EXPECT_EQ((*tape)->damage().size(), 1u);
    EXPECT_EQ(payloads(**tape).size(), 8u);
    EXPECT_LT(files.bytes_read, 20 * 9 * kFrame) << "each look-alike had its checksum computed";
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
