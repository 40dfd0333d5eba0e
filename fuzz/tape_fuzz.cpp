// SPDX-License-Identifier: Apache-2.0
// A tape file of arbitrary bytes: scanned, opened with repair, its frames decoded. The first byte says whether the
// checksums of the rest are made right first, so that what lies behind them is reached.
#include <cstdint>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "base/simulated_disk.hpp"
#include "store/embedded/tape.hpp"
#include "store/embedded/tape_scan.hpp"
#include "store/frame.hpp"

namespace {

using namespace spanreel;

const Path kDirectory = "/data/spans";
const Path kFile = kDirectory / "0000000001.tape";

/// Walks the blocks by their lengths and writes the checksum each should have.
void mend_checksums(std::string& bytes) {
    for (std::size_t at = store::kTapeHeaderSize; at + store::kBlockHeaderSize <= bytes.size();) {
        std::uint32_t length = ByteReader(as_bytes(bytes).subspan(at)).u32le();
        if (length == 0 || length > bytes.size() - at - store::kBlockHeaderSize) return;
        std::uint32_t crc = crc32c(as_bytes(bytes).subspan(at + 8, store::kBlockHeaderSize - 8 + length));
        for (unsigned i = 0; i < 4; ++i) bytes[at + 4 + i] = static_cast<char>(crc >> (8 * i));
        at += store::kBlockHeaderSize + length;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    log::set_level(log::Level::none);
    std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    if (data[0] & 1) mend_checksums(bytes);

    SimulatedDisk disk;
    if (!disk.create_directories(kDirectory)) __builtin_trap();
    auto file = disk.open(kFile, OpenMode::create_new);
    if (!file || !(*file)->write_at(0, as_bytes(bytes))) __builtin_trap();

    (void)store::decode_frame(bytes);
    auto tape = store::Tape::open(disk, kDirectory, {.file_size = 1 << 20, .allocate_step = 4096, .reserve = 512});
    if (!tape) return 0;  // a version newer than ours
    std::uint64_t before = 0;
    auto count = [&](std::uint64_t& total) {
        return [&total](const store::StoredEntry& entry) -> Result<void> {
            ++total;
            if (entry.kind == store::EntryKind::frame) (void)store::decode_frame(entry.payload);
            return {};
        };
    };
    if (!(*tape)->replay(0, count(before))) __builtin_trap();
    // Whatever was found, the tape takes new entries and gives both back after the next start.
    auto appended = (*tape)->append({{store::EntryKind::operation, "one more", 0}}, Time{});
    if (!appended) __builtin_trap();
    tape->reset();
    auto again = store::Tape::open(disk, kDirectory, {});
    std::uint64_t after = 0;
    if (!again || !(*again)->replay(0, count(after)) || after != before + 1) __builtin_trap();
    return 0;
}
