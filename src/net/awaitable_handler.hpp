// SPDX-License-Identifier: Apache-2.0
// Makes a Router::add_async handler out of a coroutine `awaitable<Result<Response>>(Request, T...)`:
//
//     router.add_async(Method::post, "/v1/traces", awaitable_handler(io.get_executor(), std::move(coroutine)));
//
// The coroutine runs on `executor` and is not cancelled when its client leaves: an accepted batch is still stored.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <memory>

#include "net/router.hpp"

namespace spanreel::net {

namespace impl {

template <class Member>
constexpr bool kTakesValues = false;
template <class Class, class Return, class... Arguments>
constexpr bool kTakesValues<Return (Class::*)(Arguments...) const> = (!std::is_reference_v<Arguments> && ...);

template <class Coroutine, class... T>
auto make_awaitable_handler(boost::asio::any_io_executor executor, Coroutine coroutine,
                            std::type_identity<std::tuple<T...>>) {
    // The callable outlives every coroutine it started: a lambda's captures are not copied into its frame.
    auto shared = std::make_shared<Coroutine>(std::move(coroutine));
    return [executor = std::move(executor), shared](Request request, Responder responder, T... arguments) {
        boost::asio::co_spawn(
            executor, (*shared)(std::move(request), std::move(arguments)...),
            [shared, responder = std::move(responder)](std::exception_ptr thrown, Result<Response> response) {
                if (thrown) return responder.give_up(thrown);
                responder(std::move(response));
            });
    };
}

}  // namespace impl

template <class Coroutine>
auto awaitable_handler(boost::asio::any_io_executor executor, Coroutine coroutine) {
    using Types = impl::PlainPathTypes<Coroutine>;
    static_assert(impl::kTakesValues<decltype(&Coroutine::operator())>,
                  "a coroutine must own its parameters: the caller's are gone when it resumes");
    return impl::make_awaitable_handler(std::move(executor), std::move(coroutine), std::type_identity<Types>{});
}

}  // namespace spanreel::net
