// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/media_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "media/codec/aac.hpp"
#include "media/codec/avc.hpp"

namespace spanreel::media::rtmp {
namespace {

constexpr unsigned kAvcCodecId = 7;
constexpr unsigned kAacSoundFormat = 10;
constexpr unsigned kEnhancedSoundFormat = 9;
constexpr unsigned kKeyFrame = 1;
constexpr unsigned kVideoCommand = 5;  ///< a frame type without a frame

/// AVCPacketType and AACPacketType.
constexpr std::uint8_t kSequenceHeader = 0;
constexpr std::uint8_t kCodedFrame = 1;

/// Packet types of Enhanced RTMP, those of audio and video.
constexpr unsigned kSequenceStart = 0;
constexpr unsigned kCodedFrames = 1;
constexpr unsigned kCodedFramesX = 3;  ///< video without composition offset
constexpr unsigned kMultitrack = 6;
constexpr unsigned kMultitrackAudio = 5;
constexpr unsigned kModifiers = 7;

std::unexpected<Error> refuse_video(std::string_view codec) {
    return fail(Code::unsupported, fmt::format("video codec {} is not supported: publish H.264", codec));
}
std::unexpected<Error> refuse_audio(std::string_view codec) {
    return fail(Code::unsupported, fmt::format("audio codec {} is not supported: publish AAC", codec));
}

/// The name people know, or the letters (what is not a letter becomes '?').
std::string codec_of_fourcc(std::string_view fourcc) {
    struct Known {
        std::string_view fourcc, name;
    };
    constexpr Known kKnown[] = {{"hvc1", "hevc"}, {"vvc1", "vvc"},  {"av01", "av1"}, {"vp08", "vp8"}, {"vp09", "vp9"},
                                {"Opus", "opus"}, {"fLaC", "flac"}, {".mp3", "mp3"}, {"ac-3", "ac3"}, {"ec-3", "eac3"}};
    const auto* found = std::ranges::find(kKnown, fourcc, &Known::fourcc);
    if (found != std::end(kKnown)) return std::string(found->name);
    std::string out(fourcc);
    std::ranges::replace_if(out, [](char c) { return c <= ' ' || c > '~'; }, '?');
    return out;
}

std::string_view codec_of_video_id(unsigned id) {
    constexpr std::string_view kNames[] = {
        "0",  "jpeg", "h263", "screen video", "vp6", "vp6 with alpha", "screen video 2", "h264", "8", "9", "10",
        "11", "hevc", "av1",  "14",           "15"};
    return kNames[id & 15U];
}

std::string_view codec_of_sound_format(unsigned format) {
    constexpr std::string_view kNames[] = {
        "pcm",         "adpcm", "mp3", "pcm",   "nellymoser", "nellymoser", "nellymoser", "g711 a-law",
        "g711 mu-law", "9",     "aac", "speex", "12",         "opus",       "mp3",        "device specific"};
    return kNames[format & 15U];
}

/// SI24, big endian.
std::int32_t signed24(const std::uint8_t* bytes) {
    const std::uint32_t value =
        std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8;
    return static_cast<std::int32_t>(value) >> 8;
}

}  // namespace

Result<void> MediaReader::read(Message& message, std::vector<Event>& events) {
    if (message.type == MessageType::aggregate) return read_aggregate(message, events);
    if (message.size() == 0) {
        ++statistics_.empty_frames;
        return {};
    }
    return message.type == MessageType::video ? read_video(message, events) : read_audio(message, events);
}

Result<void> MediaReader::read_video(Message& message, std::vector<Event>& events) {
    if ((message.head[0] & 0x80U) != 0) return read_enhanced_video(message, events);
    const unsigned frame_type = message.head[0] >> 4;
    const unsigned codec = message.head[0] & 0x0FU;
    if (frame_type == kVideoCommand) return {};
    if (codec != kAvcCodecId) return refuse_video(codec_of_video_id(codec));
    if (message.head_size < 5) {
        ++statistics_.damaged_frames;
        return {};
    }
    if (message.head[1] == kSequenceHeader) return configure_video(as_bytes(message.body), events);
    if (message.head[1] == kCodedFrame) {
        add_video_frame(message.timestamp, signed24(&message.head[2]), frame_type == kKeyFrame, message.body, events);
    }
    return {};  // else the end of the sequence, which needs no answer
}

Result<void> MediaReader::read_enhanced_video(Message& message, std::vector<Event>& events) {
    const unsigned frame_type = message.head[0] >> 4 & 7U;
    const unsigned packet_type = message.head[0] & 0x0FU;
    if (frame_type == kVideoCommand) return {};
    if (packet_type == kMultitrack || packet_type == kModifiers) {
        return fail(Code::unsupported,
                    "multitrack or modified video packets are not supported: publish one H.264 track");
    }
    if (message.head_size < 5) {
        ++statistics_.damaged_frames;
        return {};
    }
    const std::string_view fourcc = as_text(message.head).substr(1);
    if (fourcc != "avc1") return refuse_video(codec_of_fourcc(fourcc));
    const bool key = frame_type == kKeyFrame;
    if (packet_type == kSequenceStart) return configure_video(as_bytes(message.body), events);
    if (packet_type == kCodedFramesX) {
        add_video_frame(message.timestamp, 0, key, message.body, events);
    } else if (packet_type == kCodedFrames && message.body.size() < 3) {
        ++statistics_.damaged_frames;
    } else if (packet_type == kCodedFrames) {
        const std::int32_t composition_offset = signed24(as_bytes(message.body).data());
        message.body.erase(0, 3);
        add_video_frame(message.timestamp, composition_offset, key, message.body, events);
    }
    return {};
}

Result<void> MediaReader::read_audio(Message& message, std::vector<Event>& events) {
    const unsigned format = message.head[0] >> 4;
    if (format == kEnhancedSoundFormat) return read_enhanced_audio(message, events);
    if (format != kAacSoundFormat) return refuse_audio(codec_of_sound_format(format));
    if (message.head_size < 2) {
        ++statistics_.damaged_frames;
        return {};
    }
    if (message.head[1] == kSequenceHeader) return configure_audio(as_bytes(message.body), events);
    if (message.head[1] == kCodedFrame) add_audio_frame(message.timestamp, message.body, events);
    return {};
}

Result<void> MediaReader::read_enhanced_audio(Message& message, std::vector<Event>& events) {
    const unsigned packet_type = message.head[0] & 0x0FU;
    if (packet_type == kMultitrackAudio || packet_type == kModifiers) {
        return fail(Code::unsupported, "multitrack or modified audio packets are not supported: publish one AAC track");
    }
    if (message.head_size < 2 || message.body.size() < 3) {
        ++statistics_.damaged_frames;
        return {};
    }
    const std::string fourcc = static_cast<char>(message.head[1]) + message.body.substr(0, 3);
    if (fourcc != "mp4a") return refuse_audio(codec_of_fourcc(fourcc));
    message.body.erase(0, 3);
    if (packet_type == kSequenceStart) return configure_audio(as_bytes(message.body), events);
    if (packet_type == kCodedFrames) add_audio_frame(message.timestamp, message.body, events);
    return {};
}

Result<void> MediaReader::read_aggregate(const Message& message, std::vector<Event>& events) {
    // Tags with an 11-byte header each and a back pointer of 4 bytes after it. Their times count from the first one's,
    // which stands for the message's time.
    ByteReader reader(as_bytes(message.body));
    std::optional<std::uint32_t> first;
    while (!reader.empty()) {
        Message part;
        part.type = MessageType{reader.u8()};
        const std::uint32_t size = reader.u24be();
        std::uint32_t timestamp = reader.u24be();
        timestamp |= std::uint32_t{reader.u8()} << 24;
        reader.skip(3);
        const ByteView body = reader.take(size);
        if (!reader) {
            ++statistics_.damaged_frames;
            return {};
        }
        if (reader.left() > 0) reader.skip(4);
        if (!first) first = timestamp;
        if (body.empty() || (part.type != MessageType::audio && part.type != MessageType::video)) continue;
        part.timestamp = message.timestamp + (timestamp - *first);
        part.head_size = static_cast<std::uint8_t>(std::min(media_head_size(part.type), body.size()));
        std::copy_n(body.begin(), part.head_size, part.head.begin());
        part.body = as_text(body.subspan(part.head_size));
        SPANREEL_CHECK(read(part, events));
    }
    return {};
}

Result<void> MediaReader::configure_video(ByteView record, std::vector<Event>& events) {
    if (record.empty()) {
        ++statistics_.empty_frames;
        return {};
    }
    if (video_ && video_->record == as_text(record)) return {};
    SPANREEL_TRY(TrackConfig config, parse_avc_configuration(record));
    SPANREEL_TRY(const AvcConfiguration details, read_avc_configuration(record));
    video_ = VideoTrack{.record = std::string(as_text(record)), .nal_length_size = details.nal_length_size};
    events.emplace_back(TrackConfigured{std::move(config)});
    return {};
}

Result<void> MediaReader::configure_audio(ByteView bytes, std::vector<Event>& events) {
    if (bytes.empty()) {
        ++statistics_.empty_frames;
        return {};
    }
    if (audio_ && audio_->config == as_text(bytes)) return {};
    SPANREEL_TRY(TrackConfig config, parse_aac_configuration(bytes));
    SPANREEL_TRY(const AacConfiguration details, read_aac_configuration(bytes));
    audio_ = AudioTrack{.config = std::string(as_text(bytes)),
                        .clock = AudioClock(details.sample_rate, details.samples_per_frame)};
    events.emplace_back(TrackConfigured{std::move(config)});
    return {};
}

void MediaReader::add_video_frame(std::uint32_t timestamp, std::int32_t composition_offset, bool key,
                                  std::string& frame, std::vector<Event>& events) {
    if (!video_) {
        ++statistics_.early_frames;
        return;
    }
    if (!to_four_byte_lengths(frame, video_->nal_length_size)) {
        ++statistics_.damaged_frames;
        return;
    }
    if (frame.empty()) {
        ++statistics_.empty_frames;
        return;
    }
    Packet packet;
    packet.kind = TrackKind::video;
    packet.dts = video_clock_.advance(timestamps_.unwrap(timestamp));
    packet.pts = packet.dts + std::int64_t{composition_offset} * (kVideoTimescale / 1000);
    packet.key = key;
    packet.payload = std::move(frame);
    events.emplace_back(MediaPacket{std::move(packet)});
    ++statistics_.video_packets;
}

void MediaReader::add_audio_frame(std::uint32_t timestamp, std::string& frame, std::vector<Event>& events) {
    if (frame.empty()) {
        ++statistics_.empty_frames;
        return;
    }
    if (!audio_) {
        ++statistics_.early_frames;
        return;
    }
    Packet packet;
    packet.kind = TrackKind::audio;
    packet.dts = audio_->clock.advance(timestamps_.unwrap(timestamp));
    packet.pts = packet.dts;
    packet.key = true;
    packet.payload = std::move(frame);
    events.emplace_back(MediaPacket{std::move(packet)});
    ++statistics_.audio_packets;
}

}  // namespace spanreel::media::rtmp
