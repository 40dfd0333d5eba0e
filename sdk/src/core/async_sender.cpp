// SPDX-License-Identifier: Apache-2.0
#include "async_sender.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "call_run.hpp"
#include "curl_transport.hpp"

namespace spanreel::sdk {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLongestPoll{10'000};

struct CloseMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

Error too_many(std::size_t calls) {
    std::string why = "more than " + std::to_string(calls) + " calls are under way";
    return {.kind = Error::Kind::connection, .message = "Unable to make request: " + why, .cause = std::move(why)};
}

/// Scheme, host and port.
std::string_view host_of(std::string_view url) {
    const auto begin = url.find("://");
    return url.substr(0, url.find_first_of("/?#", begin == std::string_view::npos ? 0 : begin + 3));
}

}  // namespace

/// A call from its submission to its end.
struct AsyncSender::Call {
    Call(std::shared_ptr<const Core::State> client, Prepared what, CallOptions how, std::stop_token cancel, Done then)
        : state(std::move(client)),
          prepared(std::move(what)),
          options(std::move(how)),
          cancelled(std::move(cancel)),
          run(*state, prepared, options),
          done(std::move(then)) {}
    bool stopped() const { return options.fetch.stop.stop_requested() || cancelled.stop_requested(); }

    std::shared_ptr<const Core::State> state;
    Prepared prepared;
    CallOptions options;
    std::stop_token cancelled;
    CallRun run;
    Done done;
    bool refused = false;                            ///< one too many
    std::optional<Clock::time_point> waits_until{};  ///< for the next attempt
    bool waits_for_connection = false;
    std::string host{};     ///< while it is being sent
    HttpRequest attempt{};  ///< as it began
    HttpRequest request{};  ///< what is sent: the attempt or where it was redirected to
    int redirects = 0;
    EasyHandle easy{};
    std::optional<CurlExchange> exchange{};
    using Wake = std::stop_callback<std::function<void()>>;
    std::optional<Wake> on_stop{}, on_cancel{};
};

/// The thread's own; it ends when it was told to and no call is left.
class AsyncSender::Loop : public std::enable_shared_from_this<Loop> {
  public:
    explicit Loop(std::shared_ptr<const TransportOptions> options)
        : options_(options ? std::move(options) : std::make_shared<const TransportOptions>()),
          multi_(curl_multi_init()) {
        if (!multi_) throw std::bad_alloc();
    }

