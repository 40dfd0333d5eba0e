// SPDX-License-Identifier: Apache-2.0
#include "net/http1_session.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/log.hpp"
#include "net/dispatch.hpp"
#include "net/exchange.hpp"

namespace spanreel::net {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = Deadline::Clock;

namespace {

constexpr std::size_t kHeadRead = 4 << 10;
constexpr std::size_t kBodyRead = 64 << 10;
/// Taken at a time, since each byte of a compressed body may be a thousand; and after so long others get the thread.
constexpr std::size_t kSlice = 8 << 10;
constexpr std::chrono::milliseconds kTurn{5};
/// A response goes out in pieces of this size: what a streamed body holds in memory, and what a write deadline covers.
constexpr std::size_t kPiece = 128 << 10;

/// Suspends the caller until the function that `start` gets is called, once, on any thread.
template <class T, class Start>
asio::awaitable<T> until_called(Start start) {
    return asio::async_initiate<const asio::use_awaitable_t<>&, void(T)>(
        [](auto handler, Start begin) {
            auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
            begin([waiting](T value) {
                auto executor = asio::get_associated_executor(*waiting);
                asio::post(executor,
                           [waiting, value = std::move(value)]() mutable { std::move (*waiting)(std::move(value)); });
            });
        },
        asio::use_awaitable, std::move(start));
}

/// How long the reader of a streamed body may let writes wait: `limit` for each kPiece bytes, in however many pieces
/// they come. What the body takes to be read is not its reader's time.
class ReaderTime {
  public:
    explicit ReaderTime(Clock::duration limit) : limit_(limit), left_(limit) {}

    Clock::duration left() const { return left_; }
    void spend(Clock::duration waited, std::size_t bytes) {
        left_ -= waited;
        taken_ += bytes;
        if (taken_ < kPiece) return;
        taken_ = 0;
        left_ = limit_;
    }

