// SPDX-License-Identifier: Apache-2.0
// What players may fetch of an open session. Written by the session's writer after the bytes are in their files, read
// by any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "media/mp4/recording.hpp"

namespace spanreel::live {

/// A copy of the window at one moment.
struct WindowView {
    std::vector<media::mp4::SegmentInfo> segments;  ///< consecutive
    std::optional<media::mp4::Init> init;           ///< the newest
    std::uint64_t discontinuity_sequence = 0;       ///< of the segments before, and of segments.front()
    std::chrono::seconds target_duration{1};
    double frame_rate = 0;  ///< of the newest segment; 0: no video
    bool ended = false;     ///< nothing will be added
};

/// The newest segments of a view, which fill `length`.
WindowView last_of(const WindowView& view, std::chrono::seconds length);

class LiveWindow {
  public:
    LiveWindow(std::string session_id, std::string media_directory, std::chrono::seconds dvr_window);

    const std::string& session_id() const { return session_id_; }
    const std::string& media_directory() const { return media_directory_; }

    /// The newest segments that fill the DVR window.
    WindowView live() const;
    /// All that is kept: the whole session when it is recorded.
    WindowView whole() const;

    // For the writer:
    /// Goes on where segments with that many discontinuities were forgotten already.
    void resume(std::uint64_t forgotten_discontinuities);
    void add(const media::mp4::Init& init);
    void add(const media::mp4::Segment& segment, std::chrono::seconds target_duration);
    /// Forgets segments before the DVR window and gives their numbers.
    std::vector<std::uint64_t> forget_old();
    /// The session has ended: what is in the window stays.
    void end();

  private:
    WindowView view_from(std::size_t first) const;

    const std::string session_id_;
    const std::string media_directory_;
    const std::chrono::seconds dvr_window_;
    mutable std::mutex mutex_;
    std::vector<media::mp4::SegmentInfo> segments_;
    std::optional<media::mp4::Init> init_;
    std::uint64_t forgotten_discontinuities_ = 0;
    std::chrono::seconds target_duration_{1};
    double frame_rate_ = 0;
    bool ended_ = false;
};

}  // namespace spanreel::live
