// SPDX-License-Identifier: Apache-2.0
#include "live/rtmp_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/log.hpp"
#include "live/stream_sessions.hpp"

namespace spanreel::live {

namespace asio = boost::asio;
namespace rtmp = media::rtmp;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
/// A publisher of 10 Mbps sends about this much in one RtmpServerLimits::read_interval.
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::chrono::milliseconds kWriterPoll{5};
/// For the publisher to read why it was refused.
constexpr std::chrono::seconds kLinger{2};
constexpr std::string_view kApp = "live";

using PublishResult = Result<std::shared_ptr<Publication>>;

/// What the sessions answer to a publish request. Belongs to the connection's strand.
struct Decision {
    std::optional<PublishResult> answer;
    bool given_up = false;
};

}  // namespace

RtmpConnection::RtmpConnection(Socket socket, StreamSessions& sessions, const RtmpServerLimits& limits,
                               const Clock& clock, RtmpCounters& counters)
    : socket_(std::move(socket)),
      sessions_(sessions),
      limits_(limits),
      clock_(clock),
      counters_(counters),
      buffer_(kReadBytes),
      pause_(socket_.get_executor()),
      watchdog_(socket_.get_executor()),
      deadline_(std::chrono::steady_clock::now() + limits.handshake_timeout) {}

asio::awaitable<void> RtmpConnection::run() {
    auto self = shared_from_this();
    asio::co_spawn(socket_.get_executor(), guard(), [self](const std::exception_ptr&) {});
    try {
        co_await serve();
    } catch (const std::exception& error) {
        log::error("rtmp connection failed", {{"error", error.what()}});
    }
    end_publication();
    over_ = true;
    watchdog_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void RtmpConnection::close_soon(std::string reason) {
    asio::post(socket_.get_executor(),
               [self = shared_from_this(), reason = std::move(reason)]() mutable { self->close(std::move(reason)); });
}

void RtmpConnection::close(std::string reason) {
    if (close_reason_) return;
    close_reason_ = std::move(reason);
    boost::system::error_code ignored;
    socket_.cancel(ignored);
    pause_.cancel();
}

/// Closes the socket when the deadline passes. Wakes once per deadline, not whenever it is extended.
asio::awaitable<void> RtmpConnection::guard() {
    while (!over_) {
        if (std::chrono::steady_clock::now() >= deadline_) {
            boost::system::error_code ignored;
            socket_.close(ignored);
            pause_.cancel();
            co_return;
        }
        watchdog_.expires_at(deadline_);
        co_await watchdog_.async_wait(kAwait);
    }
}

asio::awaitable<void> RtmpConnection::serve() {
    while (!close_reason_ && socket_.is_open()) {
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(buffer_), kAwait);
        if (error || !co_await receive(count)) break;
        if (!publication_) continue;
        extend_deadline(limits_.idle_timeout);
        co_await wait_for_writer();
        if (count < buffer_.size()) co_await wait_for_more();
    }
    end_publication();
    if (close_reason_) {
        log::info("rtmp connection closed", {{"reason", *close_reason_}});
        session_.reject_publish(*close_reason_);
        extend_deadline(limits_.write_timeout);
    }
    co_await send_output();
    co_await linger();
}

/// False when the connection is over.
asio::awaitable<bool> RtmpConnection::receive(std::size_t count) {
    counters_.bytes_in.fetch_add(count, std::memory_order_relaxed);
    events_.clear();
    Result<void> received = session_.receive(ByteView(buffer_).first(count), events_);
    handle_events();
    report_lost_frames();
    co_await send_output();
    if (received && request_) {
        co_await decide();
        events_.clear();
        if (publication_) received = session_.accept_publish(events_);
        handle_events();
        co_await send_output();
    }
    if (!received) log::info("rtmp connection ended", {{"reason", received.error().message}});
    co_return received.has_value();
}

asio::awaitable<void> RtmpConnection::decide() {
    const rtmp::PublishRequested request = *std::exchange(request_, std::nullopt);
    PublishResult answer = fail(Code::not_found, fmt::format("Publish to rtmp://<host>/{}/<stream key>.", kApp));
    if (request.app == kApp) answer = co_await ask_sessions(request.stream_key);
    if (!answer) {
        counters_.refused.fetch_add(1, std::memory_order_relaxed);
        log::info("publisher refused",
                  {{"stream_key", log::redacted(request.stream_key)}, {"reason", answer.error().message}});
        if (!close_reason_) close_reason_ = answer.error().message;
        co_return;
    }
    publication_ = *std::move(answer);
    publication_->on_dropped([weak = weak_from_this()](const std::string& reason) {
        if (auto self = weak.lock()) self->close_soon(reason);
    });
}

