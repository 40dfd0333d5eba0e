// SPDX-License-Identifier: Apache-2.0
#include "live/stream_sessions.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

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

std::string publish_failure(const Error& error) {
    if (error.code == Code::unavailable) return "The server cannot record now: " + error.message;
    return error.message;
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
    void drop(std::string_view stream_id, std::string reason, Then then);
    void sweep();
    std::shared_ptr<const LiveWindow> window_of_session(std::string_view session_id) const;
    std::shared_ptr<const LiveWindow> window_of_stream(std::string_view stream_id) const;
    std::size_t publisher_count() const { return publishers_; }

  private:
    LanePtr lane(std::string_view stream_id);
    std::vector<LanePtr> lanes() const;

    // Jobs of a lane.
    void begin(const LanePtr& lane, PublishAnswer answer);
    Result<std::shared_ptr<Publication>> connect(const LanePtr& lane);
    Result<std::shared_ptr<Publication>> start_publication(const LanePtr& lane, Time now);
    void deliver(const LanePtr& lane, media::mp4::SegmenterEvents events, std::uint64_t bytes, bool last);
    void finish(const LanePtr& lane);
    void look_after(const LanePtr& lane);
    void set_open(const LanePtr& lane, std::unique_ptr<OpenSession> session);
    void set_due(Lane& lane);

    const SessionContext context_;
    asio::thread_pool& pool_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> publishers_{0};

    mutable std::mutex mutex_;
    std::map<std::string, LanePtr, std::less<>> lanes_;
    std::map<std::string, std::shared_ptr<const LiveWindow>, std::less<>> windows_;  ///< by session id
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
    for (const LanePtr& running : lanes())
        drop(running->stream_id, "The server is shutting down.", Then::wait_for_publisher);
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
        if (stream.error().code != Code::not_found)
            return answer(fail(stream.error().code, publish_failure(stream.error())));
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
    if (!publication) return answer(fail(publication.error().code, publish_failure(publication.error())));
    answer(std::move(publication));
}

Result<std::shared_ptr<Publication>> StreamSessions::Impl::connect(const LanePtr& lane) {
    if (stopping_) return fail(Code::unavailable, "The server is shutting down.");
    const Time now = context_.clock();
    SPANREEL_TRY(const Stream stream, context_.meta.stream(lane->stream_id, store::Deleted::show));
    SPANREEL_CHECK(check_may_publish(stream, now));
    if (lane->open && lane->open->window_is_over(now)) finish(lane);
    if (!lane->open) {
        SPANREEL_TRY(std::unique_ptr<OpenSession> session, OpenSession::begin(context_, stream));
        set_open(lane, std::move(session));
    }
    Result<std::shared_ptr<Publication>> publication = start_publication(lane, now);
    if (!publication) {
        lane->open->publisher_left();
        set_due(*lane);
    }
    return publication;
}

Result<std::shared_ptr<Publication>> StreamSessions::Impl::start_publication(const LanePtr& lane, Time now) {
    SPANREEL_TRY(media::mp4::SegmenterResume resume, lane->open->prepare());
    auto publication = std::make_shared<Publication>(
        media::mp4::Segmenter({}, std::move(resume)),
        // The lane owns the session, which owns the publication, which owns this.
        [weak_self = weak_from_this(), weak_lane = std::weak_ptr(lane)](media::mp4::SegmenterEvents events,
                                                                        std::uint64_t bytes, bool last) {
            const auto self = weak_self.lock();
            const LanePtr lane = weak_lane.lock();
            if (!self || !lane) return;
            lane->post([self, lane, events = std::move(events), bytes, last]() mutable {
                self->deliver(lane, std::move(events), bytes, last);
            });
        },
        now);
    if (Result<void> attached = lane->open->attach(publication); !attached) {
        publication->end();
        return fail(std::move(attached));
    }
    ++publishers_;
    set_due(*lane);
    log::info("publisher connected", {{"stream", lane->stream_id}, {"session", lane->open->row().id}});
    return publication;
}

void StreamSessions::Impl::deliver(const LanePtr& lane, media::mp4::SegmenterEvents events, std::uint64_t bytes,
                                   bool last) {
    const std::shared_ptr<Publication> publisher = lane->open ? lane->open->publisher() : nullptr;
    if (!publisher) return;
    const Result<void> written = lane->open->write(std::move(events));
    publisher->written(bytes);
    if (!written) {
        log::error("recording stopped", {{"session", lane->open->row().id}, {"error", written.error().message}});
        publisher->drop(publish_failure(written.error()));
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

void StreamSessions::Impl::drop(std::string_view stream_id, std::string reason, Then then) {
    const LanePtr found = lane(stream_id);
    std::promise<void> done;
    found->post([&] {
        if (const auto publisher = found->open ? found->open->publisher() : nullptr) {
            publisher->drop(std::move(reason));
            publisher->end();
        }
        // Behind what the publisher still delivers.
        found->post([&] {
            if (then == Then::end_session && found->open) finish(found);
            done.set_value();
        });
    });
    done.get_future().wait();
}

void StreamSessions::Impl::sweep() {
    if (stopping_) return;
    const std::int64_t now = to_unix_nanos(context_.clock());
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

StreamSessions::StreamSessions(store::MetaStore& meta, store::MediaStore& media, asio::thread_pool& media_pool,
                               SessionSettings settings, Clock clock)
    : impl_(std::make_shared<Impl>(meta, media, media_pool, settings, std::move(clock))) {}

StreamSessions::~StreamSessions() = default;

Result<void> StreamSessions::recover() { return impl_->recover(); }
void StreamSessions::stop() { impl_->stop(); }
void StreamSessions::publish(std::string stream_key, PublishAnswer answer) {
    impl_->publish(std::move(stream_key), std::move(answer));
}
void StreamSessions::drop(std::string_view stream_id, std::string reason, Then then) {
    impl_->drop(stream_id, std::move(reason), then);
}
void StreamSessions::sweep() { impl_->sweep(); }
std::shared_ptr<const LiveWindow> StreamSessions::window_of_session(std::string_view session_id) const {
    return impl_->window_of_session(session_id);
}
std::shared_ptr<const LiveWindow> StreamSessions::window_of_stream(std::string_view stream_id) const {
    return impl_->window_of_stream(stream_id);
}
std::size_t StreamSessions::publisher_count() const { return impl_->publisher_count(); }

}  // namespace spanreel::live
