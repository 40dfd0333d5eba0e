// SPDX-License-Identifier: Apache-2.0
#include "live/stream_sessions.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <deque>
#include <future>
#include <map>
#include <mutex>

#include "base/log.hpp"
#include "live/job_queue.hpp"
#include "live/open_session.hpp"
#include "live/stream_service.hpp"

namespace spanreel::live {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// All work on one stream, one job after the other. `open` belongs to the jobs.
struct Lane : JobQueue {
    Lane(asio::thread_pool& pool, std::string id) : JobQueue(pool), stream_id(std::move(id)) {}

    const std::string stream_id;
    std::unique_ptr<OpenSession> open;
    std::atomic<std::int64_t> due{kNever};  ///< Unix nanoseconds of the next sweep that matters
};
using LanePtr = std::shared_ptr<Lane>;

/// A session that ended, for kEndedWindow.
struct EndedSession {
    std::shared_ptr<const LiveWindow> window;
    Time until;
    bool has_files = false;  ///< that no row names: they go with it
};

/// Words for the person at the encoder.
Result<void> check_may_publish(const Stream& stream, Time now) {
    if (stream.deleted) return fail(Code::not_found, "This stream was deleted. Create a new one and use its key.");
    if (stream.suspended)
        return fail(Code::forbidden,
                    "This stream is suspended. Resume it with PATCH /api/stream/{id}, suspended: false.");
    if (stream.last_terminated_at && now - *stream.last_terminated_at < kTerminationPause)
        return fail(Code::forbidden, "This stream was terminated a moment ago. Try again in 5 seconds.");
    return {};
}

/// Messages of the store name files of the server, which are for the log. The encoder gets the last part of them, the
/// system's text, where that helps.
Error publish_failure(const Error& error) {
    std::string words = "The server cannot record now; its log says why.";
    if (error.code == Code::unavailable) {
        const auto last = error.message.rfind(": ");
        words = "The server cannot record now: " + error.message.substr(last == std::string::npos ? 0 : last + 2);
    }
    return {error.code, std::move(words)};
}

std::unexpected<Error> cannot_publish(std::string_view stream_id, const Error& error) {
    log::error("publishing failed", {{"stream", stream_id}, {"error", error.message}});
    return std::unexpected(publish_failure(error));
}

}  // namespace

class StreamSessions::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(store::MetaStore& meta, store::MediaStore& media, asio::thread_pool& pool, SessionSettings settings,
         Clock clock)
        : context_{meta, media, settings, std::move(clock)}, pool_(pool) {}

    Result<void> recover();
    void stop();
    void publish(std::string stream_key, PublishAnswer answer);
    std::future<void> drop(std::string_view stream_id, std::string reason, Then then);
    void sweep();
    std::shared_ptr<const LiveWindow> window_of_session(std::string_view session_id) const;
    std::shared_ptr<const LiveWindow> window_of_stream(std::string_view stream_id) const;
    std::shared_ptr<const LiveWindow> window_of_ended(std::string_view session_id) const;
    const SessionSettings& settings() const { return context_.settings; }
    std::size_t publisher_count() const { return publishers_; }

  private:
    LanePtr lane(std::string_view stream_id);
    std::vector<LanePtr> lanes() const;

    // Jobs of a lane.
    void begin(const LanePtr& lane, PublishAnswer answer);
    Result<std::shared_ptr<Publication>> connect(const LanePtr& lane);
    Result<std::shared_ptr<Publication>> start_publication(const LanePtr& lane, Time now);
    void deliver(const LanePtr& lane, const std::shared_ptr<Publication>& from,
                 const media::mp4::SegmenterEvents& events, std::uint64_t bytes, bool last);
    void finish(const LanePtr& lane);
    void look_after(const LanePtr& lane);
    void set_open(const LanePtr& lane, std::unique_ptr<OpenSession> session);
    void set_due(Lane& lane);
    void keep_ended(const OpenSession& session);
    void forget_ended(Time now);

    const SessionContext context_;
    asio::thread_pool& pool_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> publishers_{0};

    mutable std::mutex mutex_;
    std::map<std::string, LanePtr, std::less<>> lanes_;
    std::map<std::string, std::shared_ptr<const LiveWindow>, std::less<>> windows_;  ///< by session id
    std::deque<EndedSession> ended_;                                                 ///< the oldest first
    std::map<std::string, std::shared_ptr<const LiveWindow>, std::less<>> by_stream_;
};

