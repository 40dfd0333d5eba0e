// SPDX-License-Identifier: Apache-2.0
#include "media/picture/sprite.hpp"

#include <algorithm>

namespace spanreel::media::picture {

namespace {

std::uint32_t even(std::uint64_t pixels) {
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(2, pixels / 2 * 2));
}

/// WebVTT 3.3: hours may be left out, here they never are.
std::string timestamp(mp4::MediaTime time) {
    const auto millis = std::chrono::round<std::chrono::milliseconds>(time).count();
    return fmt::format("{:02}:{:02}:{:02}.{:03}", millis / 3'600'000, millis / 60'000 % 60, millis / 1000 % 60,
                       millis % 1000);
}

}  // namespace

Size fit_within(Size size, Size bounds) {
    const std::uint64_t width = std::max(size.width, 1u);
    const std::uint64_t height = std::max(size.height, 1u);
    if (width <= bounds.width && height <= bounds.height) return {even(width), even(height)};
    // Which side meets its bound first.
    if (width * bounds.height >= height * bounds.width)
        return {even(bounds.width), even(height * bounds.width / width)};
    return {even(width * bounds.height / height), even(bounds.height)};
}

SpritePlan plan_sprite(mp4::MediaTime length, Size picture) {
    const mp4::MediaTime shortest = std::max(length / kMaxTiles, kShortestInterval);
    const mp4::MediaTime interval = std::chrono::ceil<std::chrono::seconds>(shortest);
    const std::int64_t tiles = std::clamp<std::int64_t>((length + interval - Nanos(1)) / interval, 1, kMaxTiles);
    const Size tile = fit_within(picture, {kTileSide, kTileSide});
    return {.sheet = {.format = ImageFormat::jpeg,
                      .tile_width = tile.width,
                      .tile_height = tile.height,
                      .columns = std::min(static_cast<std::uint32_t>(tiles), kSpriteColumns),
                      .tiles = static_cast<std::uint32_t>(tiles)},
            .length = length,
            .interval = interval};
}

std::string sprite_track(const SpritePlan& plan, std::string_view image) {
    const Sheet& sheet = plan.sheet;
    std::string track = "WEBVTT\n";
    for (std::uint32_t tile = 0; tile < sheet.tiles; ++tile)
        track += fmt::format("\n{} --> {}\n{}#xywh={},{},{},{}\n", timestamp(plan.start_of(tile)),
                             timestamp(std::min(plan.start_of(tile + 1), plan.length)), image,
                             tile % sheet.columns * sheet.tile_width, tile / sheet.columns * sheet.tile_height,
                             sheet.tile_width, sheet.tile_height);
    return track;
}

}  // namespace spanreel::media::picture
