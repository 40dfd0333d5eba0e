// SPDX-License-Identifier: Apache-2.0
// `spanreel-worker` decodes a stranger's video for the server, apart from it: it reads a job (media/picture/
// picture_job.hpp) from its standard input and writes the image to its standard output. It is a program of its own
// because libav, which it loads, would cost the idle server as much memory again as all the rest.
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "worker/decoder.hpp"
#include "worker/sandbox.hpp"
#include "worker/sheet_image.hpp"

namespace spanreel::worker {

namespace {

using media::picture::WorkerStatus;

Result<void> read_exactly(std::span<std::uint8_t> into) {
    while (!into.empty()) {
        const ssize_t count = ::read(STDIN_FILENO, into.data(), into.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return fail(Code::invalid, "the job is cut short");
        into = into.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

template <std::size_t Size>
Result<std::array<std::uint8_t, Size>> read_array() {
    std::array<std::uint8_t, Size> bytes;
    SPANREEL_CHECK(read_exactly(bytes));
    return bytes;
}

Result<void> write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return fail(Code::internal, "the image is not taken");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

Result<Frame> decode_tile() {
    SPANREEL_TRY(const auto bytes, read_array<media::picture::kTileHeadBytes>());
    SPANREEL_TRY(const auto tile, media::picture::decode_tile_head(bytes));
    std::vector<std::uint8_t> configuration(tile.configuration_bytes);
    SPANREEL_CHECK(read_exactly(configuration));
    Result<Decoder> decoder = Decoder::open(configuration, tile.wanted);
    for (std::uint32_t i = 0; i < tile.samples; ++i) {
        SPANREEL_TRY(const auto head_bytes, read_array<media::picture::kSampleHeadBytes>());
        SPANREEL_TRY(const auto head, media::picture::decode_sample_head(head_bytes));
        SPANREEL_TRY(const Packet packet, Decoder::make_packet(head.bytes, head.shown));
        SPANREEL_CHECK(read_exactly({packet->data, head.bytes}));
        if (decoder) decoder->push(*packet);
    }
    if (!decoder) return fail(std::move(decoder));
    return decoder->finish();
}

Result<void> make_sheet() {
    SPANREEL_TRY(const auto bytes, read_array<media::picture::kSheetBytes>());
    SPANREEL_TRY(const auto sheet, media::picture::decode_sheet(bytes));
    SPANREEL_TRY(SheetImage image, SheetImage::make(sheet));
    std::uint32_t drawn = 0;
    for (std::uint32_t tile = 0; tile < sheet.tiles; ++tile) {
        const Result<Frame> picture = decode_tile();
        // Damage at one moment leaves its tile black.
        if (!picture && picture.error().code == Code::corrupt) continue;
        if (!picture) return std::unexpected(picture.error());
        SPANREEL_CHECK(image.draw(tile, **picture));
        ++drawn;
    }
    if (drawn == 0) return fail(Code::corrupt, "no picture can be decoded");
    SPANREEL_TRY(const std::string encoded, image.encode());
    return write_all(encoded);
}

WorkerStatus status_of(const Error& error) {
    switch (error.code) {
        case Code::invalid: return WorkerStatus::malformed_job;
        case Code::corrupt: return WorkerStatus::undecodable;
        case Code::too_large: return WorkerStatus::too_large;
        default: return WorkerStatus::failed;
    }
}

int run() {
    av_log_set_level(AV_LOG_QUIET);
    if (const Result<void> shut = enter_sandbox(); !shut) {
        std::fprintf(stderr, "spanreel-worker: %s\n", shut.error().message.c_str());
        return static_cast<int>(WorkerStatus::failed);
    }
    const Result<void> made = make_sheet();
    return static_cast<int>(made ? WorkerStatus::done : status_of(made.error()));
}

}  // namespace

}  // namespace spanreel::worker

int main() {
    // Not by return: what runs at exit wants system calls that are gone.
    ::_exit(spanreel::worker::run());
}
