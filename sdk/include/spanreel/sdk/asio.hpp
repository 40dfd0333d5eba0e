// SPDX-License-Identifier: Apache-2.0
// Operations as coroutines of Boost.Asio programs:
//     auto session = co_await spanreel::sdk::call(sessions_get, core, {.session_id = id});
// Cancelling the coroutine ends the call as `aborted`. An io_context that goes takes the coroutines along that wait for
// calls, and their calls are stopped.
#pragma once
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#error "GCC 12 frees temporaries in co_await expressions twice: use another compiler, or the functions without co_await"
#endif
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "spanreel/sdk/operation.hpp"

#pragma GCC visibility push(default)
namespace spanreel::sdk {

namespace detail {

/// The coroutines of one execution context that wait for calls. The thread of a call finds nobody here once the
/// context is gone.
class WaitingCoroutines {
  public:
    using Resume = std::move_only_function<void(Result<HttpResponse>)>;

    std::uint64_t add(Resume resume, std::stop_source call) {
        const std::lock_guard lock(mutex_);
        waiting_.emplace(next_, Waiting{std::move(resume), std::move(call)});
        return next_++;
    }
    void resume(std::uint64_t id, Result<HttpResponse> result) {
        const std::lock_guard lock(mutex_);  // keeps the context
        if (auto found = waiting_.extract(id)) found.mapped().resume(std::move(result));
    }
    void drop_all() {
        std::map<std::uint64_t, Waiting> dropped;
        {
            const std::lock_guard lock(mutex_);
            dropped.swap(waiting_);
        }
        for (auto& [id, waiting] : dropped) waiting.call.request_stop();
    }

  private:
    struct Waiting {
        Resume resume;
        std::stop_source call;
    };
    std::mutex mutex_;
    std::map<std::uint64_t, Waiting> waiting_;
    std::uint64_t next_ = 0;
};

/// Ends with its context, before that is destroyed.
class WaitingService : public boost::asio::execution_context::service {
  public:
    using key_type = WaitingService;
    static inline boost::asio::execution_context::id id;

    explicit WaitingService(boost::asio::execution_context& context) : service(context) {}
    void shutdown() noexcept override { waiting->drop_all(); }

    const std::shared_ptr<WaitingCoroutines> waiting = std::make_shared<WaitingCoroutines>();
};

}  // namespace detail

/// Gives what the operation gives. Everything that is passed is kept until it ends.
template <class Request, class Response>
boost::asio::awaitable<Result<Response>> call(Operation<Request, Response> operation, Core core,
                                              std::type_identity_t<Request> request = {}, CallOptions options = {}) {
    namespace asio = boost::asio;
    Result<Prepared> prepared = operation.prepare(request);
    if (!prepared) co_return std::unexpected(std::move(prepared).error());
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto start = [&](auto handler) {
        const std::stop_source cancel;
        if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
            slot.assign([cancel](asio::cancellation_type) mutable { cancel.request_stop(); });
        auto& context = asio::query(executor, asio::execution::context);
        const auto waiting = asio::use_service<detail::WaitingService>(context).waiting;
        auto work = asio::prefer(executor, asio::execution::outstanding_work.tracked);
        auto resume = [work, handler = std::move(handler)](Result<HttpResponse> result) mutable {
            asio::post(work, [handler = std::move(handler), result = std::move(result)]() mutable {
                std::move(handler)(std::move(result));
            });
        };
        const std::uint64_t id = waiting->add(std::move(resume), cancel);
        core.send_async(
            *std::move(prepared), options,
            [waiting, id](Result<HttpResponse> result) { waiting->resume(id, std::move(result)); }, cancel.get_token());
    };
    Result<HttpResponse> response =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<HttpResponse>)>(std::move(start),
                                                                                                 asio::use_awaitable);
    if (!response) co_return std::unexpected(std::move(response).error());
    co_return operation.read(*std::move(response));
}

}  // namespace spanreel::sdk
#pragma GCC visibility pop
