// SPDX-License-Identifier: Apache-2.0
// What is playable for a playback or session id, and the playlists and bytes of it. Owned by the wiring; methods
// block, any thread. Names come from strangers: anything but the files of a recording is `not_found`.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"
#include "live/recordings.hpp"
#include "model/asset.hpp"
#include "model/stream.hpp"
#include "model/stream_session.hpp"

namespace spanreel::live {

class StreamSessions;

/// Whether there is something of it to play: of a recording while it grows, of a clip when it is made.
bool plays(const Asset& asset);

/// A session whose recording plays already, with the asset that holds it.
struct PlayableRecording {
    StreamSession session;
    Asset asset;
};

/// A stream by playback id, an asset by playback id, or a recorded session by session id, in that order.
using Playable = std::variant<Stream, Asset, PlayableRecording>;

/// What can be seen of a session or an asset.
struct Footage {
    std::string media_directory;
    std::shared_ptr<const WindowView> view;  ///< with corrected anchors; has segments
    media::mp4::Window shown;                ///< of the media time line: for a clip less than is stored
    media::mp4::MediaTime origin{};          ///< where its seconds count from

    /// The newest configuration has video.
    bool has_video() const;
};

/// A file of a recording that never changes.
struct MediaFile {
    std::string media_directory;
    std::string name;
    std::uint64_t size = 0;
};

class Playback {
  public:
    Playback(store::MetaStore& meta, store::MediaStore& media, StreamSessions& sessions, Recordings& recordings);

    /// Suspended and deleted streams are not there.
    Result<Playable> find(std::string_view id);

    struct Playlist {
        std::string text;
        bool growing = false;  ///< will change: not to be cached
    };
    /// The multivariant playlist of a stream that is live, or of an asset. It names the media playlist
    /// `<session id>/index.m3u8` of a stream and `media.m3u8` of an asset.
    Result<Playlist> multivariant(std::string_view playback_id);
    /// The sliding playlist of one session of a stream; after its end the last window, with the end noted in it.
    Result<Playlist> live_playlist(std::string_view playback_id, std::string_view session_id);
    /// Everything of a recording or clip.
    Result<Playlist> recording_playlist(std::string_view playback_id);

    /// An init or segment of a session of a stream, or of an asset.
    Result<MediaFile> session_file(std::string_view playback_id, std::string_view session_id, std::string_view name);
    Result<MediaFile> asset_file(std::string_view playback_id, std::string_view name);
    /// At most `max` bytes from `offset`.
    Result<std::string> read(const MediaFile& file, std::uint64_t offset, std::size_t max);

    /// Of the running session of a stream, or of an asset.
    Result<Footage> footage(std::string_view playback_id);
    Result<Footage> session_footage(std::string_view playback_id, std::string_view session_id);

    /// Not of a recording that still grows.
    Result<Recordings::Mp4> mp4(std::string_view playback_id);
    Result<std::string> read(const Recordings::Mp4& mp4, std::uint64_t offset, std::size_t max);

  private:
    Result<Asset> playable_asset(std::string_view playback_id);
    /// All that there is to play of an asset.
    Result<std::shared_ptr<const WindowView>> view_of(const Asset& asset);
    Result<WindowView> live_view(const Stream& stream, std::string_view session_id);
    /// Of a session that ended a moment ago; null when its recording was deleted since.
    std::shared_ptr<const LiveWindow> window_of_ended(const StreamSession& session);
    /// A session of a stream that is neither deleted nor suspended.
    Result<StreamSession> shown_session(std::string_view playback_id, std::string_view session_id);
    Result<Footage> footage_of(const LiveWindow& window);
    /// Of a directory that will not change; all of it unless `shown` is given.
    Result<Footage> footage_of(const std::string& media_directory, std::optional<media::mp4::Window> shown,
                               std::string_view id);
    Result<MediaFile> file_in(std::string_view media_directory, std::string_view name);

    store::MetaStore& meta_;
    store::MediaStore& media_;
    StreamSessions& sessions_;
    Recordings& recordings_;
};

}  // namespace spanreel::live