Result<void> StreamSessions::Impl::recover() {
    SPANREEL_TRY(std::vector<StreamSession> open, context_.meta.open_sessions());
    std::ranges::sort(open, {}, &StreamSession::created_at);
    for (StreamSession& row : open) {
        const LanePtr found = lane(row.stream_id);
        if (found->open) finish(found);
        const std::string id = row.id;
        auto session = OpenSession::restore(context_, std::move(row));
        if (!session) {
            log::error("session not recovered", {{"session", id}, {"error", session.error().message}});
            continue;
        }
        set_open(found, *std::move(session));
        look_after(found);
    }
    SPANREEL_TRY(const std::vector<Stream> active, context_.meta.active_streams());
    for (const Stream& stream : active)
        SPANREEL_CHECK(store::modify<Stream>(context_.meta, stream.id, [](Stream& stored) -> Result<void> {
            stored.is_active = false;
            stored.health = Health::unknown;
            stored.issues.clear();
            return {};
        }));
    return {};
}

void StreamSessions::Impl::stop() {
    stopping_ = true;
    std::vector<std::future<void>> dropped;
    for (const LanePtr& running : lanes())
        dropped.push_back(drop(running->stream_id, "The server is shutting down.", Then::wait_for_publisher));
    for (const std::future<void>& done : dropped) done.wait();
}

void StreamSessions::Impl::publish(std::string stream_key, PublishAnswer answer) {
    if (stopping_) return answer(fail(Code::unavailable, "The server is shutting down."));
    asio::post(pool_, [self = shared_from_this(), key = std::move(stream_key), answer = std::move(answer)]() mutable {
        const Result<Stream> stream = self->context_.meta.stream_by_key(key);
        if (stream) {
            const LanePtr found = self->lane(stream->id);
            return found->post(
                [self, found, answer = std::move(answer)]() mutable { self->begin(found, std::move(answer)); });
        }
        if (stream.error().code != Code::not_found) return answer(cannot_publish("", stream.error()));
        answer(fail(Code::not_found, "This stream key is not known. Use the streamKey of a stream of this server."));
    });
}

void StreamSessions::Impl::begin(const LanePtr& lane, PublishAnswer answer) {
    if (lane->open && lane->open->publisher()) {
        const auto publisher = lane->open->publisher();
        if (context_.clock() - publisher->last_packet() < kTakeoverSilence)
            return answer(fail(Code::conflict, "Another publisher is live with this stream key."));
        publisher->drop("Another publisher took over this stream.");
        publisher->end();
        // Behind what the old one still delivers.
        return lane->post([self = shared_from_this(), lane, answer = std::move(answer)]() mutable {
            self->begin(lane, std::move(answer));
        });
    }
    Result<std::shared_ptr<Publication>> publication = connect(lane);
    answer(std::move(publication));
}

/// Errors are words for the person at the encoder.
Result<std::shared_ptr<Publication>> StreamSessions::Impl::connect(const LanePtr& lane) {
    if (stopping_) return fail(Code::unavailable, "The server is shutting down.");
    const Time now = context_.clock();
    const Result<Stream> stream = context_.meta.stream(lane->stream_id, store::Deleted::show);
    if (!stream) return cannot_publish(lane->stream_id, stream.error());
    SPANREEL_CHECK(check_may_publish(*stream, now));
    if (lane->open && lane->open->window_is_over(now)) finish(lane);
    if (!lane->open) {
        Result<std::unique_ptr<OpenSession>> session = OpenSession::begin(context_, *stream);
        if (!session) return cannot_publish(lane->stream_id, session.error());
        set_open(lane, *std::move(session));
    }
    Result<std::shared_ptr<Publication>> publication = start_publication(lane, now);
    if (publication) return publication;
    lane->open->publisher_left();
    set_due(*lane);
    return cannot_publish(lane->stream_id, publication.error());
}