/// StreamSessions::publish, awaited for decision_timeout.
asio::awaitable<PublishResult> RtmpConnection::ask_sessions(const std::string& stream_key) {
    const auto decision = std::make_shared<Decision>();
    sessions_.publish(stream_key, [self = shared_from_this(), decision](PublishResult result) {
        asio::post(self->socket_.get_executor(), [self, decision, result = std::move(result)]() mutable {
            if (decision->given_up && result) (*result)->end();
            decision->answer = std::move(result);
            self->pause_.cancel();
        });
    });
    const auto give_up = std::chrono::steady_clock::now() + limits_.decision_timeout;
    set_deadline(give_up + limits_.write_timeout);
    // A pause that ends early was cancelled by the answer, or by close(), whose publisher still has to be let go.
    while (!decision->answer && std::chrono::steady_clock::now() < give_up) {
        pause_.expires_at(give_up);
        co_await pause_.async_wait(kAwait);
    }
    extend_deadline(limits_.idle_timeout);
    if (decision->answer) co_return *std::move(decision->answer);
    decision->given_up = true;
    log::warning("publish request not answered in time", {{"stream_key", log::redacted(stream_key)}});
    co_return fail(Code::unavailable, "The server is too busy to answer now. Try again in a moment.");
}

void RtmpConnection::report_lost_frames() {
    const rtmp::Statistics& seen = session_.statistics();
    const std::uint64_t lost = seen.damaged_frames + seen.early_frames;
    if (std::exchange(lost_frames_, lost) < lost && publication_) publication_->lose_frames();
}

void RtmpConnection::handle_events() {
    if (events_.empty()) return;
    const Time arrival = arrival_of_last_byte();
    for (rtmp::Event& event : events_) {
        if (auto* media = std::get_if<rtmp::MediaPacket>(&event)) {
            if (!publication_) continue;
            const Result<void> taken = publication_->push(std::move(media->packet), arrival);
            if (!taken && !close_reason_) close_reason_ = taken.error().message;
        } else if (auto* track = std::get_if<rtmp::TrackConfigured>(&event)) {
            if (publication_) publication_->configure(track->config);
        } else if (auto* request = std::get_if<rtmp::PublishRequested>(&event)) {
            request_ = std::move(*request);
        } else if (std::get_if<rtmp::PublishEnded>(&event)) {
            end_publication();
        }
    }
}

asio::awaitable<void> RtmpConnection::send_output() {
    const std::string output = session_.take_output();
    if (output.empty() || !socket_.is_open()) co_return;
    // Never later than what the other side has anyway: else it would win time by not reading.
    const auto before = deadline_;
    set_deadline(std::min(before, std::chrono::steady_clock::now() + limits_.write_timeout));
    co_await asio::async_write(socket_, asio::buffer(output), kAwait);
    set_deadline(before);
}

asio::awaitable<void> RtmpConnection::wait_for_writer() {
    std::uint64_t least = UINT64_MAX;
    auto give_up = std::chrono::steady_clock::time_point::max();
    while (publication_ && publication_->backlog() > limits_.backlog_bytes && !close_reason_ && socket_.is_open()) {
        const auto now = std::chrono::steady_clock::now();
        if (const std::uint64_t backlog = publication_->backlog(); backlog < least) {
            least = backlog;
            give_up = now + limits_.stall_timeout;
        }
        if (now >= give_up) {
            log::warning("publisher dropped: the disk takes nothing", {{"backlog_bytes", least}});
            close_reason_ = "The server's disk does not keep up. Try again later.";
            break;
        }
        // The publisher is not at fault when it is not read.
        extend_deadline(limits_.idle_timeout);
        pause_.expires_after(kWriterPoll);
        co_await pause_.async_wait(kAwait);
    }
}

/// Publishers send each frame by itself; reading them in batches, all publishers at the same ticks, saves wakeups.
asio::awaitable<void> RtmpConnection::wait_for_more() {
    if (close_reason_) co_return;
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto rest = limits_.read_interval - now % limits_.read_interval;
    pause_.expires_after(rest);
    co_await pause_.async_wait(kAwait);
}

/// Reads on until the other side closes: closing with unread bytes would destroy what it has not read of ours.
asio::awaitable<void> RtmpConnection::linger() {
    boost::system::error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    extend_deadline(kLinger);
    while (!error) std::tie(error, std::ignore) = co_await socket_.async_read_some(asio::buffer(buffer_), kAwait);
}

void RtmpConnection::end_publication() {
    if (auto publication = std::exchange(publication_, nullptr)) publication->end();
}

/// The watchdog sleeps until the deadline it saw last.
void RtmpConnection::set_deadline(std::chrono::steady_clock::time_point deadline) {
    const bool sooner = deadline < deadline_;
    deadline_ = deadline;
    if (sooner) watchdog_.cancel();
}

void RtmpConnection::extend_deadline(std::chrono::steady_clock::duration by) {
    set_deadline(std::chrono::steady_clock::now() + by);
}

/// Bytes may have waited in the socket for a read interval: the kernel knows how long.
Time RtmpConnection::arrival_of_last_byte() {
    tcp_info info{};
    socklen_t size = sizeof info;
    const Time time = clock_();
    if (::getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return time;
    return time - std::min(Millis(info.tcpi_last_data_recv), limits_.read_interval);
}

}  // namespace spanreel::live
