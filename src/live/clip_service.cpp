// SPDX-License-Identifier: Apache-2.0
#include "live/clip_service.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <condition_variable>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "live/clip_writer.hpp"
#include "live/identifiers.hpp"
#include "live/recordings.hpp"

namespace spanreel::live {

namespace asio = boost::asio;

namespace {

/// The end of a clip of a running session may lie in the segment being written: it is waited for this long.
constexpr std::chrono::seconds kLongestWait{12};
constexpr std::chrono::milliseconds kWaitStep{200};

UnixMillis clip_millis(Time time) { return std::chrono::floor<Millis>(time); }

/// Without an end asked for: the newest moment when it was asked.
Time end_of(const Task& task) { return task.clip.end_time.value_or(task.created_at); }

/// Whether anything of [start, end) is recorded, or will be before the session ends.
bool meets(const SessionTimeline& timeline, Time start, std::optional<Time> end, Time now) {
    if (timeline.segments.empty()) return false;
    const auto last = timeline.segments.back();
    const Time recorded_until = last.anchor.wall + last.duration;
    if (!timeline.complete && start >= recorded_until) return start <= now;
    const auto from = timeline.media_time_at(start).media;
    const auto to = end ? timeline.media_time_at(*end).media : timeline.end();
    return from < to;
}

}  // namespace

class ClipService::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(store::MetaStore& meta, store::MediaStore& media, Recordings& recordings, asio::thread_pool& pool, Clock clock)
        : meta_(meta), media_(media), recordings_(recordings), pool_(pool), clock_(std::move(clock)) {}

    Result<void> recover();
    void stop();
    Result<ClipOrder> create(const Scope& scope, const NewClip& wanted);
    Result<Task> retry(const Scope& scope, std::string_view task_id);

  private:
    Result<void> check_admission(const std::string& requester, UnixMillis now);
    Result<StreamSession> choose_session(const Stream& stream, const NewClip& wanted);
    Result<void> check_range(const StreamSession& session, const NewClip& wanted);
    void start(std::string task_id);
    void run(const std::string& task_id, Time give_up);
    bool must_wait(const Task& task, const SessionTimeline& timeline, Time give_up) const;
    Result<void> cut(Task& task, const SessionTimeline& timeline);
    void fail_task(Task task, const Error& error);
    void later(const std::string& task_id, Time give_up);
    bool stopping();
    void done();

    store::MetaStore& meta_;
    store::MediaStore& media_;
    Recordings& recordings_;
    asio::thread_pool& pool_;
    const Clock clock_;

    /// From counting what is in process to adding to it: nobody else makes clips in a data directory.
    std::mutex admission_;
    std::mutex mutex_;
    std::condition_variable idle_;
    std::size_t running_ = 0;
    bool stopping_ = false;
};

Result<void> ClipService::Impl::recover() {
    SPANREEL_TRY(const std::vector<Task> unfinished, meta_.unfinished_tasks());
    for (const Task& task : unfinished)
        if (task.type == TaskType::clip) start(task.id);
    return {};
}

void ClipService::Impl::stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    idle_.wait(lock, [this] { return running_ == 0; });
}

