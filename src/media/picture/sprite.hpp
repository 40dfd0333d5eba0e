// SPDX-License-Identifier: Apache-2.0
// A sheet of small pictures of a whole recording, and the WebVTT track that tells players where on it each moment is
// (media fragments, `#xywh=`). The plan follows from the length and the size of the picture alone, so the track can be
// told before the sheet is made. Pure functions.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "media/mp4/media_time.hpp"
#include "media/picture/picture_job.hpp"

namespace spanreel::media::picture {

struct Size {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    bool operator==(const Size&) const = default;
};

/// The largest even size of the same shape within `bounds`, never larger than `size` itself.
Size fit_within(Size size, Size bounds);

inline constexpr std::uint32_t kTileSide = 160;  ///< the longer one, pixels
inline constexpr std::uint32_t kSpriteColumns = 10;
inline constexpr mp4::MediaTime kShortestInterval = std::chrono::seconds(1);

struct SpritePlan {
    Sheet sheet;
    mp4::MediaTime length{};    ///< of the recording
    mp4::MediaTime interval{};  ///< tile n stands for what follows n intervals after the beginning

    mp4::MediaTime start_of(std::uint32_t tile) const { return interval * tile; }
};

/// At most kMaxTiles tiles, a whole number of seconds apart.
SpritePlan plan_sprite(mp4::MediaTime length, Size picture);

/// `image` is the address of the sheet, relative to the track's.
std::string sprite_track(const SpritePlan& plan, std::string_view image);

}  // namespace spanreel::media::picture
