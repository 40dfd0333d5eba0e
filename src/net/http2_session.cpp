// SPDX-License-Identifier: Apache-2.0
#include "net/http2_session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>

#include "base/log.hpp"
#include "net/dispatch.hpp"

namespace spanreel::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t kRead = 64 << 10;
constexpr std::size_t kSlice = 8 << 10;
constexpr std::chrono::milliseconds kTurn{5};
constexpr std::size_t kWrite = 128 << 10;
constexpr std::chrono::seconds kLook{1};
/// Handlers whose stream was reset go on: who opens and resets streams without end is told to wait for them.
constexpr std::size_t kMostHandlers = 2 * Http2Connection::kMaxStreams;
/// To who speaks HTTP/1.1, as exporters do that were given the wrong one of two ports.
constexpr std::string_view kWrongVersion =
    "HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Type: text/plain\r\nContent-Length: 71\r\nConnection: close\r\n"
    "\r\nThis port speaks HTTP/2 only, for gRPC; send HTTP/1.1 to another port.\n";

}  // namespace

Http2Session::Exchange::Exchange(const SessionContext& context, Request head, RouteMatch matched)
    : request(std::move(head)),
      match(std::move(matched)),
      policy(request, match.mount->options),
      record(context.metrics, request.method, match) {}

Http2Session::Http2Session(asio::any_io_executor strand, const SessionContext& context,
                           std::unique_ptr<Transport> transport, std::string peer_address)
    : strand_(std::move(strand)),
      context_(context),
      transport_(std::move(transport)),
      peer_address_(std::move(peer_address)),
      deadline_(strand_, [this] { look(); }),
      connection_(context.limits.head_bytes, events()),
      output_(strand_),
      end_(strand_) {}

Http2Connection::Events Http2Session::events() {
    return {
        .on_head = [this](StreamId id, Result<Http2Connection::Head> head) { begin(id, std::move(head)); },
        .on_body = [this](StreamId id, ByteView piece) { take(id, piece); },
        .on_end = [this](StreamId id) { answer(id); },
        .on_close =
            [this](StreamId id) {
                exchanges_.erase(id);
                busy_ = Clock::now();
            },
        .on_read = [this](StreamId id, std::uint64_t offset, std::size_t max) { read_on(id, offset, max); },
    };
}

void Http2Session::finish_soon() {
    asio::dispatch(strand_, [self = shared_from_this()] {
        self->connection_.finish();
        self->flush();
        if (!self->sending_) self->transport_->close();  // nothing came yet that could be answered
    });
}

void Http2Session::cut() {
    asio::dispatch(strand_, [self = shared_from_this()] {
        self->ending_ = Clock::now();
        self->transport_->close();
        self->flush();
    });
}

