// SPDX-License-Identifier: Apache-2.0
// The best video and the best audio of a file, or of standard input, as packets on one time line that begins at zero
// and goes on when the file is read again. H.264 and AAC alone, as that is what RTMP carries everywhere.
// One thread; reading waits for the disk.
#pragma once
#include <atomic>
#include <deque>
#include <optional>
#include <string>

#include "push/interleaver.hpp"
#include "push/timeline.hpp"

namespace spanreel::push {

class MediaFile {
  public:
    /// `-` is standard input. `stop`, which outlives this, together with a signal ends a wait for it, and the file with
    /// it. `not_found` and the like for a file that cannot be read, `unsupported` for what is no
    /// media file or has other codecs; the message tells how to convert it.
    static Result<MediaFile> open(std::string name, const std::atomic<bool>& stop);

    /// Null when the file has no such track.
    const AVCodecParameters* parameters(Track track) const;
    /// Zero when the file does not tell.
    Micros length() const { return Micros(input_->duration == AV_NOPTS_VALUE ? 0 : input_->duration); }

    /// In order of decoding, over both tracks; nothing at the end.
    Result<std::optional<Packet>> next();
    /// Begins again; what comes then follows on what came.
    Result<void> rewind();

  private:
    MediaFile(std::string name, const std::atomic<bool>& stop) : name_(std::move(name)), stop_(&stop) {}

    Result<void> open_input();
    Result<void> choose_tracks();
    Result<void> look_ahead();
    void complete_dts();
    Result<std::optional<Packet>> read();
    Result<std::optional<Packet>> next_of_file();
    std::optional<Track> track_of(int stream) const;
    std::string how_to_convert() const;

    std::string name_;
    const std::atomic<bool>* stop_;
    Input input_;
    int streams_[2] = {-1, -1};  ///< by Track
    std::deque<Packet> ahead_;   ///< read to find where the time line begins
    Timeline timeline_;
    std::optional<Interleaver> interleaver_;
};

}  // namespace spanreel::push
