// SPDX-License-Identifier: Apache-2.0
#include "live/open_session.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"
#include "live/asset_description.hpp"
#include "live/identifiers.hpp"
#include "media/hls/playlist.hpp"

namespace spanreel::live {

using media::mp4::InitStarted;
using media::mp4::RecordingIndex;
using media::mp4::Segment;
using media::mp4::SegmentClosed;

namespace {

constexpr std::chrono::seconds kShortestReport{1};
/// A publisher whose segments do not come is reported on by this.
constexpr std::chrono::seconds kLongestReport{5};
constexpr std::chrono::seconds kRetry{5};

UnixMillis to_millis(Time time) { return std::chrono::floor<Millis>(time); }

void add(StreamStatistics& sum, const StreamStatistics& more) {
    sum.source_segments += more.source_segments;
    sum.source_segments_duration += more.source_segments_duration;
    sum.source_bytes += more.source_bytes;
}

/// Shown while a publisher delivers; nothing is known of the health of one that is away.
template <class Row>
void set_health(Row& row, bool active, const std::vector<std::string>& issues) {
    row.health = !active ? Health::unknown : issues.empty() ? Health::good : Health::bad;
    row.issues = active ? issues : std::vector<std::string>{};
}

}  // namespace

OpenSession::OpenSession(const SessionContext& context, StreamSession row)
    : context_(context),
      row_(std::move(row)),
      window_(std::make_shared<LiveWindow>(row_.id, row_.media_directory, context.settings.dvr_window)) {}

Result<std::unique_ptr<OpenSession>> OpenSession::begin(const SessionContext& context, const Stream& stream) {
    const UnixMillis now = to_millis(context.clock());
    StreamSession row{.id = make_uuid(),
                      .workspace = stream.workspace,
                      .project = stream.project,
                      .stream_id = stream.id,
                      .playback_id = stream.playback_id,
                      .name = session_name(stream.playback_id),
                      .record = stream.record,
                      .profiles = stream.profiles,
                      .recording_spec = stream.recording_spec,
                      .created_at = now};
    row.media_directory = row.id;
    SPANREEL_CHECK(context.meta.create(row));
    return std::unique_ptr<OpenSession>(new OpenSession(context, std::move(row)));
}

Result<std::unique_ptr<OpenSession>> OpenSession::restore(const SessionContext& context, StreamSession row) {
    std::unique_ptr<OpenSession> session(new OpenSession(context, std::move(row)));
    SPANREEL_TRY(const RecordingIndex index, repair_recording(context.media, session->row_.media_directory));
    SPANREEL_TRY(const ForgottenSegments forgotten, read_forgotten(context.media, session->row_.media_directory));
    session->load(index, forgotten);
    StreamSession& kept = session->row_;
    const bool was_live = kept.state == SessionState::live;
    if (was_live) {
        Time last = std::max(kept.last_seen, kept.created_at);
        if (!index.segments.empty()) {
            const auto& segment = index.segments.back().info;
            last = std::max(last, segment.anchor.wall + segment.duration);
        }
        kept.state = SessionState::waiting;
        kept.window_ends_at = to_millis(last + context.settings.reconnect_window);
        set_health(kept, false, {});
        kept.statistics.ingest_rate = 0;
        SPANREEL_CHECK(session->save());
    }
    return session;
}

/// Shows what the index holds, and counts segments whose report a crash cut off.
void OpenSession::load(const RecordingIndex& index, const ForgottenSegments& forgotten) {
    window_->resume(forgotten.discontinuities);
    for (const auto& init : index.inits) window_->add(init);
    std::vector<media::mp4::SegmentInfo> infos;
    infos.reserve(index.segments.size());
    for (const Segment& segment : index.segments) infos.push_back(segment.info);
    const auto target = media::hls::longest_target(infos);
    for (const Segment& segment : index.segments)
        if (segment.info.number >= forgotten.first_kept) window_->add(segment, target);
    if (!row_.record) window_->forget_old();
    has_asset_ = context_.meta.asset(row_.id, store::Deleted::show).has_value();
    if (infos.empty()) return;
    row_.media_length = std::max(row_.media_length, to_model_ticks(infos.back().end() - infos.front().start()));
    row_.recorded = row_.record;
    const auto count = static_cast<std::int64_t>(infos.back().number + 1);
    if (count > row_.statistics.source_segments) {
        const auto missed = static_cast<std::size_t>(count - row_.statistics.source_segments);
        for (std::size_t i = infos.size() - std::min(missed, infos.size()); i < infos.size(); ++i)
            row_.statistics.source_segments_duration += std::chrono::duration<double>(infos[i].duration).count();
        row_.statistics.source_segments = count;
    }
}

bool OpenSession::window_is_over(Time now) const {
    return row_.state == SessionState::waiting && row_.window_ends_at && now >= *row_.window_ends_at;
}

Time OpenSession::due() const {
    if (publisher_) return reported_ + kLongestReport;
    return std::max(retry_at_, row_.window_ends_at && !rows_behind_ ? Time(*row_.window_ends_at) : Time{});
}

Result<media::mp4::SegmenterResume> OpenSession::prepare() {
    SPANREEL_TRY(const RecordingIndex index, repair_recording(context_.media, row_.media_directory));
    SPANREEL_TRY(writer_, RecordingWriter::open(context_.media, row_.media_directory));
    failed_ = false;
    return resume_of(index);
}

Result<void> OpenSession::attach(std::shared_ptr<Publication> publisher) {
    row_.state = SessionState::live;
    row_.window_ends_at = std::nullopt;
    set_health(row_, true, {});
    SPANREEL_CHECK(save());
    publisher_ = std::move(publisher);
    reported_ = context_.clock();
    rows_behind_ = !update_stream();
    return {};
}

Result<void> OpenSession::write(const media::mp4::SegmenterEvents& events) {
    if (failed_) return {};
    for (const auto& event : events) {
        const Result<void> taken = take(event);
        if (taken) continue;
        failed_ = true;
        writer_.reset();
        return taken;
    }
    return {};
}

Result<void> OpenSession::take(const media::mp4::SegmenterEvent& event) {
    SPANREEL_CHECK(writer_->write(event));
    if (const auto* init = std::get_if<InitStarted>(&event)) window_->add(init->init);
    if (const auto* closed = std::get_if<SegmentClosed>(&event)) return segment_closed(closed->segment);
    return {};
}

Result<void> OpenSession::segment_closed(const Segment& segment) {
    window_->add(segment, publisher_->target_duration());
    const StreamStatistics more{
        .source_segments = 1, .source_segments_duration = std::chrono::duration<double>(segment.info.duration).count()};
    add(row_.statistics, more);
    add(unreported_, more);
    row_.media_length += to_model_ticks(segment.info.duration);
    if (row_.record && !has_asset_) SPANREEL_CHECK(make_asset());
    if (!row_.record) SPANREEL_CHECK(writer_->forget(window_->forget_old()));
    if (context_.clock() - reported_ >= kShortestReport) report();
    return {};
}

void OpenSession::report() {
    if (!publisher_) {
        if (rows_behind_) (void)write_rows();
        return;
    }
    const Time now = context_.clock();
    const IngestReport arrived = publisher_->take_report(now);
    const double seconds = std::chrono::duration<double>(now - reported_).count();
    const StreamStatistics more{.source_bytes = static_cast<std::int64_t>(arrived.bytes)};
    add(row_.statistics, more);
    add(unreported_, more);
    if (seconds > 0) row_.statistics.ingest_rate = std::round(static_cast<double>(arrived.bytes) / seconds);
    if (arrived.packets > 0) row_.last_seen = to_millis(arrived.last_packet);
    set_health(row_, true, arrived.issues);
    reported_ = now;
    (void)write_rows();
}

void OpenSession::publisher_left() {
    report();
    publisher_.reset();
    writer_.reset();
    row_.state = SessionState::waiting;
    row_.window_ends_at = to_millis(context_.clock() + context_.settings.reconnect_window);
    row_.statistics.ingest_rate = 0;
    set_health(row_, false, {});
    (void)write_rows();
}

Result<void> OpenSession::finish() {
    retry_at_ = context_.clock() + kRetry;
    if (rows_behind_) SPANREEL_CHECK(write_rows());
    SPANREEL_TRY(const RecordingIndex index, repair_recording(context_.media, row_.media_directory));
    const bool keeps = row_.record && !index.segments.empty();
    if (keeps) SPANREEL_CHECK(finish_asset(index));
    StreamSession ended = row_;
    ended.state = SessionState::ended;
    ended.ended_at = to_millis(context_.clock());
    ended.window_ends_at = std::nullopt;
    ended.recorded = keeps;
    if (!keeps) ended.media_directory.clear();
    std::swap(row_, ended);
    if (Result<void> saved = save(); !saved) {
        row_ = std::move(ended);
        return saved;
    }
    window_->end();
    return {};
}

Result<void> OpenSession::make_asset() {
    const UnixMillis now = to_millis(context_.clock());
    const Asset asset{.id = row_.id,
                      .workspace = row_.workspace,
                      .project = row_.project,
                      .playback_id = make_playback_id(row_.id),
                      .name = recording_name(row_.created_at),
                      .phase = AssetPhase::processing,
                      .source = AssetSource::recording,
                      .source_session_id = row_.id,
                      .media_directory = row_.media_directory,
                      .created_at = now,
                      .updated_at = now};
    SPANREEL_CHECK(context_.meta.create(asset));
    has_asset_ = true;
    row_.recorded = true;
    return save();
}

Result<void> OpenSession::finish_asset(const RecordingIndex& index) {
    if (!has_asset_) SPANREEL_CHECK(make_asset());
    SPANREEL_CHECK(store::modify<Asset>(context_.meta, row_.id, [&](Asset& asset) -> Result<void> {
        if (asset.deleted || asset.phase == AssetPhase::ready) return {};
        SPANREEL_CHECK(describe(asset, index, std::nullopt));
        asset.phase = AssetPhase::ready;
        asset.updated_at = to_millis(context_.clock());
        return {};
    }));
    return {};
}

/// Both rows are tried. What fails is logged and tried again by a later report: a full disk takes neither.
Result<void> OpenSession::write_rows() {
    Result<void> written = save();
    Result<void> updated = update_stream();
    if (written) written = std::move(updated);
    rows_behind_ = !written;
    if (written) return written;
    retry_at_ = context_.clock() + kRetry;
    log::warning("session not updated", {{"session", row_.id}, {"error", written.error().message}});
    return written;
}

Result<void> OpenSession::update_stream() {
    SPANREEL_CHECK(store::modify<Stream>(context_.meta, row_.stream_id, [&](Stream& stream) -> Result<void> {
        add(stream.statistics, unreported_);
        stream.statistics.ingest_rate = row_.statistics.ingest_rate;
        stream.is_active = publisher_ != nullptr;
        if (publisher_) stream.last_seen = to_millis(context_.clock());
        stream.health = row_.health;
        stream.issues = row_.issues;
        return {};
    }));
    unreported_ = {};
    return {};
}

/// The lane is the only writer of the row, except for who deletes it.
Result<void> OpenSession::save() {
    SPANREEL_TRY(const StreamSession stored,
                 store::modify<StreamSession>(context_.meta, row_.id, [&](StreamSession& session) -> Result<void> {
                     const bool deleted = session.deleted;
                     const std::int64_t version = session.version;
                     session = row_;
                     session.deleted = deleted;
                     session.version = version;
                     return {};
                 }));
    row_.version = stored.version;
    return {};
}

}  // namespace spanreel::live
