// SPDX-License-Identifier: Apache-2.0
#include "push/media_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace spanreel::push {

namespace {

constexpr AVRational kMicros{1, 1'000'000};
/// Packets and bytes read before one of each track must have come.
constexpr std::size_t kMostAhead = 1000;
constexpr std::size_t kMostAheadBytes = 64u << 20;
/// What is further from zero would overflow, and tells nothing.
constexpr std::int64_t kFarthestTime = std::int64_t{1} << 60;

Code code_of(int error) {
    if (error == AVERROR(ENOENT)) return Code::not_found;
    if (error == AVERROR(EACCES) || error == AVERROR(EISDIR)) return Code::invalid;
    return Code::unsupported;
}

int is_set(void* flag) { return *static_cast<const std::atomic<bool>*>(flag) ? 1 : 0; }

/// As one word of a shell.
std::string quoted(std::string_view word) {
    std::string out = "'";
    for (const char c : word) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

/// As far as a publication is begun with them and they cannot change in it.
bool are_same(const AVCodecParameters* one, const AVCodecParameters* other) {
    if (!one || !other) return one == other;
    const auto setup = [](const AVCodecParameters& of) {
        return std::string_view(reinterpret_cast<const char*>(of.extradata),
                                static_cast<std::size_t>(of.extradata_size));
    };
    return one->codec_id == other->codec_id && one->width == other->width && one->height == other->height &&
           one->sample_rate == other->sample_rate && one->ch_layout.nb_channels == other->ch_layout.nb_channels &&
           setup(*one) == setup(*other);
}

AVCodecID codec_for(Track track) { return track == Track::video ? AV_CODEC_ID_H264 : AV_CODEC_ID_AAC; }

}  // namespace

Result<MediaFile> MediaFile::open(std::string name, const std::atomic<bool>& stop) {
    MediaFile file(std::move(name), stop);
    SPANREEL_CHECK(file.open_input());
    SPANREEL_CHECK(file.choose_tracks());
    SPANREEL_CHECK(file.look_ahead());
    return file;
}

Result<void> MediaFile::open_input() {
    av_log_set_level(AV_LOG_QUIET);
    AVFormatContext* opened = avformat_alloc_context();
    if (!opened) return fail(Code::internal, "libavformat has no memory");
    opened->interrupt_callback = {.callback = is_set, .opaque = const_cast<std::atomic<bool>*>(stop_)};
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
    std::string command = fmt::format("ffmpeg -i {}", quoted(name_));
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
    std::size_t bytes = 0;
    while ((missing[0] || missing[1]) && ahead_.size() < kMostAhead && bytes < kMostAheadBytes) {
        SPANREEL_TRY(std::optional<Packet> packet, read());
        if (!packet) break;
        bytes += packet->bytes();
        if (packet->data->dts != AV_NOPTS_VALUE) missing[static_cast<std::size_t>(packet->track)] = false;
        ahead_.push_back(*std::move(packet));
    }
    if (ahead_.empty()) return fail(Code::unsupported, fmt::format("{} has no pictures and no sound", name_));
    complete_dts();
    const auto earliest = [this](std::int64_t AVPacket::* time) {
        return Micros(std::ranges::min(
            ahead_ | std::views::transform([time](const Packet& packet) { return (*packet.data).*time; })));
    };
    timeline_.begin_reading(earliest(&AVPacket::dts), earliest(&AVPacket::pts));
    interleaver_.emplace(streams_[0] >= 0, streams_[1] >= 0);
    return {};
}

/// With the file's own times.
Result<std::optional<Packet>> MediaFile::read() {
    for (;;) {
        PacketPtr packet(av_packet_alloc());
        const int error = av_read_frame(input_.get(), packet.get());
        if (error == AVERROR_EOF || (error < 0 && *stop_)) return std::nullopt;
        if (error < 0) return fail(Code::corrupt, fmt::format("{} is damaged: {}", name_, libav_message(error)));
        const std::optional<Track> track = track_of(packet->stream_index);
        if (!track || packet->size == 0) continue;
        av_packet_rescale_ts(packet.get(), input_->streams[packet->stream_index]->time_base, kMicros);
        for (std::int64_t* time : {&packet->pts, &packet->dts})
            if (*time > kFarthestTime || *time < -kFarthestTime) *time = AV_NOPTS_VALUE;
        if (packet->pts == AV_NOPTS_VALUE) packet->pts = packet->dts;
        if (packet->pts == AV_NOPTS_VALUE)
            return fail(Code::unsupported, fmt::format("{} does not tell when its pictures and sound are due. Put it "
                                                       "into a container first:\n  ffmpeg -i {} -c copy converted.mp4",
                                                       name_, quoted(name_)));
        return Packet{*track, std::move(packet)};
    }
}

/// On the time line.
Result<std::optional<Packet>> MediaFile::next_of_file() {
    std::optional<Packet> packet;
    if (!ahead_.empty()) {
        packet = std::move(ahead_.front());
        ahead_.pop_front();
    } else {
        SPANREEL_TRY(packet, read());
    }
    if (packet) timeline_.place(packet->track, *packet->data);
    return packet;
}

Result<std::optional<Packet>> MediaFile::next() {
    while (!interleaver_->is_ready()) {
        SPANREEL_TRY(std::optional<Packet> packet, next_of_file());
        if (!packet) break;
        interleaver_->push(*std::move(packet));
    }
    return interleaver_->pop();
}

Result<void> MediaFile::rewind() {
    const Input before = std::move(input_);
    const AVCodecParameters* published[2] = {};
    for (std::size_t track = 0; track < 2; ++track)
        if (streams_[track] >= 0) published[track] = before->streams[streams_[track]]->codecpar;
    SPANREEL_CHECK(open_input());
    SPANREEL_CHECK(choose_tracks());
    for (const Track track : {Track::video, Track::audio})
        if (!are_same(published[static_cast<std::size_t>(track)], parameters(track)))
            return fail(Code::unsupported,
                        fmt::format("{} was replaced by a file with other video or audio parameters, which a "
                                    "publication cannot change. Push it again, or replace it by one that is encoded "
                                    "in the same way",
                                    name_));
    ahead_.clear();
    return look_ahead();
}

}  // namespace spanreel::push
