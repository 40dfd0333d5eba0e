// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/segmenter.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "media/codec/aac.hpp"
#include "media/codec/avc.hpp"
#include "media/mp4/anchor.hpp"
#include "media/mp4/init_segment.hpp"
#include "media/mp4/interleaver.hpp"
#include "media/mp4/run_clock.hpp"
#include "media/mp4/segment_builder.hpp"
#include "media/mp4/start_gate.hpp"

namespace spanreel::media::mp4 {
namespace {

/// A picture shown this much earlier or later than it is decoded is damaged data, not reordering.
constexpr Nanos kLongestComposition = std::chrono::seconds(10);
/// Timestamps beyond this do not come from a clock, and would overflow.
constexpr std::int64_t kLargestTimestamp = std::int64_t{1} << 50;
/// A key frame this little before the segment's due time still ends it: publishers round.
constexpr Nanos kEarlyCut = std::chrono::milliseconds(100);
/// A part may be this much longer than asked for, so that rounded timestamps do not leave it one picture short.
constexpr Nanos kPartSlack = std::chrono::milliseconds(5);
constexpr std::uint32_t kUsualPicture = kVideoTimescale / 30;

constexpr TrackKind kKinds[] = {TrackKind::video, TrackKind::audio};

/// What EXTINF counts: durations rounded to the nearest second (RFC 8216 4.3.3.1).
std::chrono::seconds rounded_seconds(Nanos duration) {
    return std::chrono::floor<std::chrono::seconds>(duration + std::chrono::milliseconds(500));
}

/// Ticks of one frame, 0 where they vary.
std::uint32_t frame_duration(const TrackConfig& config) {
    if (config.codec != Codec::aac) return 0;
    const auto aac = read_aac_configuration(as_bytes(config.configuration));
    return aac ? aac->samples_per_frame : 1024;
}

/// As they stand in front of a key frame; empty without H.264.
std::string parameter_sets(const Init& init) {
    const TrackConfig* video = init.find(TrackKind::video);
    if (!video || video->codec != Codec::h264) return {};
    return parameter_set_units(as_bytes(video->configuration)).value_or("");
}

}  // namespace

/// Stages: packets wait until the tracks are known (gate_), get their place on the time line (clock_), are put in
/// order (interleaver_) and fill the open segment (builder_). A run is a stretch of packets with one clock_.
class Segmenter::Impl {
  public:
    Impl(SegmenterLimits limits, SegmenterResume resume);

    SegmenterEvents begin_connection();
    SegmenterEvents end_connection();
    SegmenterEvents push(Packet packet, Time arrival);
    void announce(bool video, bool audio) { gate_.announce(video, audio); }
    void configure(const TrackConfig& config) { gate_.configure(config); }

    MediaTime end() const { return builder_ ? std::max(end_, builder_->presentation_end()) : end_; }
    std::chrono::seconds target_duration() const { return rounded_seconds(target_.value_or(limits_.longest_segment)); }
    std::uint64_t dropped_packets() const { return dropped_ + gate_.dropped(); }

  private:
    bool is_sane(const Packet& packet) const;
    bool is_pending(TrackKind kind) const;

    std::deque<ArrivedPacket> start_run();
    void start_init(std::vector<TrackConfig> tracks);
    bool is_jump(const Packet& packet) const;
    void feed(ArrivedPacket arrived);
    bool switch_configuration(const Packet& packet);
    void place(TimedPacket packet);
    MediaTime start_of(const TimedPacket& packet) const;
    Nanos cut_limit() const;
    bool ends_segment(const TimedPacket& packet) const;
    bool ends_part(const TimedPacket& packet) const;
    void start_segment(const TimedPacket& packet, MediaTime start);
    void close_part(MediaTime until);
    void close_segment(MediaTime until);
    void drain();
    void end_run();
    Time wall_at(MediaTime media) const;

    const SegmenterLimits limits_;
    SegmenterEvents events_;
    std::uint64_t dropped_ = 0;

