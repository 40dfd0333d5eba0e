// SPDX-License-Identifier: Apache-2.0
// A playable file: the recording of a stream session, or a clip of one (contract, livepeer 2.3). Times of the clock
// are Unix milliseconds; media times are ticks of kMediaTicksPerSecond.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "model/names.hpp"
#include "model/stream_session.hpp"

namespace spanreel {

enum class AssetPhase : std::uint8_t { uploading, waiting, processing, ready, failed, deleting, deleted };
template <>
inline constexpr std::array<std::string_view, 7> kNames<AssetPhase>{"uploading", "waiting",  "processing", "ready",
                                                                    "failed",    "deleting", "deleted"};

enum class AssetSource : std::uint8_t { recording, clip };
template <>
inline constexpr std::array<std::string_view, 2> kNames<AssetSource>{"recording", "clip"};

struct Asset {
    std::string id;         ///< UUID; a recording has its session's
    std::string workspace;  ///< Workspace::id
    std::string project;
    std::string playback_id;  ///< unique over streams and assets
    std::string name;
    std::string created_by;  ///< name of the key that made it; may be empty
    std::optional<std::string> creator_id;

    AssetPhase phase = AssetPhase::waiting;
    std::optional<double> progress;  ///< 0 to 1, while processing
    std::string error_message;       ///< when failed

    AssetSource source = AssetSource::recording;
    std::string source_session_id;
    std::string source_playback_id;  ///< of the stream that was clipped; empty for a recording
    std::string source_asset_id;     ///< the recording that was clipped; empty for a recording

    std::string media_directory;    ///< name in MediaStore
    std::int64_t window_start = 0;  ///< ticks: the first moment shown of what the directory holds
    std::int64_t window_end = 0;    ///< ticks: the first moment no longer shown
    std::int64_t size = 0;          ///< bytes of the MP4 download; 0 until ready
    double duration = 0;            ///< seconds
    double bitrate = 0;             ///< bits per second over all tracks
    std::string tracks;             ///< JSON array of track descriptions; empty until known
    std::string hash;               ///< JSON array of `{hash, algorithm}`; empty: not computed

    UnixMillis created_at{};
    UnixMillis updated_at{};  ///< of the phase
    std::optional<UnixMillis> deleted_at;
    bool deleted = false;

    std::int64_t version = 0;  ///< counts writes; see MetaStore::update

    bool operator==(const Asset&) const = default;
};

}  // namespace spanreel
