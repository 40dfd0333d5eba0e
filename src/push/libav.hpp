// SPDX-License-Identifier: Apache-2.0
// libavformat's objects with owners, and its headers, which are C.
#pragma once
extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include <memory>
#include <string>

#include "base/error.hpp"

namespace spanreel::push {

struct CloseInput {
    void operator()(AVFormatContext* input) const { avformat_close_input(&input); }
};
struct FreePacket {
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

using Input = std::unique_ptr<AVFormatContext, CloseInput>;
using PacketPtr = std::unique_ptr<AVPacket, FreePacket>;

inline std::string libav_message(int error) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(error, text, sizeof text);
    return text;
}

}  // namespace spanreel::push
