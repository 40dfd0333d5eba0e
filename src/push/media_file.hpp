// SPDX-License-Identifier: Apache-2.0
// The best video and the best audio of a file, or of standard input, as packets on one time line that begins at zero
// and goes on when the file is read again. H.264 and AAC alone, as that is what RTMP carries everywhere.
// One thread; reading waits for the disk.
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "push/libav.hpp"

namespace spanreel::push {

using Micros = std::chrono::microseconds;

enum class Track : std::uint8_t { video, audio };

/// `data` has its times in microseconds of the time line.
struct Packet {
    Track track = Track::video;
    PacketPtr data;
    Micros dts() const { return Micros(data->dts); }
    bool begins_group() const { return track == Track::video && (data->flags & AV_PKT_FLAG_KEY) != 0; }
};

class MediaFile {
  public:
    /// `-` is standard input. `not_found` and the like for a file that cannot be read, `unsupported` for what is no
    /// media file or has other codecs; the message tells how to convert it.
    static Result<MediaFile> open(std::string name);

    /// Null when the file has no such track.
    const AVCodecParameters* parameters(Track track) const;
    /// Zero when the file does not tell.
    Micros length() const { return Micros(input_->duration == AV_NOPTS_VALUE ? 0 : input_->duration); }

    /// Nothing at the end.
    Result<std::optional<Packet>> next();
    /// Begins again; what comes then follows on what came.
    Result<void> rewind();

  private:
    explicit MediaFile(std::string name) : name_(std::move(name)) {}

    Result<void> open_input();
    Result<void> choose_tracks();
    Result<void> look_ahead();
    void complete_dts();
    Result<std::optional<Packet>> read();
    std::optional<Track> track_of(int stream) const;
    std::string how_to_convert() const;

    std::string name_;
    Input input_;
    int streams_[2] = {-1, -1};          ///< by Track
    std::deque<Packet> ahead_;           ///< read to find where the time line begins
    std::optional<Micros> first_;        ///< the file's time at zero of the time line
    std::optional<Micros> begin_;        ///< when something is shown first, on the time line
    Micros offset_{};                    ///< of this reading on the time line
    std::int64_t last_dts_[2] = {0, 0};  ///< by Track
    Micros end_{};                       ///< of all that came
};

}  // namespace spanreel::push