    /// The thread takes no signal: those are the program's.
    void start() {
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::thread([self = shared_from_this()] { self->run(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    /// By the last who could submit a call; that may be the thread itself, when it lets go of a call.
    void end() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        wake();
        if (thread_.get_id() == std::this_thread::get_id())
            thread_.detach();
        else
            thread_.join();
    }

    void submit(std::unique_ptr<Call> call) {
        {
            const std::lock_guard lock(mutex_);
            call->refused = open_calls_ >= options_->max_calls;
            ++open_calls_;
            submitted_.push_back(std::move(call));
        }
        wake();
    }

  private:
    using Calls = std::list<std::unique_ptr<Call>>;

    void wake() {
        const std::lock_guard lock(mutex_);
        curl_multi_wakeup(multi_.get());
    }

    void run() {
        for (;;) {
            take_submitted();
            for (auto call = calls_.begin(); call != calls_.end();) step(call++);
            int running = 0;
            curl_multi_perform(multi_.get(), &running);
            if (finish_transfers()) continue;
            {
                const std::lock_guard lock(mutex_);
                if (!submitted_.empty()) continue;
                if (ending_ && calls_.empty()) return;
            }
            curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(idle_time().count()), nullptr);
            if (calls_.empty() && Clock::now() - last_call_ > options_->max_idle) close_connections();
        }
    }

    /// libcurl closes idle ones only when it looks for one.
    void close_connections() {
        const std::lock_guard lock(mutex_);
        if (!submitted_.empty()) return;
        if (CURLM* fresh = curl_multi_init()) multi_.reset(fresh);
        last_call_ = Clock::time_point::max();
    }

    void take_submitted() {
        Calls fresh;
        {
            const std::lock_guard lock(mutex_);
            fresh.swap(submitted_);
        }
        while (!fresh.empty()) {
            calls_.splice(calls_.end(), fresh, fresh.begin());
            const auto call = std::prev(calls_.end());
            Call& one = **call;
            if (one.refused) {
                finish(call, std::unexpected(too_many(options_->max_calls)));
                continue;
            }
            if (Result<void> begun = one.run.begin(); !begun) {
                finish(call, std::unexpected(std::move(begun).error()));
                continue;
            }
            one.on_stop.emplace(one.options.fetch.stop, [this] { wake(); });
            one.on_cancel.emplace(one.cancelled, [this] { wake(); });
            one.waits_until = Clock::now();
        }
    }

    /// Ends what was stopped and begins what has waited long enough.
    void step(Calls::iterator call) {
        Call& one = **call;
        if (one.stopped()) {
            if (one.exchange) (void)end_transfer(one, CURLE_ABORTED_BY_CALLBACK);
            return attempted(call, std::unexpected(stopped()));
        }
        if (one.waits_for_connection) return transfer(call);
        if (!one.waits_until || Clock::now() < *one.waits_until) return;
        one.waits_until.reset();
        Result<HttpRequest> request = one.run.next_request();
        if (!request) return finish(call, std::unexpected(std::move(request).error()));
        one.attempt = *std::move(request);
        one.request = one.attempt;
        one.redirects = 0;
        if (!one.state->client.curl_options()) return attempted(call, one.run.fetch(one.attempt));
        transfer(call);
    }

    void transfer(Calls::iterator call) {
        Call& one = **call;
        if (auto error = ended(one.run.send_options())) return attempted(call, std::unexpected(*std::move(error)));
        const std::string_view host = host_of(one.request.url);
        one.waits_for_connection = !has_connection_for(host);
        if (one.waits_for_connection) return;
        try {
            if (!one.easy) one.easy = make_easy(*options_);
            one.exchange.emplace(one.easy.get(), one.request, one.run.send_options(), *options_);
            curl_easy_setopt(one.easy.get(), CURLOPT_PRIVATE, &*call);
            curl_easy_setopt(one.easy.get(), CURLOPT_FRESH_CONNECT, Clock::now() <= distrusted_until_ ? 1L : 0L);
            one.host = host;
            std::size_t& sent_to_host = sent_to_[one.host];
            if (curl_multi_add_handle(multi_.get(), one.easy.get()) != CURLM_OK)
                throw std::runtime_error("libcurl takes no more requests");
            ++sent_;
            ++sent_to_host;
        } catch (const std::exception& error) {
            one.exchange.reset();
            attempted(call, std::unexpected(TransportError{TransportError::Kind::connection, error.what()}));
        }
    }

    SendResult end_transfer(Call& one, CURLcode code) {
        curl_multi_remove_handle(multi_.get(), one.easy.get());
        SendResult result = one.exchange->finish(code);
        one.exchange.reset();
        if (is_too_late(result)) distrusted_until_ = Clock::now() + options_->max_idle;
        --sent_;
        if (const auto to = sent_to_.find(one.host); --to->second == 0) sent_to_.erase(to);
        return result;
    }

    bool has_connection_for(std::string_view host) const {
        const auto to = sent_to_.find(host);
        return sent_ < options_->max_connections &&
               (to == sent_to_.end() || to->second < options_->max_connections_per_host);
    }

    /// Whether there was one.
    bool finish_transfers() {
        bool any = false;
        for (int left = 0; const CURLMsg* message = curl_multi_info_read(multi_.get(), &left); any = true) {
            void* found = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &found);
            const CURLcode code = message->data.result;
            const auto call = std::ranges::find_if(calls_, [&](const auto& one) { return &one == found; });
            SendResult result = end_transfer(**call, code);
            if (!follow(call, result)) attempted(call, std::move(result));
        }
        return any;
    }

    bool follow(Calls::iterator call, SendResult& result) {
        Call& one = **call;
        auto next = next_hop(one.request, result, one.run.send_options(), one.redirects);
        if (!next) {
            result = std::unexpected(std::move(next).error());
            return false;
        }
        if (!*next) return false;
        one.request = **std::move(next);
        ++one.redirects;
        transfer(call);
        return true;
    }

    void attempted(Calls::iterator call, SendResult result) {
        Call& one = **call;
        one.waits_for_connection = false;
        if (const auto wait = one.run.attempted(std::move(result), one.attempt))
            one.waits_until = Clock::now() + std::chrono::ceil<Clock::duration>(*wait);
        else
            finish(call, std::move(one.run).result());
    }

    void finish(Calls::iterator call, Result<HttpResponse> result) {
        const std::unique_ptr<Call> one = std::move(*call);
        calls_.erase(call);
        last_call_ = Clock::now();
        one->on_stop.reset();
        one->on_cancel.reset();
        {
            const std::lock_guard lock(mutex_);
            --open_calls_;
        }
        one->done(std::move(result));
    }

    std::chrono::milliseconds idle_time() const {
        Clock::time_point next = Clock::now() + kLongestPoll;
        if (calls_.empty() && last_call_ != Clock::time_point::max())
            next = std::min(next, last_call_ + options_->max_idle + std::chrono::milliseconds(1));
        for (const auto& call : calls_) {
            if (call->waits_until) next = std::min(next, *call->waits_until);
            if (const auto& deadline = call->run.send_options().deadline; call->waits_for_connection && deadline)
                next = std::min(next, *deadline);
        }
        return std::max(std::chrono::milliseconds(0),
                        std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()));
    }

    std::shared_ptr<const TransportOptions> options_;
    std::unique_ptr<CURLM, CloseMulti> multi_;
    std::thread thread_;
    std::mutex mutex_;  ///< of the next three, and of multi_ between its being used by the thread
    Calls submitted_;
    std::size_t open_calls_ = 0;
    bool ending_ = false;
    // Of the thread alone.
    Calls calls_;
    std::size_t sent_ = 0;  ///< each over a connection of its own at the most
    std::map<std::string, std::size_t, std::less<>> sent_to_;
    /// After a timeout. HTTP/2 keeps the connection, which may have died; once idle for that long it is not used again.
    Clock::time_point distrusted_until_{};
    Clock::time_point last_call_ = Clock::time_point::max();  ///< when one ended that may have left its connection
};

AsyncSender::AsyncSender(std::shared_ptr<const TransportOptions> options)
    : loop_(std::make_shared<Loop>(std::move(options))) {
    loop_->start();
}

AsyncSender::~AsyncSender() { loop_->end(); }

void AsyncSender::send(std::shared_ptr<const Core::State> state, Prepared prepared, CallOptions options,
                       std::stop_token cancelled, Done done) {
    const std::shared_ptr<Loop> loop = loop_;  // see Core::send_async()
    loop->submit(std::make_unique<Call>(std::move(state), std::move(prepared), std::move(options), std::move(cancelled),
                                        std::move(done)));
}

}  // namespace spanreel::sdk
