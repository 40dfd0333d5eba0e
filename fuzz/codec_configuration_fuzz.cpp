// SPDX-License-Identifier: Apache-2.0
// H.264 and AAC configurations and frames from arbitrary bytes. The first byte chooses the parser; what is accepted
// must be in range, and a normalised result must be accepted again unchanged.
#include <cstdlib>

#include "media/codec/aac.hpp"
#include "media/codec/avc.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::media;

void require(bool holds) {
    if (!holds) std::abort();
}

void try_avc(ByteView bytes) {
    const auto track = parse_avc_configuration(bytes);
    if (!track) return;
    require(track->width > 0 && track->width <= kMaxPictureSide);
    require(track->height > 0 && track->height <= kMaxPictureSide);
    const auto again = parse_avc_configuration(as_bytes(track->configuration));
    require(again.has_value() && *again == *track);
    require(read_avc_configuration(as_bytes(track->configuration))->nal_length_size == 4);
}

void try_aac(ByteView bytes) {
    const auto aac = read_aac_configuration(bytes);
    if (!aac) return;
    require(aac->channels > 0 && aac->sample_rate > 0);
    require(aac->samples_per_frame == 1024 || aac->samples_per_frame == 960);
    require(parse_aac_configuration(bytes).has_value());
}

void try_frame(ByteView bytes, unsigned nal_length_size) {
    std::string payload(as_text(bytes));
    if (!to_four_byte_lengths(payload, nal_length_size)) {
        require(payload == as_text(bytes));
        return;
    }
    const std::string once = payload;
    require(to_four_byte_lengths(payload, 4).has_value() && payload == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView bytes(data + 1, size - 1);
    switch (data[0] % 6) {
        case 0: try_avc(bytes); break;
        case 1: try_aac(bytes); break;
        case 2: (void)parse_sequence_parameter_set(bytes); break;
        case 3: try_frame(bytes, 1); break;
        case 4: try_frame(bytes, 2); break;
        default: try_frame(bytes, 4); break;
    }
    return 0;
}