Result<std::shared_ptr<Publication>> StreamSessions::Impl::start_publication(const LanePtr& lane, Time now) {
    SPANREEL_TRY(media::mp4::SegmenterResume resume, lane->open->prepare());
    // Weak: the lane owns the session, which owns the publication, which owns the function.
    const auto from = std::make_shared<std::weak_ptr<Publication>>();
    auto publication = std::make_shared<Publication>(
        media::mp4::Segmenter({}, std::move(resume)),
        [weak_self = weak_from_this(), weak_lane = std::weak_ptr(lane), from](media::mp4::SegmenterEvents events,
                                                                              std::uint64_t bytes, bool last) {
            const auto self = weak_self.lock();
            const LanePtr lane = weak_lane.lock();
            if (!self || !lane) return;
            lane->post([self, lane, from, events = std::move(events), bytes, last] {
                self->deliver(lane, from->lock(), events, bytes, last);
            });
        },
        now);
    *from = publication;
    if (Result<void> attached = lane->open->attach(publication); !attached) {
        publication->end();
        return fail(std::move(attached));
    }
    ++publishers_;
    set_due(*lane);
    log::info("publisher connected", {{"stream", lane->stream_id}, {"session", lane->open->row().id}});
    return publication;
}

void StreamSessions::Impl::deliver(const LanePtr& lane, const std::shared_ptr<Publication>& from,
                                   const media::mp4::SegmenterEvents& events, std::uint64_t bytes, bool last) {
    const std::shared_ptr<Publication> publisher = lane->open ? lane->open->publisher() : nullptr;
    if (!publisher || publisher != from) return;  // another one's, late
    const Result<void> written = lane->open->write(events);
    publisher->written(bytes);
    if (!written) {
        log::error("recording stopped", {{"session", lane->open->row().id}, {"error", written.error().message}});
        publisher->drop(publish_failure(written.error()).message);
        publisher->end();
    }
    if (last) {
        lane->open->publisher_left();
        --publishers_;
        log::info("publisher left", {{"stream", lane->stream_id}, {"session", lane->open->row().id}});
        if (!stopping_ && lane->open->window_is_over(context_.clock())) finish(lane);
    }
    set_due(*lane);
}

std::future<void> StreamSessions::Impl::drop(std::string_view stream_id, std::string reason, Then then) {
    const LanePtr found = lane(stream_id);
    const auto done = std::make_shared<std::promise<void>>();
    found->post([self = shared_from_this(), found, done, reason = std::move(reason), then] {
        if (const auto publisher = found->open ? found->open->publisher() : nullptr) {
            publisher->drop(reason);
            publisher->end();
        }
        // Behind what the publisher still delivers.
        found->post([self, found, done, then] {
            if (then == Then::end_session && found->open) self->finish(found);
            done->set_value();
        });
    });
    return done->get_future();
}

void StreamSessions::Impl::sweep() {
    if (stopping_) return;
    const std::int64_t now = to_unix_nanos(context_.clock());
    forget_ended(context_.clock());
    {
        // Nobody holds these, so no job of theirs waits or runs.
        std::lock_guard lock(mutex_);
        std::erase_if(lanes_,
                      [](const auto& entry) { return entry.second.use_count() == 1 && entry.second->due == kNever; });
    }
    for (const LanePtr& due : lanes())
        if (due->due <= now) {
            due->due = kNever;
            due->post([self = shared_from_this(), due] { self->look_after(due); });
        }
}

void StreamSessions::Impl::look_after(const LanePtr& lane) {
    if (!lane->open || stopping_) return;
    const Time now = context_.clock();
    if (lane->open->due() > now) return set_due(*lane);
    lane->open->report();
    if (lane->open->window_is_over(now)) finish(lane);
    set_due(*lane);
}

/// Leaves the session open when that fails, to be tried again by a later sweep.
void StreamSessions::Impl::finish(const LanePtr& lane) {
    const std::string id = lane->open->row().id;
    const Result<void> finished = lane->open->finish();
    if (!finished) {
        log::error("session not finished", {{"session", id}, {"error", finished.error().message}});
        if (lane->open->row().state != SessionState::ended) return set_due(*lane);
    }
    log::info("session ended", {{"stream", lane->stream_id}, {"session", id}});
    keep_ended(*lane->open);
    set_open(lane, nullptr);
    set_due(*lane);
}

void StreamSessions::Impl::set_open(const LanePtr& lane, std::unique_ptr<OpenSession> session) {
    std::lock_guard lock(mutex_);
    if (lane->open) {
        windows_.erase(lane->open->row().id);
        by_stream_.erase(lane->stream_id);
    }
    lane->open = std::move(session);
    if (lane->open) {
        windows_[lane->open->row().id] = lane->open->window();
        by_stream_[lane->stream_id] = lane->open->window();
    }
}

