// SPDX-License-Identifier: Apache-2.0
// Operations as coroutines of Boost.Asio programs:
//     auto session = co_await spanreel::sdk::call(sessions_get, core, {.session_id = id});
// Cancelling the coroutine ends the call as `aborted`.
#pragma once
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#error "GCC 12 frees temporaries in co_await expressions twice: use another compiler, or the functions without co_await"
#endif
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>

#include "spanreel/sdk/operation.hpp"

namespace spanreel::sdk {

/// Gives what the operation gives. Everything that is passed is kept until it ends.
template <class Request, class Response>
boost::asio::awaitable<Result<Response>> call(Operation<Request, Response> operation, Core core,
                                              std::type_identity_t<Request> request = {}, CallOptions options = {}) {
    namespace asio = boost::asio;
    Result<Prepared> prepared = operation.prepare(request);
    if (!prepared) co_return std::unexpected(std::move(prepared).error());
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto start = [&](auto handler) {
        auto cancel = std::make_shared<std::stop_source>();
        if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
            slot.assign([cancel](asio::cancellation_type) { cancel->request_stop(); });
        auto work = asio::prefer(executor, asio::execution::outstanding_work.tracked);
        auto kept = std::make_shared<decltype(handler)>(std::move(handler));
        core.send_async(
            *std::move(prepared), options,
            [work, kept](Result<HttpResponse> result) {
                asio::post(work, [kept, result = std::move(result)]() mutable { (*kept)(std::move(result)); });
            },
            cancel->get_token());
    };
    Result<HttpResponse> response =
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<HttpResponse>)>(std::move(start),
                                                                                                 asio::use_awaitable);
    if (!response) co_return std::unexpected(std::move(response).error());
    co_return operation.read(*std::move(response));
}

}  // namespace spanreel::sdk
