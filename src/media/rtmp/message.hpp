// SPDX-License-Identifier: Apache-2.0
// One RTMP message (Adobe RTMP 1.0, section 6.1) after its chunks were joined. Plain data.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace spanreel::media::rtmp {

enum class MessageType : std::uint8_t {
    set_chunk_size = 1,
    abort = 2,
    acknowledgement = 3,
    user_control = 4,
    window_acknowledgement_size = 5,
    set_peer_bandwidth = 6,
    audio = 8,
    video = 9,
    data_amf3 = 15,
    command_amf3 = 17,
    data_amf0 = 18,
    command_amf0 = 20,
    aggregate = 22,
};

/// Bytes in front of the coded frame in a message of that type: they are kept apart so that the frame, which is the
/// rest of the body, becomes a packet's payload without being moved.
constexpr std::size_t media_head_size(MessageType type) {
    if (type == MessageType::video) return 5;
    return type == MessageType::audio ? 2 : 0;
}

struct Message {
    MessageType type{};
    std::uint32_t timestamp = 0;  ///< milliseconds, wraps after 49.7 days
    std::uint32_t stream_id = 0;
    std::array<std::uint8_t, 5> head{};
    std::uint8_t head_size = 0;  ///< media_head_size(type), or less in a shorter message
    std::string body;            ///< what follows the head

    std::size_t size() const { return head_size + body.size(); }
};

}  // namespace spanreel::media::rtmp
