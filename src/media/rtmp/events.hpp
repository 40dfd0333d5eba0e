// SPDX-License-Identifier: Apache-2.0
// What an RTMP session tells its owner. Plain data.
#pragma once
#include <cstdint>
#include <string>
#include <variant>

#include "media/packet.hpp"

namespace spanreel::media::rtmp {

/// Someone wants to publish. The session waits for accept_publish or reject_publish.
/// rtmp://host/live/abcd?token=x gives app `live`, stream_key `abcd`, query `token=x`.
struct PublishRequested {
    std::string app;         ///< without slashes at its ends; may have some inside
    std::string stream_key;  ///< never empty. A secret: not for logs
    std::string query;       ///< what followed `?`, as it came
};

/// A track's configuration came, or changed.
struct TrackConfigured {
    TrackConfig config;
};

/// One access unit; its track was configured before.
struct MediaPacket {
    Packet packet;
};

/// The publisher said goodbye. It may publish again on the same connection.
struct PublishEnded {};

using Event = std::variant<PublishRequested, TrackConfigured, MediaPacket, PublishEnded>;

/// Counters of one session since it began.
struct Statistics {
    std::uint64_t bytes_in = 0;
    std::uint64_t messages = 0;
    std::uint64_t video_packets = 0;
    std::uint64_t audio_packets = 0;
    std::uint64_t damaged_frames = 0;  ///< dropped: NAL unit lengths do not add up, or a header is cut short
    std::uint64_t early_frames = 0;    ///< dropped: before the track's configuration
    std::uint64_t empty_frames = 0;    ///< dropped: nothing in them
    bool operator==(const Statistics&) const = default;
};

}  // namespace spanreel::media::rtmp
