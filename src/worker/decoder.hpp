// SPDX-License-Identifier: Apache-2.0
// Decodes H.264 in the form MP4 stores it (ISO 14496-15) and keeps one picture.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "worker/libav.hpp"

namespace spanreel::worker {

class Decoder {
  public:
    /// `configuration` is an AVCDecoderConfigurationRecord; `wanted` tells the picture to keep.
    static Result<Decoder> open(ByteView configuration, std::int64_t wanted);

    /// A packet of that many bytes to be filled.
    static Result<Packet> make_packet(std::uint32_t bytes, std::int64_t shown);
    /// In decode order.
    void push(const AVPacket& packet);
    /// After the last packet. `corrupt` when the picture, or one before it, did not come out whole.
    Result<Frame> finish();

  private:
    Decoder(CodecContext context, std::int64_t wanted) : context_(std::move(context)), wanted_(wanted) {}
    void take_frames();

    CodecContext context_;
    std::int64_t wanted_;
    Frame found_;
    bool damaged_ = false;
};

}  // namespace spanreel::worker
