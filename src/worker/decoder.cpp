// SPDX-License-Identifier: Apache-2.0
#include "worker/decoder.hpp"

#include <cstring>

#include "media/picture/picture_job.hpp"

namespace spanreel::worker {

namespace {

std::unexpected<Error> undecodable() { return fail(Code::corrupt, "the picture cannot be decoded"); }

}  // namespace

Result<Decoder> Decoder::open(ByteView configuration, std::int64_t wanted) {
    const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_H264);
    CodecContext context(avcodec_alloc_context3(codec));
    if (!context) return fail(Code::internal, "no H.264 decoder");
    context->extradata = static_cast<std::uint8_t*>(av_mallocz(configuration.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (!context->extradata) return fail(Code::internal, "no memory");
    std::memcpy(context->extradata, configuration.data(), configuration.size());
    context->extradata_size = static_cast<int>(configuration.size());
    context->thread_count = 1;
    context->max_pixels = std::int64_t{media::picture::kMaxSide} * media::picture::kMaxSide;
    // Without it the decoder guesses how far pictures are reordered, and drops those it guessed wrong.
    context->strict_std_compliance = FF_COMPLIANCE_STRICT;
    if (avcodec_open2(context.get(), codec, nullptr) < 0) return undecodable();
    return Decoder(std::move(context), wanted);
}

Result<Packet> Decoder::make_packet(std::uint32_t bytes, std::int64_t shown) {
    Packet packet(av_packet_alloc());
    if (!packet || av_new_packet(packet.get(), static_cast<int>(bytes)) < 0) return fail(Code::internal, "no memory");
    packet->pts = shown;
    return packet;
}

void Decoder::push(const AVPacket& packet) {
    // Pictures that nothing refers to need no decoding on the way to another one.
    context_->skip_frame = packet.pts == wanted_ ? AVDISCARD_DEFAULT : AVDISCARD_NONREF;
    (void)avcodec_send_packet(context_.get(), &packet);
    take_frames();
}

Result<Frame> Decoder::finish() {
    (void)avcodec_send_packet(context_.get(), nullptr);
    take_frames();
    if (!found_ || damaged_) return undecodable();
    const auto most = static_cast<int>(media::picture::kMaxSide);
    if (found_->width > most || found_->height > most) return fail(Code::too_large, "the picture is too large");
    return std::move(found_);
}

void Decoder::take_frames() {
    Frame frame(av_frame_alloc());
    while (frame && avcodec_receive_frame(context_.get(), frame.get()) == 0) {
        // What the decoder made up for a damaged picture shows in all that refer to it.
        damaged_ = damaged_ || frame->decode_error_flags != 0;
        if (frame->pts == wanted_) found_ = std::exchange(frame, Frame(av_frame_alloc()));
    }
}

}  // namespace spanreel::worker