  private:
    Clock::duration limit_;
    Clock::duration left_;
    std::size_t taken_ = 0;  ///< since left_ was the limit
};

}  // namespace

Http1Session::Http1Session(asio::any_io_executor strand, const SessionContext& context,
                           std::unique_ptr<Transport> transport, std::string peer_address)
    : strand_(std::move(strand)),
      context_(context),
      transport_(std::move(transport)),
      peer_address_(std::move(peer_address)),
      deadline_(strand_, [this] {
          expired_ = true;
          transport_->cancel();
      }) {}

Http1Session::Refusal Http1Session::refusal(Error error) {
    unsigned status = http_status(error.code);
    return {status, std::move(error)};
}

Http1Session::Refusal Http1Session::peer_gone() { return {}; }

void Http1Session::finish_soon() {
    asio::dispatch(strand_, [self = shared_from_this()] {
        self->finishing_ = true;
        if (self->idle_) self->transport_->cancel();
    });
}

void Http1Session::cut() {
    asio::dispatch(strand_, [self = shared_from_this()] {
        self->finishing_ = true;
        self->transport_->close();
        if (self->abandon_) self->abandon_();
    });
}

asio::awaitable<void> Http1Session::run() {
    deadline_.set_owner(weak_from_this());
    arm(Clock::now() + context_.limits.head_timeout);
    error_code error;
    co_await transport_->handshake(error);
    if (!error && !expired_) {
        while (co_await serve_one()) {
        }
        if (unread_) co_await drain();
    }
    deadline_.stop();
    transport_->close();
}

/// Whether another request may follow.
asio::awaitable<bool> Http1Session::serve_one() {
    Http1Parser parser(context_.limits.head_bytes);
    Reading<void> head = co_await read_head(parser);
    if (head) co_return co_await serve(parser);
    if (head.error().status == 0) co_return false;
    // The head is not understood, so no mount is known: the root's shape.
    unread_ = true;
    const Mount& root = context_.router.mount_of("").options;
    Response response = render_error(root, head.error().status, head.error().error);
    context_.metrics.count(nullptr, response.status, {});
    co_await send(std::move(response), false, Connection::close);
    co_return false;
}

asio::awaitable<Http1Session::Reading<void>> Http1Session::read_head(Http1Parser& parser) {
    input_.shrink();
    bool nothing_yet = input_.empty();
    arm(Clock::now() + (nothing_yet ? context_.limits.idle_timeout : context_.limits.head_timeout));
    for (bool begun = !nothing_yet;;) {
        if (!input_.empty()) {
            Result<std::size_t> used = parser.parse_head(input_.data());
            if (!used) {
                Refusal refused = refusal(std::move(used).error());
                if (refused.error.code == Code::too_large) refused.status = 431;
                co_return std::unexpected(std::move(refused));
            }
            input_.consume(*used);
            if (parser.head_done()) co_return Reading<void>();
            if (!begun) arm(Clock::now() + context_.limits.head_timeout);
            begun = true;
        }
        if (finishing_ && !begun) co_return std::unexpected(peer_gone());
        idle_ = !begun;
        bool more = co_await fill(kHeadRead);
        idle_ = false;
        if (more) continue;
        if (!expired_ || !begun) co_return std::unexpected(peer_gone());
        co_return std::unexpected(Refusal{408, {Code::invalid, "The request took too long to arrive"}});
    }
}

asio::awaitable<bool> Http1Session::serve(Http1Parser& parser) {
    RequestHead& head = parser.head();
    Request& request = head.request;
    request.peer_address = peer_address_;
    request.tls = transport_->is_tls();
    request.received = now();
    RouteMatch match = context_.router.match(request.method, request.path);
    const Mount& mount = match.mount->options;
    ResponsePolicy policy(request, mount);
    ExchangeRecord record(context_.metrics, request.method, match);

    std::optional<Coding> coding = body_coding(request.headers);
    std::optional<Response> response = answer_early(request, mount, coding, head.content_length);
    if (!response && head.has_body) {
        BodyReceiver receiver(mount, context_.budget, request, *coding, head.content_length);
        if (Reading<void> read = co_await read_body(parser, receiver); !read) {
            request.memory = {};
            if (read.error().status == 0) co_return false;
            response = retry_later(render_error(mount, read.error().status, read.error().error));
        }
    }
    bool head_only = policy.is_head();
    bool keep = head.keep_alive && parser.done();
    bool http10 = head.http10;
    if (response) {
        policy.apply(*response);
    } else {
        response = co_await answer(std::move(match), std::move(request), policy);
    }
    if (http10 &&
        !response->body_length()) {  // nobody could tell whether a body that ends with the connection is whole
        response = render_error(mount, 505, {Code::unsupported, "This answer has to be asked for with HTTP/1.1"});
        policy.apply(*response);
    }
    record.answered(*response);
    unread_ = !parser.done();
    keep = keep && !finishing_;
    Connection connection = !keep ? Connection::close : http10 ? Connection::keep_http10 : Connection::keep;
    bool sent = co_await send(*std::move(response), head_only, connection);
    if (!sent) unread_ = false;
    co_return sent&& keep;
}

asio::awaitable<Http1Session::Reading<void>> Http1Session::read_body(Http1Parser& parser, BodyReceiver& receiver) {
    const Limits& limits = context_.limits;
    if (Result<void> begun = receiver.begin(); !begun) co_return std::unexpected(refusal(std::move(begun).error()));
    const Http1Parser::BodySink sink = [&receiver](ByteView piece) { return receiver.write(piece); };
    const Clock::time_point started = Clock::now();
    Clock::time_point turn = started;
    arm(started + limits.body_grace);
    if (parser.head().expects_continue && input_.empty() && !co_await write("HTTP/1.1 100 Continue\r\n\r\n"))
        co_return std::unexpected(peer_gone());
    for (;;) {
        const ByteView input = input_.data();
        Result<std::size_t> used = parser.parse_body(input.first(std::min(input.size(), kSlice)), sink);
        if (!used) co_return std::unexpected(refusal(std::move(used).error()));
        input_.consume(*used);
        if (parser.done()) break;
        if (Clock::now() - turn > kTurn) {
            co_await asio::post(strand_, asio::use_awaitable);
            turn = Clock::now();
        }
        if (*used > 0 && !input_.empty()) continue;
        arm(started + limits.body_grace +
            std::chrono::seconds(receiver.received() / std::max<std::uint64_t>(limits.body_bytes_per_second, 1)));
        if (co_await fill(kBodyRead)) continue;
        if (!expired_) co_return std::unexpected(peer_gone());
        co_return std::unexpected(Refusal{408, {Code::invalid, "The request body arrived too slowly"}});
    }
    if (Result<void> body = receiver.finish(); !body) co_return std::unexpected(refusal(std::move(body).error()));
    co_return Reading<void>();
}

asio::awaitable<Response> Http1Session::answer(RouteMatch match, Request request, ResponsePolicy policy) {
    deadline_.clear();
    if (answers_at_once(match)) co_return retry_later(call_plain(match, request, policy));
    const Mount& mount = match.mount->options;
    Result<Response> result = co_await wait_for_handler(std::move(match), std::move(request), std::move(policy));
    abandon_ = nullptr;
    // The handler's answer comes finished; an error here means that it was dropped or cut off.
    if (!result) co_return render_error(mount, result.error());
    co_return retry_later(*std::move(result));
}

asio::awaitable<Result<Response>> Http1Session::wait_for_handler(RouteMatch match, Request request,
                                                                 ResponsePolicy policy) {
    return until_called<Result<Response>>([this, match = std::move(match), request = std::move(request),
                                           policy = std::move(policy)](auto resume) mutable {
        Responder responder(std::move(resume));
        abandon_ = [responder] { responder(fail(Code::unavailable, "The server is shutting down")); };
        call_later(std::move(match), std::move(request), std::move(policy), context_.blocking, std::move(responder));
    });
}

asio::awaitable<bool> Http1Session::send(Response response, bool head_only, Connection connection) {
    std::string head = response_head(response, connection, now());
    bool bodiless = head_only || response.status == 204 || response.status == 304;
    if (auto* text = std::get_if<std::string>(&response.body))
        co_return co_await send_whole(head, bodiless ? std::string_view() : *text);
    if (!co_await send_whole(head, {})) co_return false;
    if (bodiless) co_return true;
    co_return co_await send_streamed(std::get<StreamedBody>(response.body));
}

asio::awaitable<bool> Http1Session::send_whole(std::string_view head, std::string_view body) {
    for (std::string_view first = head; !first.empty() || !body.empty(); first = {}) {
        arm(Clock::now() + context_.limits.write_timeout);
        std::string_view piece = body.substr(0, kPiece);
        if (!co_await write(first, piece)) co_return false;
        body.remove_prefix(piece.size());
    }
    co_return true;
}

asio::awaitable<bool> Http1Session::send_streamed(const StreamedBody& body) {
    const bool chunked = !body.length;
    ReaderTime time(context_.limits.write_timeout);
    for (std::uint64_t offset = 0; offset != body.length;) {
        std::size_t wanted = std::min<std::uint64_t>(kPiece, body.length.value_or(UINT64_MAX) - offset);
        Result<std::optional<std::string>> read = co_await read_piece(body, offset, wanted);
        if (read && !*read) break;
        if (!read) {
            // The status is sent: all that is left is to break off.
            log::warning("response broken off",
                         {{"offset", offset}, {"length", body.length.value_or(0)}, {"reason", read.error().message}});
            co_return false;
        }
        std::string& piece = **read;
        if (piece.empty()) {
            if (transport_->has_ended()) co_return false;
            continue;
        }
        offset += piece.size();
        const std::string size = chunked ? fmt::format("{:x}\r\n", piece.size()) : std::string();
        const std::size_t taken = piece.size();
        if (chunked) piece += "\r\n";
        const Clock::time_point began = Clock::now();
        arm(began + time.left());
        if (!co_await write(size, piece)) co_return false;
        time.spend(Clock::now() - began, taken);
    }
    co_return !chunked || co_await send_whole("0\r\n\r\n", {});
}

asio::awaitable<Result<std::optional<std::string>>> Http1Session::read_piece(const StreamedBody& body,
                                                                             std::uint64_t offset, std::size_t wanted) {
    deadline_.clear();
    return until_called<Result<std::optional<std::string>>>(
        [&pool = context_.blocking, &body, offset, wanted](auto resume) {
            asio::post(pool, [&body, offset, wanted, resume] { resume(net::read_piece(body, offset, wanted)); });
        });
}

asio::awaitable<bool> Http1Session::write(std::string_view first, std::string_view second) {
    error_code error;
    std::array<asio::const_buffer, 2> buffers{asio::buffer(first), asio::buffer(second)};
    std::size_t written = co_await transport_->write(buffers, error);
    context_.metrics.sent_bytes.Increment(static_cast<double>(written));
    co_return !error && !expired_;
}

/// False when nothing more comes: the peer left, the deadline passed (expired_), or the server closes.
asio::awaitable<bool> Http1Session::fill(std::size_t room) {
    error_code error;
    std::span<char> space = input_.prepare(room);
    std::size_t count = co_await transport_->read_some(asio::buffer(space.data(), space.size()), error);
    input_.commit(count);
    context_.metrics.received_bytes.Increment(static_cast<double>(count));
    co_return !error && !expired_;
}

/// Closing with unread bytes makes TCP drop the answer the client has not read yet: read on for a while.
asio::awaitable<void> Http1Session::drain() {
    error_code error;
    co_await transport_->finish_sending(error);
    if (error) co_return;
    arm(Clock::now() + context_.limits.drain_timeout);
    for (std::uint64_t dropped = 0; dropped < context_.limits.drain_bytes;) {
        input_.consume(input_.data().size());
        if (!co_await fill(kBodyRead)) co_return;
        dropped += input_.data().size();
    }
}

void Http1Session::arm(Clock::time_point when) {
    expired_ = false;
    deadline_.at(when);
}

}  // namespace spanreel::net