Result<ClipOrder> ClipService::Impl::create(const Scope& scope, const NewClip& wanted) {
    const Result<Stream> stream = meta_.stream_by_playback_id(wanted.playback_id);
    if (!stream) return fail(Code::not_found, "Content not found");
    if (!scope.sees(*stream)) return fail(Code::forbidden, "You do not have permission to clip this stream");
    if (stream->suspended) return fail(Code::not_found, "Content not found");
    const UnixMillis now = clip_millis(clock_());
    const std::string requester = scope.key_id + "-" + wanted.playback_id;
    std::lock_guard admission(admission_);
    SPANREEL_CHECK(check_admission(requester, now));
    SPANREEL_TRY(const StreamSession session, choose_session(*stream, wanted));
    if (wanted.end_time && *wanted.end_time <= wanted.start_time)
        return fail(Code::unprocessable, "endTime must occur after startTime", "endTime");
    SPANREEL_CHECK(check_range(session, wanted));

    const std::string asset_id = make_uuid();
    const std::string playback_id = make_playback_id(asset_id);
    const Result<Asset> recording = meta_.asset(session.id);
    ClipOrder order{.asset = {.id = asset_id,
                              .workspace = stream->workspace,
                              .project = stream->project,
                              .playback_id = playback_id,
                              .name = wanted.name.value_or(clip_name(playback_id)),
                              .created_by = scope.key_name,
                              .creator_id = stream->creator_id,
                              .source = AssetSource::clip,
                              .source_session_id = session.id,
                              .source_playback_id = stream->playback_id,
                              .source_asset_id = recording ? recording->id : "",
                              .media_directory = asset_id,
                              .created_at = now,
                              .updated_at = now},
                    .task = {.id = make_uuid(),
                             .workspace = stream->workspace,
                             .project = stream->project,
                             .phase = TaskPhase::waiting,
                             .input_asset_id = recording ? recording->id : "",
                             .output_asset_id = asset_id,
                             .requester_id = requester,
                             .clip = {.url = wanted.source_url,
                                      .session_id = session.id,
                                      .stream_id = stream->id,
                                      .playback_id = wanted.playback_id,
                                      .start_time = wanted.start_time,
                                      .end_time = wanted.end_time},
                             .created_at = now,
                             .updated_at = now,
                             .scheduled_at = now}};
    if (const auto place = order.task.clip.url.find("{session}"); place != std::string::npos)
        order.task.clip.url.replace(place, std::string_view("{session}").size(), session.id);
    SPANREEL_CHECK(meta_.create(order.asset, order.task));
    start(order.task.id);
    return order;
}

Result<void> ClipService::Impl::check_admission(const std::string& requester, UnixMillis now) {
    SPANREEL_TRY(const std::uint64_t in_process, meta_.count_unfinished_tasks(requester, now - kClipLimitPeriod));
    if (in_process < kMaxClipsInProcess) return {};
    return fail(Code::forbidden, "Too many clips are being processed.");
}

Result<Task> ClipService::Impl::retry(const Scope& scope, std::string_view task_id) {
    Result<Task> found = meta_.task(task_id);
    if (!found && found.error().code == Code::not_found) return fail(Code::not_found, "not found");
    SPANREEL_TRY(Task task, std::move(found));
    if (!scope.sees(task)) return fail(Code::forbidden, "user can only request information on their own tasks");
    const UnixMillis now = clip_millis(clock_());
    {
        std::lock_guard admission(admission_);
        if (task.phase != TaskPhase::failed && task.phase != TaskPhase::cancelled)
            return fail(Code::invalid, "task is not in a retryable state");
        SPANREEL_CHECK(check_admission(task.requester_id, now));
        SPANREEL_TRY(Asset asset, meta_.asset(task.output_asset_id));
        asset.phase = AssetPhase::waiting;
        task.phase = TaskPhase::waiting;
        asset.error_message = task.error_message = "";
        asset.updated_at = task.updated_at = now;
        task.scheduled_at = now;
        ++task.retries;
        Result<void> updated = meta_.update(asset, task);
        if (!updated && updated.error().field == store::kVersionField)  // somebody else's retry was faster
            return fail(Code::invalid, "task is not in a retryable state");
        SPANREEL_CHECK(updated);
    }
    start(task.id);
    return task;
}

Result<StreamSession> ClipService::Impl::choose_session(const Stream& stream, const NewClip& wanted) {
    Result<StreamSession> session =
        wanted.session_id ? meta_.session(*wanted.session_id) : meta_.newest_session(stream.id);
    if (!session && session.error().code == Code::not_found) return fail(Code::not_found, "Session not found");
    if (session && session->stream_id != stream.id)
        return fail(Code::not_found, "The provided session id does not belong to this stream");
    return session;
}

Result<void> ClipService::Impl::check_range(const StreamSession& session, const NewClip& wanted) {
    if (!session.record && session.state == SessionState::ended)
        return fail(Code::unprocessable, "session is not recorded");
    SPANREEL_TRY(const SessionTimeline timeline, recordings_.timeline(session));
    if (meets(timeline, wanted.start_time, wanted.end_time, clock_())) return {};
    return fail(Code::unprocessable, "clip range is outside the recording");
}

void ClipService::Impl::start(std::string task_id) {
    {
        std::lock_guard lock(mutex_);
        if (stopping_) return;
        ++running_;
    }
    asio::post(pool_, [self = shared_from_this(), id = std::move(task_id), give_up = clock_() + kLongestWait] {
        self->run(id, give_up);
    });
}

