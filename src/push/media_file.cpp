// SPDX-License-Identifier: Apache-2.0
#include "push/media_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace spanreel::push {

namespace {

constexpr AVRational kMicros{1, 1'000'000};
/// Packets read before one of each track must have come.
constexpr std::size_t kMostAhead = 1000;

Code code_of(int error) {
    if (error == AVERROR(ENOENT)) return Code::not_found;
    if (error == AVERROR(EACCES) || error == AVERROR(EISDIR)) return Code::invalid;
    return Code::unsupported;
}

AVCodecID codec_for(Track track) { return track == Track::video ? AV_CODEC_ID_H264 : AV_CODEC_ID_AAC; }

}  // namespace

Result<MediaFile> MediaFile::open(std::string name) {
    MediaFile file(std::move(name));
    SPANREEL_CHECK(file.open_input());
    SPANREEL_CHECK(file.choose_tracks());
    SPANREEL_CHECK(file.look_ahead());
    return file;
}

Result<void> MediaFile::open_input() {
    av_log_set_level(AV_LOG_QUIET);
    AVFormatContext* opened = nullptr;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "protocol_whitelist", "file,pipe", 0);  // a playlist in a file reaches no network
    const std::string url = name_ == "-" ? "pipe:0" : "file:" + name_;
    const int error = avformat_open_input(&opened, url.c_str(), nullptr, &options);
    av_dict_free(&options);
    if (error < 0) {
        if (code_of(error) != Code::unsupported)
            return fail(code_of(error), fmt::format("{}: {}", name_, libav_message(error)));
        return fail(Code::unsupported,
                    fmt::format("{} is not a media file that can be read: {}", name_, libav_message(error)));
    }
    input_.reset(opened);
    if (const int unknown = avformat_find_stream_info(input_.get(), nullptr); unknown < 0)
        return fail(Code::unsupported, fmt::format("{}: {}", name_, libav_message(unknown)));
    return {};
}