asio::awaitable<void> Http2Session::run() {
    deadline_.set_owner(weak_from_this());
    deadline_.after(kLook);
    error_code error;
    co_await transport_->handshake(error);
    if (!error) {
        co_await receive();
        ending_ = Clock::now();
        flush();
        while (sending_ || reads_ > 0) {
            end_.expires_at(Clock::time_point::max());
            co_await end_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
        co_await drain();
    }
    deadline_.stop();
    transport_->close();
    exchanges_.clear();  // a handler that has not answered may keep this longer than there is a server
}

asio::awaitable<void> Http2Session::receive() {
    std::string buffer(kRead, '\0');
    while (!connection_.is_done()) {
        error_code error;
        const std::size_t count = co_await transport_->read_some(asio::buffer(buffer), error);
        context_.metrics.received_bytes.Increment(static_cast<double>(count));
        if (error) co_return;
        const Result<void> received = co_await take_input(as_bytes(std::string_view(buffer).substr(0, count)));
        if (!sending_ && !received && received.error().code == Code::unsupported) {
            co_await transport_->write({asio::buffer(kWrongVersion), asio::const_buffer()}, error);
            co_return;
        }
        if (!std::exchange(sending_, true)) start_sending();
        flush();
        if (!received) co_return;
    }
}

/// In slices: each byte of a compressed body may be a thousand, and others need the thread too.
asio::awaitable<Result<void>> Http2Session::take_input(ByteView input) {
    for (Clock::time_point turn = Clock::now(); !input.empty();) {
        const ByteView slice = input.first(std::min(input.size(), kSlice));
        input = input.subspan(slice.size());
        SPANREEL_CO_CHECK(connection_.receive(slice));
        if (Clock::now() - turn <= kTurn) continue;
        co_await asio::post(strand_, asio::use_awaitable);
        turn = Clock::now();
    }
    co_return Result<void>();
}

/// Not before something came: who speaks another version is answered in it.
void Http2Session::start_sending() {
    asio::co_spawn(strand_, send(), [this](const std::exception_ptr&) {
        sending_ = false;
        transport_->cancel();  // ends receive()
        end_.cancel();
    });
}

asio::awaitable<void> Http2Session::send() {
    std::string buffer;
    for (error_code error; !error;) {
        buffer.clear();
        connection_.take_output(buffer, kWrite);
        if (!buffer.empty()) {
            writing_ = Clock::now();
            co_await transport_->write({asio::buffer(buffer), asio::const_buffer()}, error);
            writing_.reset();
            context_.metrics.sent_bytes.Increment(static_cast<double>(buffer.size()));
            continue;
        }
        if (ending_ || connection_.is_done()) break;
        error_code woken;
        output_.expires_at(Clock::time_point::max());
        co_await output_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

/// Closing with unread bytes makes TCP drop what the client has not read yet: read on for a while.
asio::awaitable<void> Http2Session::drain() {
    error_code error;
    co_await transport_->finish_sending(error);
    std::string buffer(kRead, '\0');
    for (std::uint64_t dropped = 0; !error && dropped < context_.limits.drain_bytes;)
        dropped += co_await transport_->read_some(asio::buffer(buffer), error);
}

void Http2Session::begin(StreamId id, Result<Http2Connection::Head> head) {
    if (!head) return refuse(id, head.error());
    if (handlers_ >= kMostHandlers) return connection_.refuse(id);
    Request& request = head->request;
    request.peer_address = peer_address_;
    request.tls = transport_->is_tls();
    request.received = now();
    RouteMatch match = context_.router.match(request.method, request.path);
    Exchange& exchange = exchanges_.try_emplace(id, context_, std::move(request), std::move(match)).first->second;
    const Mount& mount = exchange.match.mount->options;
    const std::optional<Coding> coding = body_coding(exchange.request.headers);
    if (auto early = answer_early(exchange.request, mount, coding, head->content_length)) {
        exchange.policy.apply(*early);
        return respond(id, *std::move(early));
    }
    if (!head->has_body) return answer(id);
    exchange.receiver.emplace(mount, context_.budget, exchange.request, *coding, head->content_length);
    exchange.receiving = true;
    if (Result<void> begun = exchange.receiver->begin(); !begun)
        fail_with(id, http_status(begun.error().code), begun.error());
}

void Http2Session::refuse(StreamId id, const Error& error) {
    const unsigned status = error.code == Code::too_large ? 431 : http_status(error.code);
    Response response = render_error(context_.router.mount_of("").options, status, error);
    context_.metrics.count(nullptr, response.status, {});
    connection_.respond(id, std::move(response), false);
}

void Http2Session::take(StreamId id, ByteView piece) {
    const auto found = exchanges_.find(id);
    if (found == exchanges_.end() || !found->second.receiving) return;
    if (Result<void> taken = found->second.receiver->write(piece); !taken)
        fail_with(id, http_status(taken.error().code), taken.error());
}

/// The request is whole.
void Http2Session::answer(StreamId id) {
    const auto found = exchanges_.find(id);
    if (found == exchanges_.end()) return;
    Exchange& exchange = found->second;
    if (std::exchange(exchange.receiving, false)) {
        if (Result<void> body = exchange.receiver->finish(); !body)
            return fail_with(id, http_status(body.error().code), body.error());
    }
    if (answers_at_once(exchange.match))
        return respond(id, retry_later(call_plain(exchange.match, exchange.request, exchange.policy)));
    ++handlers_;
    Responder responder([weak = weak_from_this(), id](Result<Response> result) {
        const auto self = weak.lock();
        if (!self) return;
        asio::post(self->strand_, [self, id, result = std::move(result)]() mutable {
            --self->handlers_;
            if (result)
                self->respond(id, retry_later(*std::move(result)));
            else
                self->fail_with(id, http_status(result.error().code), result.error());
            self->flush();
        });
    });
    call_later(exchange.match, std::move(exchange.request), exchange.policy, context_.blocking, std::move(responder));
}

void Http2Session::respond(StreamId id, Response response) {
    const auto found = exchanges_.find(id);
    if (found == exchanges_.end()) return;  // the client is gone
    Exchange& exchange = found->second;
    exchange.receiving = false;
    exchange.record.answered(response);
    if (auto* streamed = std::get_if<StreamedBody>(&response.body)) {
        const auto length = streamed->length;
        exchange.body = std::make_shared<const StreamedBody>(std::move(*streamed));
        response.body = StreamedBody{length, nullptr};
    }
    connection_.respond(id, std::move(response), exchange.policy.is_head());
}

void Http2Session::fail_with(StreamId id, unsigned status, const Error& error) {
    const auto found = exchanges_.find(id);
    if (found == exchanges_.end()) return;
    found->second.receiver.reset();
    found->second.request.body = {};
    found->second.request.memory = {};
    Response response = retry_later(render_error(found->second.match.mount->options, status, error));
    found->second.policy.apply(response);
    respond(id, std::move(response));
}

void Http2Session::read_on(StreamId id, std::uint64_t offset, std::size_t max) {
    const auto found = exchanges_.find(id);
    if (found == exchanges_.end()) return;
    ++reads_;
    asio::post(context_.blocking, [self = shared_from_this(), id, offset, max, body = found->second.body] {
        auto piece = read_piece(*body, offset, max);
        asio::post(self->strand_, [self, id, offset, max, piece = std::move(piece)]() mutable {
            --self->reads_;
            self->end_.cancel();
            if (piece && *piece && (*piece)->empty()) return self->read_on(id, offset, max);  // takes longer
            if (!piece) log::warning("response broken off", {{"offset", offset}, {"reason", piece.error().message}});
            self->connection_.give(id, std::move(piece));
            self->flush();
        });
    });
}

bool Http2Session::takes_too_long(const Exchange& exchange, Clock::time_point now) const {
    const Limits& limits = context_.limits;
    return exchange.receiving &&
           now > exchange.began + limits.body_grace +
                     std::chrono::seconds(exchange.receiver->received() /
                                          std::max<std::uint64_t>(limits.body_bytes_per_second, 1));
}

void Http2Session::look() {
    const Limits& limits = context_.limits;
    const Clock::time_point now = Clock::now();
    std::vector<StreamId> slow;
    for (const auto& [id, exchange] : exchanges_)
        if (takes_too_long(exchange, now)) slow.push_back(id);
    for (const StreamId id : slow) fail_with(id, 408, {Code::invalid, "The request body arrived too slowly"});
    for (const StreamId id : connection_.stalled_since(now - limits.write_timeout)) connection_.cancel(id);
    const auto most_idle = sending_ ? limits.idle_timeout : limits.head_timeout;
    if (exchanges_.empty() && now > busy_ + most_idle) connection_.finish();
    // A client that does not hear it, or whose head has no end.
    const bool lost = exchanges_.empty() && now > busy_ + most_idle + limits.drain_timeout;
    const bool drained = ending_ && now > *ending_ + limits.drain_timeout;
    if (lost || drained || (writing_ && now > *writing_ + limits.write_timeout)) transport_->close();
    flush();
    deadline_.after(kLook);
}

}  // namespace spanreel::net