void ClipService::Impl::run(const std::string& task_id, Time give_up) {
    if (stopping()) return done();
    Result<Task> task = meta_.task(task_id);
    if (!task) {
        log::error("clip task not found", {{"task", task_id}, {"error", task.error().message}});
        return done();
    }
    const Result<SessionTimeline> timeline = recordings_.timeline(task->clip.session_id);
    if (timeline && must_wait(*task, *timeline, give_up)) return later(task_id, give_up);
    if (!timeline)
        fail_task(*task, timeline.error());
    else if (const Result<void> finished = cut(*task, *timeline); !finished)
        fail_task(*task, finished.error());
    done();
}

/// The session runs on and has not yet closed the segment in which the clip ends.
bool ClipService::Impl::must_wait(const Task& task, const SessionTimeline& timeline, Time give_up) const {
    if (timeline.complete || timeline.segments.empty() || clock_() >= give_up) return false;
    const auto& last = timeline.segments.back();
    return std::min(end_of(task), Time(task.created_at)) > last.anchor.wall + last.duration;
}

void ClipService::Impl::later(const std::string& task_id, Time give_up) {
    auto timer = std::make_shared<asio::steady_timer>(pool_, kWaitStep);
    timer->async_wait([self = shared_from_this(), timer, task_id, give_up](boost::system::error_code) {
        self->run(task_id, give_up);
    });
}

Result<void> ClipService::Impl::cut(Task& task, const SessionTimeline& timeline) {
    SPANREEL_TRY(Asset asset, meta_.asset(task.output_asset_id));
    SPANREEL_TRY(const StreamSession session, meta_.session(task.clip.session_id));
    const auto advance = [&](AssetPhase asset_phase, TaskPhase task_phase) {
        asset.phase = asset_phase;
        task.phase = task_phase;
        asset.updated_at = task.updated_at = clip_millis(clock_());
        return meta_.update(asset, task);
    };
    SPANREEL_CHECK(advance(AssetPhase::processing, TaskPhase::running));
    SPANREEL_TRY(const media::mp4::RecordingIndex index, recordings_.index(session.media_directory));
    const auto from = timeline.media_time_at(task.clip.start_time).media;
    const auto to = timeline.media_time_at(end_of(task)).media;
    SPANREEL_CHECK(write_clip(media_, session.media_directory, index, from, to, asset));
    return advance(AssetPhase::ready, TaskPhase::completed);
}

void ClipService::Impl::fail_task(Task task, const Error& error) {
    log::error("clip failed", {{"task", task.id}, {"error", error.message}});
    const UnixMillis at = clip_millis(clock_());
    Result<Asset> asset = meta_.asset(task.output_asset_id, store::Deleted::show);
    // Before it is said to have failed: a retry makes the directory anew.
    if (asset)
        if (const Result<void> removed = media_.remove_directory(asset->media_directory); !removed)
            log::error("media not removed",
                       {{"directory", asset->media_directory}, {"error", removed.error().message}});
    const Result<Task> stored = meta_.task(task.id);
    Result<void> noted;
    if (asset && stored) {
        task = *stored;
        task.phase = TaskPhase::failed;
        asset->phase = AssetPhase::failed;
        task.error_message = asset->error_message = error.message;
        asset->updated_at = task.updated_at = at;
        noted = meta_.update(*asset, task);
    }
    if (!noted) log::error("clip failure not noted", {{"task", task.id}, {"error", noted.error().message}});
}

bool ClipService::Impl::stopping() {
    std::lock_guard lock(mutex_);
    return stopping_;
}

void ClipService::Impl::done() {
    std::lock_guard lock(mutex_);
    --running_;
    idle_.notify_all();
}

ClipService::ClipService(store::MetaStore& meta, store::MediaStore& media, Recordings& recordings,
                         asio::thread_pool& clip_pool, Clock clock)
    : impl_(std::make_shared<Impl>(meta, media, recordings, clip_pool, std::move(clock))) {}

ClipService::~ClipService() = default;

Result<void> ClipService::recover() { return impl_->recover(); }
void ClipService::stop() { impl_->stop(); }
Result<ClipOrder> ClipService::create(const Scope& scope, const NewClip& wanted) {
    return impl_->create(scope, wanted);
}
Result<Task> ClipService::retry(const Scope& scope, std::string_view task_id) { return impl_->retry(scope, task_id); }

}  // namespace spanreel::live
