// SPDX-License-Identifier: Apache-2.0
// libav's objects with owners, and its headers, which are C.
#pragma once
extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

#include <memory>

namespace spanreel::worker {

struct LibavDelete {
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

using CodecContext = std::unique_ptr<AVCodecContext, LibavDelete>;
using Frame = std::unique_ptr<AVFrame, LibavDelete>;
using Packet = std::unique_ptr<AVPacket, LibavDelete>;
using Scaler = std::unique_ptr<SwsContext, LibavDelete>;

}  // namespace spanreel::worker