void StreamSessions::Impl::keep_ended(const OpenSession& session) {
    std::lock_guard lock(mutex_);
    ended_.push_back({.window = session.window(),
                      .until = context_.clock() + kEndedWindow,
                      .has_files = session.row().media_directory.empty()});
}

void StreamSessions::Impl::forget_ended(Time now) {
    std::vector<std::string> directories;
    {
        std::lock_guard lock(mutex_);
        const auto is_over = [&] { return ended_.front().until <= now || ended_.size() > kMaxEndedWindows; };
        for (; !ended_.empty() && is_over(); ended_.pop_front())
            if (ended_.front().has_files) directories.push_back(ended_.front().window->media_directory());
    }
    if (directories.empty()) return;
    asio::post(pool_, [self = shared_from_this(), directories = std::move(directories)] {
        for (const std::string& directory : directories)
            if (const Result<void> removed = self->context_.media.remove_directory(directory); !removed)
                log::error("media not removed", {{"directory", directory}, {"error", removed.error().message}});
    });
}

void StreamSessions::Impl::set_due(Lane& lane) { lane.due = lane.open ? to_unix_nanos(lane.open->due()) : kNever; }

LanePtr StreamSessions::Impl::lane(std::string_view stream_id) {
    std::lock_guard lock(mutex_);
    auto found = lanes_.find(stream_id);
    if (found == lanes_.end())
        found = lanes_.emplace(stream_id, std::make_shared<Lane>(pool_, std::string(stream_id))).first;
    return found->second;
}

std::vector<LanePtr> StreamSessions::Impl::lanes() const {
    std::lock_guard lock(mutex_);
    std::vector<LanePtr> all;
    all.reserve(lanes_.size());
    for (const auto& [id, lane] : lanes_) all.push_back(lane);
    return all;
}

std::shared_ptr<const LiveWindow> StreamSessions::Impl::window_of_session(std::string_view session_id) const {
    std::lock_guard lock(mutex_);
    const auto found = windows_.find(session_id);
    return found == windows_.end() ? nullptr : found->second;
}

std::shared_ptr<const LiveWindow> StreamSessions::Impl::window_of_stream(std::string_view stream_id) const {
    std::lock_guard lock(mutex_);
    const auto found = by_stream_.find(stream_id);
    return found == by_stream_.end() ? nullptr : found->second;
}

std::shared_ptr<const LiveWindow> StreamSessions::Impl::window_of_ended(std::string_view session_id) const {
    std::lock_guard lock(mutex_);
    const auto found =
        std::ranges::find(ended_, session_id, [](const EndedSession& ended) { return ended.window->session_id(); });
    return found == ended_.end() ? nullptr : found->window;
}

StreamSessions::StreamSessions(store::MetaStore& meta, store::MediaStore& media, asio::thread_pool& media_pool,
                               SessionSettings settings, Clock clock)
    : impl_(std::make_shared<Impl>(meta, media, media_pool, settings, std::move(clock))) {}

StreamSessions::~StreamSessions() = default;

Result<void> StreamSessions::recover() { return impl_->recover(); }
void StreamSessions::stop() { impl_->stop(); }
void StreamSessions::publish(std::string stream_key, PublishAnswer answer) {
    impl_->publish(std::move(stream_key), std::move(answer));
}
bool StreamSessions::drop(std::string_view stream_id, std::string reason, Then then) {
    return impl_->drop(stream_id, std::move(reason), then).wait_for(settings().drop_wait) == std::future_status::ready;
}
void StreamSessions::sweep() { impl_->sweep(); }
std::shared_ptr<const LiveWindow> StreamSessions::window_of_session(std::string_view session_id) const {
    return impl_->window_of_session(session_id);
}
std::shared_ptr<const LiveWindow> StreamSessions::window_of_stream(std::string_view stream_id) const {
    return impl_->window_of_stream(stream_id);
}
std::shared_ptr<const LiveWindow> StreamSessions::window_of_ended(std::string_view session_id) const {
    return impl_->window_of_ended(session_id);
}
const SessionSettings& StreamSessions::settings() const { return impl_->settings(); }
std::size_t StreamSessions::publisher_count() const { return impl_->publisher_count(); }

}  // namespace spanreel::live
