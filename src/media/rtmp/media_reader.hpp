// SPDX-License-Identifier: Apache-2.0
// Audio and video messages to tracks and packets. The bodies are FLV tags (Adobe FLV 10.1, E.4.2 and E.4.3), or
// Enhanced RTMP v2 tags with the FourCCs avc1 and mp4a. Owned by one session.
#pragma once
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "media/rtmp/clock.hpp"
#include "media/rtmp/events.hpp"
#include "media/rtmp/message.hpp"

namespace spanreel::media::rtmp {

class MediaReader {
  public:
    explicit MediaReader(Statistics& statistics) : statistics_(statistics) {}

    /// Reads an audio, video or aggregate message; its body may be moved away. `unsupported` names a codec other
    /// than H.264 and AAC, `invalid` a broken configuration; a broken frame is dropped and counted.
    Result<void> read(Message& message, std::vector<Event>& events);

  private:
    Result<void> read_video(Message& message, std::vector<Event>& events);
    Result<void> read_enhanced_video(Message& message, std::vector<Event>& events);
    Result<void> read_audio(Message& message, std::vector<Event>& events);
    Result<void> read_enhanced_audio(Message& message, std::vector<Event>& events);
    Result<void> read_aggregate(const Message& message, std::vector<Event>& events);

    Result<void> configure_video(ByteView record, std::vector<Event>& events);
    Result<void> configure_audio(ByteView config, std::vector<Event>& events);
    /// `composition_offset` in milliseconds; `frame` is moved into the packet.
    void add_video_frame(std::uint32_t timestamp, std::int32_t composition_offset, bool key, std::string& frame,
                         std::vector<Event>& events);
    void add_audio_frame(std::uint32_t timestamp, std::string& frame, std::vector<Event>& events);

    struct VideoTrack {
        std::string record;  ///< as the publisher sent it
        unsigned nal_length_size = 4;
    };
    struct AudioTrack {
        std::string config;
        AudioClock clock;
    };

    Statistics& statistics_;
    TimestampUnwrapper timestamps_;  ///< audio and video share the publisher's clock
    VideoClock video_clock_;
    std::optional<VideoTrack> video_;
    std::optional<AudioTrack> audio_;
};

}  // namespace spanreel::media::rtmp
