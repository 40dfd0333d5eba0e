// SPDX-License-Identifier: Apache-2.0
#include "push/rtmp_output.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace spanreel::push {

namespace {

constexpr AVRational kMicros{1, 1'000'000};
constexpr std::chrono::seconds kConnectTime{10};
constexpr std::chrono::seconds kWriteTime{10};
constexpr std::chrono::seconds kFinishTime{3};

/// What libavformat said last of a refusal: it tells the server's words, and what is wrong with a certificate, in its
/// log alone.
std::string refusal;
std::string distrust;

void note_reason(void*, int level, const char* format, va_list arguments) {
    constexpr std::string_view kRefusal = "Server error: ";
    const std::string_view begin = format;
    const bool refuses = begin.starts_with(kRefusal);
    const bool distrusts = begin.starts_with("Peer certificate failed verification") ||
                           begin.starts_with("Unable to verify peer certificate") ||
                           begin.starts_with("The certificate's owner does not match");
    if (level > AV_LOG_ERROR || (!refuses && !distrusts)) return;
    char line[512];
    std::vsnprintf(line, sizeof line, format, arguments);
    std::string& reason = refuses ? refusal : distrust;
    reason = std::string_view(line).substr(refuses ? kRefusal.size() : 0);
    reason.erase(reason.find_last_not_of(" .\n") + 1);
}

std::unexpected<Error> broken(int error) {
    if (!refusal.empty()) return fail(Code::forbidden, refusal);
    if (!distrust.empty()) return fail(Code::unavailable, "its certificate is not trusted (" + distrust + ")");
    if (error == AVERROR(EINVAL) || error == AVERROR_INVALIDDATA)
        return fail(Code::unsupported, fmt::format("the file cannot be published: {}", libav_message(error)));
    if (error == AVERROR_EXIT) return fail(Code::unavailable, "no answer in time");
    return fail(Code::unavailable, libav_message(error));
}

}  // namespace

Result<std::unique_ptr<RtmpOutput>> RtmpOutput::open(const std::string& url, const MediaFile& file,
                                                     const std::atomic<bool>& stop) {
    std::unique_ptr<RtmpOutput> output(new RtmpOutput(stop));
    SPANREEL_CHECK(output->connect(url));
    SPANREEL_CHECK(output->begin(file));
    return output;
}

Result<void> RtmpOutput::connect(const std::string& url) {
    if (!url.starts_with("rtmp://") && !url.starts_with("rtmps://"))  // libavformat would write a file of that name
        return fail(Code::invalid, "the RTMP URL must be like rtmp://host:1935/live: see --rtmp-url");
    av_log_set_callback(note_reason);
    refusal.clear();
    distrust.clear();
    avformat_alloc_output_context2(&output_, nullptr, "flv", nullptr);
    if (!output_) return fail(Code::internal, "libavformat cannot write FLV");
    allow(kConnectTime);
    output_->interrupt_callback = {.callback = &RtmpOutput::is_interrupted, .opaque = this};
    AVDictionary* options = nullptr;
    av_dict_set(&options, "tcp_nodelay", "1", 0);
    if (url.starts_with("rtmps://")) {
        av_dict_set(&options, "tls_verify", "1", 0);  // libavformat trusts whoever answers unless told
        if (const char* authorities = std::getenv("SSL_CERT_FILE"); authorities && *authorities)
            av_dict_set(&options, "ca_file", authorities, 0);
    }
    const int error = avio_open2(&output_->pb, url.c_str(), AVIO_FLAG_WRITE, &output_->interrupt_callback, &options);
    av_dict_free(&options);
    if (error < 0) return broken(error);
    connected_ = true;
    return {};
}

Result<void> RtmpOutput::begin(const MediaFile& file) {
    for (const Track track : {Track::video, Track::audio}) {
        const AVCodecParameters* parameters = file.parameters(track);
        if (!parameters) continue;
        AVStream* stream = avformat_new_stream(output_, nullptr);
        if (!stream || avcodec_parameters_copy(stream->codecpar, parameters) < 0)
            return fail(Code::internal, "libavformat has no memory");
        stream->codecpar->codec_tag = 0;  // the file's, not FLV's
        streams_[static_cast<std::size_t>(track)] = stream->index;
    }
    AVDictionary* options = nullptr;
    av_dict_set(&options, "flvflags", "no_duration_filesize", 0);  // nobody seeks back in a live stream
    const int error = avformat_write_header(output_, &options);
    av_dict_free(&options);
    if (error < 0) return broken(error);
    return {};
}

Result<void> RtmpOutput::send(const Packet& packet) {
    allow(kWriteTime);
    const PacketPtr copy(av_packet_clone(packet.data.get()));
    copy->stream_index = streams_[static_cast<std::size_t>(packet.track)];
    copy->pos = -1;
    av_packet_rescale_ts(copy.get(), kMicros, output_->streams[copy->stream_index]->time_base);
    const int error = av_write_frame(output_, copy.get());  // holds nothing back, unlike the interleaved one
    if (error < 0) return broken(error);
    return {};
}

Result<void> RtmpOutput::finish() {
    allow(kFinishTime);
    connected_ = false;
    const int unwritten = av_write_trailer(output_);
    const int unclosed = avio_closep(&output_->pb);
    if (unwritten < 0 || unclosed < 0) return broken(unwritten < 0 ? unwritten : unclosed);
    return {};
}

RtmpOutput::~RtmpOutput() {
    if (!output_) return;
    allow(std::chrono::seconds(0));
    if (connected_) avio_closep(&output_->pb);
    avformat_free_context(output_);
}

int RtmpOutput::is_interrupted(void* self) {
    const auto* output = static_cast<const RtmpOutput*>(self);
    const bool given_up = !output->connected_ && output->output_->pb == nullptr && output->stop_;
    return given_up || std::chrono::steady_clock::now() > output->deadline_ ? 1 : 0;
}

}  // namespace spanreel::push
