// SPDX-License-Identifier: Apache-2.0
// Index files of recordings. The first byte chooses: a whole file, or the body of one record, which a checksum would
// otherwise hide from the fuzzer. What is accepted must encode to the same meaning and serve the virtual MP4.
#include <cstdint>
#include <cstdlib>

#include "media/mp4/index_record.hpp"
#include "media/mp4/recording_index.hpp"
#include "media/mp4/virtual_mp4.hpp"

using namespace spanreel;
using namespace spanreel::media;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void read_file(ByteView file) {
    const mp4::RecordingIndex index = mp4::read_index(file);
    require(index.valid_length <= file.size());
    const mp4::RecordingIndex again = mp4::read_index(file.first(index.valid_length));
    require(!again.damage && again.segments == index.segments && again.inits == index.inits);
}

void make_file(const mp4::Segment& segment) {
    mp4::Init init{.number = segment.info.init};
    for (const mp4::SampleTable& table : segment.tracks) {
        init.tracks.push_back({.kind = table.kind, .timescale = table.timescale});
    }
    mp4::VirtualMp4Builder builder;
    builder.add(init);
    if (!builder.add(segment)) return;
    if (const auto mp4 = builder.finish()) (void)mp4->locate(mp4->size() / 2, 1000);
}

void read_record(ByteView body) {
    const auto record = mp4::decode_record_body(body);
    if (!record) return;
    const auto again = mp4::decode_record_body(as_bytes(mp4::encode_record_body(*record)));
    require(again && *again == *record);
    if (const auto* segment = std::get_if<mp4::Segment>(&*record)) make_file(*segment);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView rest(data + 1, size - 1);
    data[0] % 2 == 0 ? read_file(rest) : read_record(rest);
    return 0;
}
