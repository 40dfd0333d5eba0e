// SPDX-License-Identifier: Apache-2.0
// What streams, sessions, assets and tasks share: renditions, who may watch, whose it is.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <variant>

#include "spanreel/livepeer/answer.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

enum class H264Profile { baseline, main, high, constrained_high };
constexpr auto enum_words(H264Profile) {
    return std::to_array<std::string_view>({"H264Baseline", "H264Main", "H264High", "H264ConstrainedHigh"});
}

enum class Encoder { h264, hevc, vp8, vp9 };
constexpr auto enum_words(Encoder) { return std::to_array<std::string_view>({"H.264", "HEVC", "VP8", "VP9"}); }

/// A rendition of a live stream.
struct FfmpegProfile {
    std::int64_t width = 0;  ///< pixels
    std::string name;
    std::int64_t height = 0;   ///< pixels
    std::int64_t bitrate = 0;  ///< bits a second
    std::int64_t fps = 0;      ///< frames in fps_den seconds; 0: as the source
    std::optional<std::int64_t> fps_den{};
    std::optional<std::int64_t> quality{};  ///< constant rate factor, 0 to 44
    std::optional<std::string> gop{};       ///< seconds, or "intra"
    std::optional<sdk::OpenEnum<H264Profile>> profile{};
    std::optional<sdk::OpenEnum<Encoder>> encoder{};  ///< H.264
};

/// A rendition of a recording or an asset; units as above.
struct TranscodeProfile {
    std::optional<std::int64_t> width{};
    std::optional<std::string> name{};
    std::optional<std::int64_t> height{};
    std::int64_t bitrate = 0;
    std::optional<std::int64_t> quality{};
    std::optional<std::int64_t> fps{};
    std::optional<std::int64_t> fps_den{};
    std::optional<std::string> gop{};
    std::optional<sdk::OpenEnum<H264Profile>> profile{};
    std::optional<sdk::OpenEnum<Encoder>> encoder{};
};

/// Only for what is recorded. Profiles absent or null: chosen by the server. The source is kept in any case.
struct RecordingSpec {
    std::optional<sdk::Nullable<std::vector<TranscodeProfile>>> profiles{};
};

enum class PlaybackPolicyType { public_, jwt, webhook };
constexpr auto enum_words(PlaybackPolicyType) { return std::to_array<std::string_view>({"public", "jwt", "webhook"}); }

struct PlaybackPolicy {
    sdk::OpenEnum<PlaybackPolicyType> type;
    std::optional<std::string> webhook_id{};
    std::optional<std::map<std::string, sdk::JsonText>> webhook_context{};
    std::optional<double> refresh_interval{};  ///< seconds
    std::optional<std::vector<std::string>> allowed_origins{};
};

enum class CreatorIdType { unverified };
constexpr auto enum_words(CreatorIdType) { return std::to_array<std::string_view>({"unverified"}); }

struct CreatorId {
    sdk::OpenEnum<CreatorIdType> type = CreatorIdType::unverified;
    std::string value;
};
/// A text means an unverified id.
using InputCreatorId = std::variant<std::string, CreatorId>;

enum class StoragePhase { waiting, processing, ready, failed, reverted };
constexpr auto enum_words(StoragePhase) {
    return std::to_array<std::string_view>({"waiting", "processing", "ready", "failed", "reverted"});
}

/// Ids of the tasks of a storage.
struct StorageTasks {
    std::optional<std::string> pending, last, failed;
};

struct StorageStatus {
    sdk::OpenEnum<StoragePhase> phase;
    std::optional<double> progress;  ///< 0 to 1
    std::optional<std::string> error_message;
    StorageTasks tasks;
};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
