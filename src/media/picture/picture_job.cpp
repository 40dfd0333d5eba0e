// SPDX-License-Identifier: Apache-2.0
#include "media/picture/picture_job.hpp"

namespace spanreel::media::picture {

namespace {

std::unexpected<Error> malformed(std::string_view what) { return fail(Code::invalid, fmt::format("bad {}", what)); }

bool is_side(std::uint32_t pixels) { return pixels >= 2 && pixels <= kMaxSide && pixels % 2 == 0; }

}  // namespace

std::string encode(const Sheet& sheet) {
    std::string bytes;
    ByteWriter out(bytes);
    out.u32le(static_cast<std::uint32_t>(sheet.format));
    out.u32le(sheet.tile_width);
    out.u32le(sheet.tile_height);
    out.u32le(sheet.columns);
    out.u32le(sheet.tiles);
    return bytes;
}

std::string encode(const TileHead& head) {
    std::string bytes;
    ByteWriter out(bytes);
    out.u32le(head.configuration_bytes);
    out.u32le(head.samples);
    out.u64le(static_cast<std::uint64_t>(head.wanted));
    return bytes;
}

std::string encode(const SampleHead& head) {
    std::string bytes;
    ByteWriter out(bytes);
    out.u64le(static_cast<std::uint64_t>(head.shown));
    out.u32le(head.bytes);
    return bytes;
}

Result<Sheet> decode_sheet(ByteView bytes) {
    ByteReader in(bytes);
    const std::uint32_t format = in.u32le();
    const Sheet sheet{.format = static_cast<ImageFormat>(format),
                      .tile_width = in.u32le(),
                      .tile_height = in.u32le(),
                      .columns = in.u32le(),
                      .tiles = in.u32le()};
    if (!in || format > static_cast<std::uint32_t>(ImageFormat::png)) return malformed("sheet");
    if (!is_side(sheet.tile_width) || !is_side(sheet.tile_height)) return malformed("tile size");
    if (sheet.tiles < 1 || sheet.tiles > kMaxTiles || sheet.columns < 1 || sheet.columns > sheet.tiles)
        return malformed("number of tiles");
    if (sheet.columns * sheet.tile_width > kMaxSide || sheet.rows() * sheet.tile_height > kMaxSide)
        return malformed("sheet size");
    return sheet;
}

Result<TileHead> decode_tile_head(ByteView bytes) {
    ByteReader in(bytes);
    const TileHead head{
        .configuration_bytes = in.u32le(), .samples = in.u32le(), .wanted = static_cast<std::int64_t>(in.u64le())};
    if (!in || head.configuration_bytes > kMaxConfigurationBytes || head.samples > kMaxTileSamples)
        return malformed("tile");
    return head;
}

Result<SampleHead> decode_sample_head(ByteView bytes) {
    ByteReader in(bytes);
    const SampleHead head{.shown = static_cast<std::int64_t>(in.u64le()), .bytes = in.u32le()};
    if (!in || head.bytes > kMaxSampleBytes) return malformed("sample");
    return head;
}

}  // namespace spanreel::media::picture
