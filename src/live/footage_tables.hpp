// SPDX-License-Identifier: Apache-2.0
// Where the samples of some footage lie. Tables are read from the segment files, whose cost does not grow with the
// recording, and from its index where that is read anyway. Of one thread; methods block.
#pragma once
#include <optional>

#include "base/error.hpp"
#include "live/playback.hpp"
#include "live/recordings.hpp"
#include "store/media_store.hpp"

namespace spanreel::live {

/// What somebody who asks for a picture is told when a file cannot be read. The log gets the rest.
std::unexpected<Error> unreadable(const Error& error);

class FootageTables {
  public:
    /// All outlive it.
    FootageTables(const Footage& footage, store::MediaStore& media, Recordings& recordings)
        : footage_(footage), media_(media), recordings_(recordings) {}

    /// From here on tables come from the index: for who wants many of them.
    Result<void> read_index();
    /// `unprocessable` when its file is damaged.
    Result<media::mp4::Segment> segment(std::size_t place);
    /// The video's configuration. `not_found` when there was no video.
    Result<media::TrackConfig> video(std::uint32_t init);

  private:
    Result<media::mp4::Init> init(std::uint32_t number);

    const Footage& footage_;
    store::MediaStore& media_;
    Recordings& recordings_;
    std::optional<media::mp4::RecordingIndex> index_;
};

}  // namespace spanreel::live