Result<void> MediaFile::choose_tracks() {
    AVFormatContext* input = input_.get();
    const int video = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    const bool picture = video >= 0 && (input->streams[video]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    streams_[0] = picture ? -1 : video;
    streams_[1] = av_find_best_stream(input, AVMEDIA_TYPE_AUDIO, -1, streams_[0], nullptr, 0);
    if (streams_[0] < 0 && streams_[1] < 0)
        return fail(Code::unsupported, fmt::format("{} has neither video nor audio", name_));
    for (const Track track : {Track::video, Track::audio}) {
        const AVCodecParameters* found = parameters(track);
        if (!found || found->codec_id == codec_for(track)) continue;
        return fail(Code::unsupported,
                    fmt::format("{} has {} {}, and RTMP carries H.264 and AAC. Convert it first:\n  {}", name_,
                                avcodec_get_name(found->codec_id), track == Track::video ? "video" : "audio",
                                how_to_convert()));
    }
    for (unsigned i = 0; i < input->nb_streams; ++i)
        if (!track_of(static_cast<int>(i))) input->streams[i]->discard = AVDISCARD_ALL;
    return {};
}

std::string MediaFile::how_to_convert() const {
    const auto encoder = [this](Track track, std::string_view otherwise) {
        const AVCodecParameters* found = parameters(track);
        return found && found->codec_id == codec_for(track) ? std::string_view("copy") : otherwise;
    };
    std::string command = fmt::format("ffmpeg -i {}", name_);
    if (parameters(Track::video))
        command += fmt::format(" -c:v {}", encoder(Track::video,
                                                   "libx264 -preset veryfast -pix_fmt yuv420p -force_key_frames "
                                                   "'expr:gte(t,n_forced*2)'"));
    if (parameters(Track::audio)) command += fmt::format(" -c:a {}", encoder(Track::audio, "aac"));
    return command + " converted.mp4";
}

const AVCodecParameters* MediaFile::parameters(Track track) const {
    const int stream = streams_[static_cast<std::size_t>(track)];
    return stream < 0 ? nullptr : input_->streams[stream]->codecpar;
}

std::optional<Track> MediaFile::track_of(int stream) const {
    if (stream == streams_[0]) return Track::video;
    if (stream == streams_[1]) return Track::audio;
    return std::nullopt;
}

/// Matroska does not tell when the first pictures are due if there are B-frames: each as much before the next one as it
/// lasts.
void MediaFile::complete_dts() {
    for (const Track track : {Track::video, Track::audio}) {
        std::int64_t due = AV_NOPTS_VALUE;
        for (auto packet = ahead_.rbegin(); packet != ahead_.rend(); ++packet) {
            AVPacket& data = *packet->data;
            if (packet->track != track) continue;
            if (data.dts == AV_NOPTS_VALUE) data.dts = due == AV_NOPTS_VALUE ? data.pts : due - data.duration;
            due = data.dts;
        }
    }
}

/// With B-frames the first picture is decoded before it is shown, and audio may begin earlier still: the earliest of
/// the first packets of both is where the time line begins.
Result<void> MediaFile::look_ahead() {
    bool missing[2] = {streams_[0] >= 0, streams_[1] >= 0};
    while ((missing[0] || missing[1]) && ahead_.size() < kMostAhead) {
        SPANREEL_TRY(std::optional<Packet> packet, read());
        if (!packet) break;
        if (packet->data->dts != AV_NOPTS_VALUE) missing[static_cast<std::size_t>(packet->track)] = false;
        ahead_.push_back(*std::move(packet));
    }
    if (ahead_.empty()) return fail(Code::unsupported, fmt::format("{} has no pictures and no sound", name_));
    complete_dts();
    if (first_) return {};
    const auto earliest = [this](std::int64_t AVPacket::* time) {
        return Micros(std::ranges::min(
            ahead_ | std::views::transform([time](const Packet& packet) { return (*packet.data).*time; })));
    };
    first_ = earliest(&AVPacket::dts);
    begin_ = earliest(&AVPacket::pts) - *first_;
    return {};
}

/// With the file's own times.
Result<std::optional<Packet>> MediaFile::read() {
    for (;;) {
        PacketPtr packet(av_packet_alloc());
        const int error = av_read_frame(input_.get(), packet.get());
        if (error == AVERROR_EOF) return std::nullopt;
        if (error < 0) return fail(Code::corrupt, fmt::format("{} is damaged: {}", name_, libav_message(error)));
        const std::optional<Track> track = track_of(packet->stream_index);
        if (!track || packet->size == 0) continue;
        if (packet->pts == AV_NOPTS_VALUE) packet->pts = packet->dts;
        if (packet->pts == AV_NOPTS_VALUE)
            return fail(Code::unsupported, fmt::format("{} does not tell when its pictures and sound are due. Put it "
                                                       "into a container first:\n  ffmpeg -i {} -c copy converted.mp4",
                                                       name_, name_));
        av_packet_rescale_ts(packet.get(), input_->streams[packet->stream_index]->time_base, kMicros);
        return Packet{*track, std::move(packet)};
    }
}

Result<std::optional<Packet>> MediaFile::next() {
    std::optional<Packet> packet;
    if (!ahead_.empty()) {
        packet = std::move(ahead_.front());
        ahead_.pop_front();
    } else {
        SPANREEL_TRY(packet, read());
    }
    if (!packet) return packet;
    const std::int64_t shift = (offset_ - *first_).count();
    AVPacket& data = *packet->data;
    std::int64_t& last = last_dts_[static_cast<std::size_t>(packet->track)];
    data.pts += shift;
    data.dts = data.dts == AV_NOPTS_VALUE ? last : std::max(data.dts + shift, last);  // some files go back a little
    data.pts = std::max(data.pts, data.dts);
    last = data.dts;
    end_ = std::max(end_, Micros(data.pts + data.duration));
    return packet;
}

Result<void> MediaFile::rewind() {
    offset_ = end_ - *begin_;  // what is shown first follows on what was shown last
    ahead_.clear();
    SPANREEL_CHECK(open_input());
    SPANREEL_CHECK(choose_tracks());
    return look_ahead();
}

}  // namespace spanreel::push
