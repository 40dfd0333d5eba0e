// SPDX-License-Identifier: Apache-2.0
// What is recorded, finished or still growing: its time line, its MP4, and the conversion between wall clock and media
// time. Owned by the wiring; methods block on files, any thread.
#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "media/mp4/anchor.hpp"
#include "media/mp4/recording.hpp"
#include "media/mp4/recording_index.hpp"
#include "media/mp4/virtual_mp4.hpp"
#include "model/asset.hpp"
#include "model/stream_session.hpp"
#include "store/media_store.hpp"
#include "store/meta_store.hpp"

namespace spanreel::live {

class StreamSessions;

/// Segments of a stream session with their anchors.
struct SessionTimeline {
    std::vector<media::mp4::SegmentInfo> segments;  ///< consecutive
    bool complete = false;                          ///< nothing will be added

    media::mp4::MediaTime end() const { return segments.empty() ? media::mp4::MediaTime{} : segments.back().end(); }
    media::mp4::TimelinePosition media_time_at(Time wall) const;
    Time wall_time_at(media::mp4::MediaTime media) const;
};

/// The index of a media directory at one moment.
using SharedIndex = std::shared_ptr<const media::mp4::RecordingIndex>;

class Recordings {
  public:
    Recordings(store::MetaStore& meta, store::MediaStore& media, const StreamSessions& sessions);

    /// Of a session, open or ended; no segments when nothing of it is kept.
    Result<SessionTimeline> timeline(const StreamSession& session);
    Result<SessionTimeline> timeline(std::string_view session_id);

    /// Its anchors are corrected, as those of `timeline`. `not_found` when the directory has no index. Read anew each
    /// time.
    Result<media::mp4::RecordingIndex> index(std::string_view media_directory);

    struct Mp4 {
        std::shared_ptr<const media::mp4::VirtualMp4> file;
        std::string media_directory;
        std::string etag;  ///< strong and quoted
    };
    /// Of a recording or clip. The last few of those that will not change are kept in memory.
    Result<Mp4> mp4(const Asset& asset);

  private:
    static constexpr std::size_t kKeptFiles = 32;

    store::MetaStore& meta_;
    store::MediaStore& media_;
    const StreamSessions& sessions_;

    std::mutex mutex_;
    std::list<std::pair<std::string, Mp4>> kept_;  ///< by asset id, the last used first
};

/// What of its directory an asset shows; nothing for all of it.
std::optional<media::mp4::Window> window_of(const Asset& asset);

}  // namespace spanreel::live