    StartGate gate_;
    std::optional<Init> init_;
    bool init_unwritten_ = false;
    std::string parameter_sets_;  ///< for key frames
    std::optional<RunClock> clock_;
    std::optional<Interleaver> interleaver_;
    std::optional<SegmentBuilder> builder_;
    AnchorClock anchor_clock_;

    std::uint64_t next_segment_;
    bool discontinuity_ = false;  ///< of the next segment
    bool first_of_run_ = false;   ///< likewise
    MediaTime end_{};             ///< of the closed segments
    MediaTime run_start_{};
    Time earliest_wall_ = Time::min();  ///< of the next anchor
    std::optional<Nanos> target_;       ///< longest duration that EXT-X-TARGETDURATION still covers, in whole seconds
    Nanos key_gap_{};                   ///< recent distance of key frames
    std::optional<MediaTime> last_key_;
};

Segmenter::Impl::Impl(SegmenterLimits limits, SegmenterResume resume)
    : limits_(limits),
      gate_(limits.track_wait, limits.queue_bytes),
      init_(std::move(resume.init)),
      next_segment_(resume.next_segment) {
    if (resume.last) {
        end_ = resume.last->end();
        earliest_wall_ = resume.last->anchor.wall + resume.last->duration;
    }
    if (resume.longest_segment > Nanos(0)) {
        target_ = std::max<Nanos>(limits_.segment, rounded_seconds(resume.longest_segment));
    }
}

bool Segmenter::Impl::is_sane(const Packet& packet) const {
    const auto& config = gate_.config(packet.kind);
    if (!config || packet.payload.empty() || packet.payload.size() > limits_.packet_bytes) return false;
    if (std::abs(packet.dts) > kLargestTimestamp || std::abs(packet.pts) > kLargestTimestamp) return false;
    const std::int64_t longest = to_ticks(kLongestComposition, config->timescale);
    return std::abs(packet.pts - packet.dts) <= longest;
}

/// The publisher has configured the track otherwise than the init in use says.
bool Segmenter::Impl::is_pending(TrackKind kind) const {
    const auto& config = gate_.config(kind);
    if (!config) return false;
    const TrackConfig* track = init_ ? init_->find(kind) : nullptr;
    return !track || *track != *config;
}

SegmenterEvents Segmenter::Impl::push(Packet packet, Time arrival) {
    std::deque<ArrivedPacket> input;
    input.push_back({std::move(packet), arrival});
    while (!input.empty()) {
        ArrivedPacket next = std::move(input.front());
        input.pop_front();
        if (!is_sane(next.packet)) {
            ++dropped_;
            continue;
        }
        if (clock_ && is_jump(next.packet)) end_run();
        if (clock_) {
            feed(std::move(next));
            continue;
        }
        gate_.hold(std::move(next));
        if (!gate_.is_ready()) continue;
        std::deque<ArrivedPacket> released = start_run();
        input.insert(input.begin(), std::make_move_iterator(released.begin()), std::make_move_iterator(released.end()));
    }
    return std::exchange(events_, {});
}

/// Returns the packets the run begins with, to be fed first.
std::deque<ArrivedPacket> Segmenter::Impl::start_run() {
    RunStart start = gate_.release();
    clock_.emplace(end_, start.origin);
    anchor_clock_.reset();
    run_start_ = end_;
    first_of_run_ = true;
    discontinuity_ = next_segment_ > 0;
    start_init(std::move(start.tracks));
    return std::move(start.packets);
}

/// Makes `tracks` those of the next segment, and new to clock and interleaver.
void Segmenter::Impl::start_init(std::vector<TrackConfig> tracks) {
    if (!init_ || init_->tracks != tracks) {
        init_ = Init{.number = init_ ? init_->number + 1 : 0, .tracks = std::move(tracks)};
        init_unwritten_ = true;
    }
    parameter_sets_ = parameter_sets(*init_);
    interleaver_.emplace(limits_.interleave, limits_.queue_bytes);
    for (const TrackConfig& track : init_->tracks) {
        const std::uint32_t frame = frame_duration(track);
        clock_->start_track(track, frame);
        interleaver_->start_track(track.kind, frame ? frame : kUsualPicture);
    }
    key_gap_ = {};
    last_key_.reset();
}

bool Segmenter::Impl::is_jump(const Packet& packet) const {
    return clock_->is_jump(packet, gate_.config(packet.kind)->timescale, limits_.forward_jump, limits_.backward_jump);
}

/// Takes up changed configurations at the next moment a decoder can. False: the packet cannot be placed before that.
bool Segmenter::Impl::switch_configuration(const Packet& packet) {
    if (std::ranges::none_of(kKinds, [&](TrackKind kind) { return is_pending(kind); })) return true;
    const bool has_video = gate_.config(TrackKind::video).has_value();
    if (has_video && !(packet.kind == TrackKind::video && packet.key)) return !is_pending(packet.kind);

    std::vector<TrackConfig> tracks;
    for (TrackKind kind : kKinds) {
        if (const auto& config = gate_.config(kind)) tracks.push_back(*config);
    }
    const MediaTime start = clock_->media_time(to_media_time(packet.pts, tracks.front().timescale));
    drain();
    close_segment(start);
    discontinuity_ = true;
    start_init(std::move(tracks));
    return true;
}

void Segmenter::Impl::feed(ArrivedPacket arrived) {
    if (!switch_configuration(arrived.packet)) {
        ++dropped_;
        return;
    }
    if (arrived.packet.kind == TrackKind::video && arrived.packet.key) {
        insert_parameter_sets(arrived.packet.payload, parameter_sets_);
    }
    TimedPacket timed = clock_->place(std::move(arrived.packet));
    if (timed.packet.kind == TrackKind::audio && timed.time < run_start_) {  // sound before the first picture
        ++dropped_;
        return;
    }
    anchor_clock_.observe(to_media_time(timed.packet.pts, timed.timescale), arrived.arrival);
    interleaver_->push(std::move(timed));
    while (auto next = interleaver_->pop()) place(*std::move(next));
}

void Segmenter::Impl::place(TimedPacket packet) {
    const MediaTime start = start_of(packet);
    if (builder_ && ends_segment(packet)) close_segment(start);
    if (!builder_) {
        start_segment(packet, start);
    } else if (ends_part(packet)) {
        close_part(packet.time);
    }
    if (packet.packet.kind == TrackKind::video && packet.packet.key) {
        // Old distances are forgotten slowly, since key frames of scene cuts come between the regular ones.
        if (last_key_) key_gap_ = std::max(packet.time - *last_key_, key_gap_ * 7 / 8);
        last_key_ = packet.time;
    }
    builder_->add(std::move(packet));
}

/// Where a segment that begins with the packet lies on the time line.
MediaTime Segmenter::Impl::start_of(const TimedPacket& packet) const {
    if (first_of_run_) return end_;
    const bool key_frame = packet.packet.kind == TrackKind::video && packet.packet.key;
    const MediaTime start = key_frame ? to_media_time(packet.packet.pts, packet.timescale) : packet.time;
    return builder_ ? std::max(start, builder_->info().start()) : std::max(start, end_);
}

/// Durations up to here round to what the playlists have promised.
Nanos Segmenter::Impl::cut_limit() const {
    return target_ ? *target_ + std::chrono::milliseconds(400) : limits_.longest_segment;
}

bool Segmenter::Impl::ends_segment(const TimedPacket& packet) const {
    const Nanos elapsed = packet.time - builder_->info().start();
    if (elapsed <= Nanos(0)) return false;
    if (builder_->bytes() >= limits_.segment_bytes || builder_->sample_count() >= limits_.segment_samples) return true;
    if (packet.packet.kind == TrackKind::video && packet.packet.key) {
        // When the next key frame would come too late, this one has to end the segment early.
        return elapsed + kEarlyCut >= limits_.segment || elapsed + key_gap_ > cut_limit();
    }
    if (!init_->find(TrackKind::video)) return elapsed >= limits_.segment;
    return elapsed + to_media_time(packet.duration, packet.timescale) > cut_limit();
}

bool Segmenter::Impl::ends_part(const TimedPacket& packet) const {
    const MediaTime end = packet.time + to_media_time(packet.duration, packet.timescale);
    return end - builder_->part_start() > limits_.part + kPartSlack || builder_->part_bytes() >= limits_.part_bytes;
}

Time Segmenter::Impl::wall_at(MediaTime media) const {
    return std::max(anchor_clock_.wall_at(media).value_or(Time()), earliest_wall_);
}

void Segmenter::Impl::start_segment(const TimedPacket& packet, MediaTime start) {
    if (std::exchange(init_unwritten_, false)) events_.push_back(InitStarted{*init_, init_segment(*init_)});
    const bool video = init_->find(TrackKind::video) != nullptr;
    const Nanos publisher = packet.publisher + (start - to_media_time(packet.packet.pts, packet.timescale));
    const SegmentInfo info{
        .number = next_segment_++,
        .init = init_->number,
        .discontinuity = std::exchange(discontinuity_, false),
        .independent = !video || (packet.packet.kind == TrackKind::video && packet.packet.key),
        .anchor = {.media = start, .wall = wall_at(start), .publisher = publisher},
    };
    first_of_run_ = false;
    builder_.emplace(info, *init_);
    events_.push_back(SegmentStarted{info});
}

void Segmenter::Impl::close_part(MediaTime until) {
    if (auto part = builder_->close_part(until)) events_.push_back(*std::move(part));
}

void Segmenter::Impl::close_segment(MediaTime until) {
    if (!builder_) return;
    close_part(until);
    Anchor anchor = builder_->info().anchor;
    anchor.wall = wall_at(anchor.media);  // by now more arrivals are known
    builder_->set_anchor(anchor);
    Segment segment = builder_->finish(until);
    builder_.reset();
    end_ = segment.info.end();
    earliest_wall_ = anchor.wall;
    if (!target_) target_ = std::max<Nanos>(limits_.segment, rounded_seconds(segment.info.duration));
    events_.push_back(SegmentClosed{std::move(segment)});
}

void Segmenter::Impl::drain() {
    while (auto next = interleaver_->pop_at_end()) place(*std::move(next));
}

void Segmenter::Impl::end_run() {
    if (!clock_) return;
    drain();
    if (builder_) {
        const MediaTime start = builder_->info().start();
        const MediaTime until = std::min(builder_->presentation_end(), start + cut_limit());
        close_segment(until);
        earliest_wall_ += until - start;
    }
    clock_.reset();
    interleaver_.reset();
    anchor_clock_.reset();
}

SegmenterEvents Segmenter::Impl::end_connection() {
    if (!clock_ && gate_.has_playable()) {
        for (ArrivedPacket& held : start_run()) feed(std::move(held));
    }
    end_run();
    return std::exchange(events_, {});
}

SegmenterEvents Segmenter::Impl::begin_connection() {
    SegmenterEvents events = end_connection();
    dropped_ += gate_.dropped();
    gate_ = StartGate(limits_.track_wait, limits_.queue_bytes);
    return events;
}

Segmenter::Segmenter(SegmenterLimits limits, SegmenterResume resume)
    : impl_(std::make_unique<Impl>(limits, std::move(resume))) {}
Segmenter::~Segmenter() = default;
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;

SegmenterEvents Segmenter::begin_connection() { return impl_->begin_connection(); }
void Segmenter::announce(bool video, bool audio) { impl_->announce(video, audio); }
void Segmenter::configure(const TrackConfig& config) { impl_->configure(config); }
SegmenterEvents Segmenter::push(Packet packet, Time arrival) { return impl_->push(std::move(packet), arrival); }
SegmenterEvents Segmenter::end_connection() { return impl_->end_connection(); }
MediaTime Segmenter::end() const { return impl_->end(); }
std::chrono::seconds Segmenter::target_duration() const { return impl_->target_duration(); }
std::uint64_t Segmenter::dropped_packets() const { return impl_->dropped_packets(); }

}  // namespace spanreel::media::mp4
