// SPDX-License-Identifier: Apache-2.0
// What is recorded, finished or still growing: its time line, its MP4, and the conversion between wall clock and media
// time. Owned by the wiring; methods block on files, any thread.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "live/live_window.hpp"
#include "live/shared_cache.hpp"
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

class Recordings {
  public:
    Recordings(store::MetaStore& meta, store::MediaStore& media, const StreamSessions& sessions);

    /// Of a session, open or ended; no segments when nothing of it is kept.
    Result<SessionTimeline> timeline(const StreamSession& session);
    Result<SessionTimeline> timeline(std::string_view session_id);

    /// Its anchors are corrected, as those of `timeline`. `not_found` when the directory has no index. Read anew each
    /// time.
    Result<media::mp4::RecordingIndex> index(std::string_view media_directory);

    /// What an index says to playlists: of an ended session or a clip, whose index will not change any more. Shared.
    Result<std::shared_ptr<const WindowView>> ended(const std::string& media_directory);

    struct Mp4 {
        std::shared_ptr<const media::mp4::VirtualMp4> file;  ///< shared by all who read it
        std::string media_directory;
        std::string etag;  ///< strong and quoted
    };
    /// Of a recording or clip that is ready.
    Result<Mp4> mp4(const Asset& asset);

  private:
    /// For what nobody reads at the moment: a day of video with sound has about 50 MB of MP4 head.
    static constexpr std::size_t kKeptHeadBytes = 128 << 20;
    static constexpr std::size_t kKeptViewBytes = 32 << 20;

    struct TaggedMp4 {
        media::mp4::VirtualMp4 file;
        std::string etag;
    };

    store::MetaStore& meta_;
    store::MediaStore& media_;
    const StreamSessions& sessions_;

    SharedCache<TaggedMp4> mp4s_{kKeptHeadBytes};    ///< by asset id
    SharedCache<WindowView> views_{kKeptViewBytes};  ///< by media directory
};

/// What of its directory an asset shows; nothing for all of it.
std::optional<media::mp4::Window> window_of(const Asset& asset);

}  // namespace spanreel::live
