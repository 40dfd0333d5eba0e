// SPDX-License-Identifier: Apache-2.0
#include "async_sender.hpp"

#include <algorithm>
#include <list>
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
    std::optional<Clock::time_point> waits_until{};  ///< for the next attempt
    HttpRequest attempt{};                           ///< as it began
    HttpRequest request{};                           ///< what is sent: the attempt or where it was redirected to
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

    void start() {
        thread_ = std::thread([self = shared_from_this()] { self->run(); });
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
            submitted_.push_back(std::move(call));
        }
        wake();
    }

  private:
    using Calls = std::list<std::unique_ptr<Call>>;

    void wake() { curl_multi_wakeup(multi_.get()); }

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
        }
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
        try {
            if (!one.easy) one.easy = make_easy(*options_);
            one.exchange.emplace(one.easy.get(), one.request, one.run.send_options(), *options_);
            curl_easy_setopt(one.easy.get(), CURLOPT_PRIVATE, &*call);
            if (curl_multi_add_handle(multi_.get(), one.easy.get()) == CURLM_OK) return;
            throw std::runtime_error("libcurl takes no more requests");
        } catch (const std::exception& error) {
            one.exchange.reset();
            attempted(call, std::unexpected(TransportError{TransportError::Kind::connection, error.what()}));
        }
    }

    SendResult end_transfer(Call& one, CURLcode code) {
        curl_multi_remove_handle(multi_.get(), one.easy.get());
        SendResult result = one.exchange->finish(code);
        one.exchange.reset();
        return result;
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
        if (const auto wait = one.run.attempted(std::move(result), one.attempt))
            one.waits_until = Clock::now() + std::chrono::ceil<Clock::duration>(*wait);
        else
            finish(call, std::move(one.run).result());
    }

    void finish(Calls::iterator call, Result<HttpResponse> result) {
        const std::unique_ptr<Call> one = std::move(*call);
        calls_.erase(call);
        one->on_stop.reset();
        one->on_cancel.reset();
        one->done(std::move(result));
    }

    std::chrono::milliseconds idle_time() const {
        Clock::time_point next = Clock::now() + kLongestPoll;
        for (const auto& call : calls_)
            if (call->waits_until) next = std::min(next, *call->waits_until);
        return std::max(std::chrono::milliseconds(0),
                        std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()));
    }

    std::shared_ptr<const TransportOptions> options_;
    std::unique_ptr<CURLM, CloseMulti> multi_;
    std::thread thread_;
    std::mutex mutex_;  ///< of the next two
    Calls submitted_;
    bool ending_ = false;
    Calls calls_;  ///< of the thread alone
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
