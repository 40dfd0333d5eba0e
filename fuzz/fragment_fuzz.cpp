// SPDX-License-Identifier: Apache-2.0
// Segment files after a crash: whatever the bytes are, the reader ends, and what it accepts is consistent.
#include <cstdint>
#include <cstdlib>

#include "media/mp4/fragment.hpp"

using namespace spanreel;
using namespace spanreel::media;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

const mp4::Init& init() {
    static const mp4::Init both{
        .tracks = {{.kind = TrackKind::video}, {.kind = TrackKind::audio, .codec = Codec::aac, .timescale = 48'000}}};
    return both;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView file(data, size);
    const mp4::Fragments read = read_fragments(file, init());
    require(read.complete_length <= size);
    std::uint64_t parts = 0;
    for (const mp4::Part& part : read.parts) parts += part.size;
    require(parts == read.complete_length);
    for (const mp4::SampleTable& table : read.tracks) {
        auto sample = table.samples.begin();
        for (const mp4::Chunk& chunk : table.chunks) {
            std::uint64_t end = chunk.offset;
            for (std::uint32_t i = 0; i < chunk.sample_count; ++i) end += (sample++)->size;
            require(end <= read.complete_length);
        }
        require(sample == table.samples.end());
    }
    // The complete prefix alone says the same.
    const mp4::Fragments again = read_fragments(file.first(read.complete_length), init());
    require(!again.damage && again.tracks == read.tracks && again.parts == read.parts);
    (void)rebuild_segment({.number = 1, .anchor = {.media = std::chrono::seconds(5)}}, init(), file);
    return 0;
}
