// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/handshake.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spanreel::media::rtmp {
namespace {

constexpr std::uint8_t kVersion = 3;

void append_s0_and_s1(std::string& output) {
    ByteWriter writer(output);
    writer.u8(kVersion);
    writer.zeros(8);  // time, and the zero that says "no digest"
    // The rest only has to differ from what a client would send to itself; it protects nothing.
    std::uint32_t filler = 0x5350414E;
    for (std::size_t i = 8; i < kHandshakeBlockBytes; ++i) {
        filler = filler * 1664525 + 1013904223;
        writer.u8(static_cast<std::uint8_t>(filler >> 24));
    }
}

}  // namespace

Result<void> Handshake::receive(ByteView& input, std::string& output) {
    if (input.empty() || done()) return {};
    if (received_ == 0) {
        if (input[0] != kVersion) {
            return fail(Code::unsupported,
                        fmt::format("RTMP handshake: version {} at byte 0: use plain rtmp", input[0]));
        }
        append_s0_and_s1(output);
        input = input.subspan(1);
        received_ = 1;
    }
    if (received_ < 1 + kHandshakeBlockBytes) {
        const std::size_t count = std::min(input.size(), 1 + kHandshakeBlockBytes - received_);
        output.append(as_text(input.first(count)));
        input = input.subspan(count);
        received_ += count;
    }
    if (received_ >= 1 + kHandshakeBlockBytes) {
        const std::size_t count = std::min(input.size(), 1 + 2 * kHandshakeBlockBytes - received_);
        input = input.subspan(count);
        received_ += count;
    }
    return {};
}

}  // namespace spanreel::media::rtmp
