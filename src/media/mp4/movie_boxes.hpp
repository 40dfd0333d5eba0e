// SPDX-License-Identifier: Apache-2.0
// The boxes that the moov of an fMP4 init and of a progressive MP4 share (ISO 14496-12 8.2 to 8.5, 14496-14, -15).
// They are written once, here, so that live HLS, downloads and clips describe a track in the same bytes.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "media/mp4/box_writer.hpp"
#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

/// Ticks per second of movie headers and edit durations: exact for video, and finer than half a sample of 44.1 and
/// 48 kHz sound.
inline constexpr std::uint32_t kMovieTimescale = kVideoTimescale;

/// One entry of an edit list (ISO 14496-12 8.6.6); media_time -1 shows nothing for its duration.
struct Edit {
    std::uint64_t duration = 0;  ///< in kMovieTimescale
    std::int64_t media_time = 0;
};

struct MovieTrack {
    std::span<const TrackConfig> configs;  ///< one sample description each; the first names kind, timescale and size
    std::uint64_t movie_duration = 0;      ///< in kMovieTimescale
    std::uint64_t media_duration = 0;      ///< in the track's timescale
    std::vector<Edit> edits;
};

void write_movie_header(BoxWriter& out, std::uint64_t duration);
/// A whole trak; `sample_tables` writes what follows stsd in stbl.
void write_track(BoxWriter& out, const MovieTrack& track, const std::function<void()>& sample_tables);

}  // namespace spanreel::media::mp4
