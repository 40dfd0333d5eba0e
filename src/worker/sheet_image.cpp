// SPDX-License-Identifier: Apache-2.0
#include "worker/sheet_image.hpp"

#include <array>

#include "media/picture/sprite.hpp"

extern "C" {
#include <libavutil/imgutils.h>
}

namespace spanreel::worker {

namespace {

using media::picture::ImageFormat;
using media::picture::Size;

/// Of the scale 2 to 31, less is better: small beside the video, and nothing to be seen.
constexpr int kJpegQuantizer = 3;

std::unexpected<Error> failed(std::string_view what) { return fail(Code::internal, std::string(what)); }

AVPixelFormat pixels_of(ImageFormat format) {
    return format == ImageFormat::png ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_YUVJ420P;
}

Result<Scaler> make_scaler(const AVFrame& picture, Size size, AVPixelFormat to) {
    const auto from = static_cast<AVPixelFormat>(picture.format);
    Scaler scaler(sws_getContext(picture.width, picture.height, from, static_cast<int>(size.width),
                                 static_cast<int>(size.height), to, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr,
                                 nullptr));
    if (!scaler) return failed("no scaler");
    const bool full_range = picture.color_range == AVCOL_RANGE_JPEG || from == AV_PIX_FMT_YUVJ420P;
    // JPEG files (JFIF) are BT.601 in full range, whatever the video is.
    sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(picture.colorspace), full_range ? 1 : 0,
                             sws_getCoefficients(SWS_CS_ITU601), 1, 0, 1 << 16, 1 << 16);
    return scaler;
}

}  // namespace

Result<SheetImage> SheetImage::make(const media::picture::Sheet& sheet) {
    Frame image(av_frame_alloc());
    if (!image) return failed("no memory");
    image->format = pixels_of(sheet.format);
    image->width = static_cast<int>(sheet.columns * sheet.tile_width);
    image->height = static_cast<int>(sheet.rows() * sheet.tile_height);
    if (av_frame_get_buffer(image.get(), 0) < 0) return failed("no memory");
    const std::array<std::ptrdiff_t, 4> strides{image->linesize[0], image->linesize[1], image->linesize[2], 0};
    av_image_fill_black(image->data, strides.data(), pixels_of(sheet.format), AVCOL_RANGE_JPEG, image->width,
                        image->height);
    return SheetImage(sheet, std::move(image));
}

Result<void> SheetImage::draw(std::uint32_t tile, const AVFrame& picture) {
    const Size within{sheet_.tile_width, sheet_.tile_height};
    const Size own{static_cast<std::uint32_t>(picture.width), static_cast<std::uint32_t>(picture.height)};
    const Size size = media::picture::fit_within(own, within);
    const AVPixelFormat pixels = pixels_of(sheet_.format);
    SPANREEL_TRY(const Scaler scaler, make_scaler(picture, size, pixels));
    // Even, as colours are stored for two pixels at a time.
    const std::uint32_t x = tile % sheet_.columns * within.width + (within.width - size.width) / 4 * 2;
    const std::uint32_t y = tile / sheet_.columns * within.height + (within.height - size.height) / 4 * 2;
    std::array<std::uint8_t*, 4> corner{};
    const bool planar = pixels == AV_PIX_FMT_YUVJ420P;
    for (std::size_t plane = 0; plane < (planar ? 3u : 1u); ++plane) {
        const std::ptrdiff_t shrink = plane == 0 ? 1 : 2;
        const std::ptrdiff_t bytes = planar ? 1 : 3;
        corner[plane] = image_->data[plane] + y / shrink * image_->linesize[plane] + x / shrink * bytes;
    }
    const int rows =
        sws_scale(scaler.get(), picture.data, picture.linesize, 0, picture.height, corner.data(), image_->linesize);
    if (rows != static_cast<int>(size.height)) return failed("not scaled");
    return {};
}

Result<std::string> SheetImage::encode() const {
    const AVCodec* codec =
        avcodec_find_encoder(sheet_.format == ImageFormat::png ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG);
    CodecContext context(avcodec_alloc_context3(codec));
    const Packet packet(av_packet_alloc());
    if (!context || !packet) return failed("no encoder");
    context->width = image_->width;
    context->height = image_->height;
    context->pix_fmt = static_cast<AVPixelFormat>(image_->format);
    context->color_range = AVCOL_RANGE_JPEG;
    context->time_base = {1, 1};
    context->thread_count = 1;
    if (sheet_.format == ImageFormat::jpeg) {
        context->flags |= AV_CODEC_FLAG_QSCALE;
        context->global_quality = image_->quality = kJpegQuantizer * FF_QP2LAMBDA;
    }
    if (avcodec_open2(context.get(), codec, nullptr) < 0 || avcodec_send_frame(context.get(), image_.get()) < 0 ||
        avcodec_receive_packet(context.get(), packet.get()) < 0)
        return failed("not encoded");
    return std::string(as_text({packet->data, static_cast<std::size_t>(packet->size)}));
}

}  // namespace spanreel::worker
