// SPDX-License-Identifier: Apache-2.0
#include "live/asset_description.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "media/mp4/recording.hpp"

namespace spanreel::live {

namespace json = boost::json;
using media::TrackKind;
using media::mp4::MediaTime;
using media::mp4::RecordingIndex;
using media::mp4::Segment;
using media::mp4::Window;

namespace {

constexpr std::array kTrackKinds{TrackKind::video, TrackKind::audio};

/// Samples and payload bytes of one kind.
struct TrackTotals {
    std::uint64_t samples = 0;
    std::uint64_t bytes = 0;
    double seconds = 0;
};

TrackTotals totals_of(const RecordingIndex& index, TrackKind kind) {
    TrackTotals totals;
    for (const Segment& segment : index.segments) {
        const auto* table = segment.find(kind);
        if (!table) continue;
        totals.samples += table->samples.size();
        for (const auto& sample : table->samples) totals.bytes += sample.size;
        totals.seconds += static_cast<double>(table->decode_end() - table->decode_start) / table->timescale;
    }
    return totals;
}

double rounded(double value, double step) { return std::round(value / step) * step; }

json::object describe_track(const media::TrackConfig& config, const TrackTotals& totals) {
    const bool video = config.kind == TrackKind::video;
    json::object track{{"type", video ? "video" : "audio"},
                       {"codec", video ? "h264" : "aac"},
                       {"duration", rounded(totals.seconds, 0.001)},
                       {"bitrate", std::round(static_cast<double>(totals.bytes) * 8 / totals.seconds)}};
    if (video) {
        track["width"] = config.width;
        track["height"] = config.height;
        track["fps"] = rounded(static_cast<double>(totals.samples) / totals.seconds, 0.01);
    } else {
        track["channels"] = config.channels;
        track["sampleRate"] = config.sample_rate;
    }
    return track;
}

std::string describe_tracks(const RecordingIndex& index) {
    json::array tracks;
    for (const TrackKind kind : kTrackKinds) {
        const TrackTotals totals = totals_of(index, kind);
        const auto* track = index.inits.empty() ? nullptr : index.inits.back().find(kind);
        if (track && totals.seconds > 0) tracks.push_back(describe_track(*track, totals));
    }
    return json::serialize(tracks);
}

}  // namespace

Result<media::mp4::VirtualMp4> build_mp4(const RecordingIndex& index, std::optional<Window> window) {
    media::mp4::VirtualMp4Builder builder(window);
    for (const auto& init : index.inits) builder.add(init);
    for (const Segment& segment : index.segments) SPANREEL_CHECK(builder.add(segment));
    return builder.finish();
}

Result<void> describe(Asset& asset, const RecordingIndex& index, std::optional<Window> window) {
    SPANREEL_TRY(const media::mp4::VirtualMp4 mp4, build_mp4(index, window));
    const Window shown =
        window.value_or(Window{.start = index.segments.front().info.start(), .end = index.segments.back().info.end()});
    asset.window_start = to_model_ticks(shown.start);
    asset.window_end = to_model_ticks(shown.end);
    asset.size = static_cast<std::int64_t>(mp4.size());
    asset.duration = std::chrono::duration<double>(shown.end - shown.start).count();
    asset.bitrate = asset.duration > 0 ? std::round(static_cast<double>(mp4.size()) * 8 / asset.duration) : 0;
    asset.tracks = describe_tracks(index);
    return {};
}

std::int64_t to_model_ticks(MediaTime time) {
    return media::mp4::to_ticks(time, static_cast<std::uint32_t>(kMediaTicksPerSecond));
}

MediaTime from_model_ticks(std::int64_t ticks) {
    return media::mp4::to_media_time(ticks, static_cast<std::uint32_t>(kMediaTicksPerSecond));
}

}  // namespace spanreel::live
