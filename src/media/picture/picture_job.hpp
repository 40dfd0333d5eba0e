// SPDX-License-Identifier: Apache-2.0
// What the worker process is told: a sheet of tiles, each a coded picture with what must be decoded before it. A
// picture alone is a sheet of one tile. Written by the server piece by piece, read by the worker of the same build:
// a private form without version. Both sides hold it to the limits below, as what is in it came from a stranger.
//
//     sheet     u32 format, u32 tile width, u32 tile height, u32 columns, u32 tiles
//     per tile  u32 configuration length, u32 samples, i64 wanted, then the configuration
//     a sample  i64 shown, u32 length, then its bytes                    (all little endian)
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spanreel::media::picture {

enum class ImageFormat : std::uint8_t { jpeg, png };

inline constexpr std::uint32_t kMaxSide = 8192;  ///< pixels, of what is decoded and of what is made
inline constexpr std::uint32_t kMaxTiles = 100;
inline constexpr std::uint32_t kMaxConfigurationBytes = 64 << 10;
inline constexpr std::uint32_t kMaxSampleBytes = 16 << 20;
/// Samples decoded for one tile: half a minute of 60 pictures a second without a key frame.
inline constexpr std::uint32_t kMaxTileSamples = 1800;

struct Sheet {
    ImageFormat format = ImageFormat::jpeg;
    std::uint32_t tile_width = 0;  ///< even, as the height: colours are stored for two pixels at a time
    std::uint32_t tile_height = 0;
    std::uint32_t columns = 1;
    std::uint32_t tiles = 1;

    std::uint32_t rows() const { return (tiles + columns - 1) / columns; }
    bool operator==(const Sheet&) const = default;
};

struct TileHead {
    std::uint32_t configuration_bytes = 0;
    std::uint32_t samples = 0;
    std::int64_t wanted = 0;  ///< `shown` of the sample whose picture the tile shows
    bool operator==(const TileHead&) const = default;
};

struct SampleHead {
    std::int64_t shown = 0;  ///< ticks
    std::uint32_t bytes = 0;
    bool operator==(const SampleHead&) const = default;
};

inline constexpr std::size_t kSheetBytes = 20;
inline constexpr std::size_t kTileHeadBytes = 16;
inline constexpr std::size_t kSampleHeadBytes = 12;

std::string encode(const Sheet& sheet);
std::string encode(const TileHead& head);
std::string encode(const SampleHead& head);

/// `invalid` when cut short or beyond a limit.
Result<Sheet> decode_sheet(ByteView bytes);
Result<TileHead> decode_tile_head(ByteView bytes);
Result<SampleHead> decode_sample_head(ByteView bytes);

/// What the worker ends with; its output is the image only with `done`.
enum class WorkerStatus : int { done = 0, malformed_job = 10, undecodable = 11, too_large = 12, failed = 13 };

}  // namespace spanreel::media::picture
