// SPDX-License-Identifier: Apache-2.0
// Which handler answers a request. Filled once while the server is wired, then only read, by any thread.
//
//     router.mount("/v2", {.render_error = orq_error});
//     router.add(Method::get, "/v2/sessions/{session_id}", RunOn::blocking_pool,
//                [&](const Request& request, std::string session_id) -> Result<Response> { ... });
//
// A path is split at `/` before its segments are percent-decoded, so `a%2Fb` is one segment. A literal beats a
// parameter; a parameter never takes an empty segment; `{rest...}` at the end takes all that is left.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "net/http_message.hpp"
#include "net/mount.hpp"
#include "net/responder.hpp"

namespace spanreel::net {

enum class RunOn {
    io_thread,      ///< quick, never blocks
    blocking_pool,  ///< may wait for the disk or the database
};

/// What the parameters of the pattern took, decoded, in their order.
using PathArguments = std::vector<std::string>;

/// Turns a path segment into a handler's argument. Specialise it for other types; the error is the answer.
template <class T>
Result<T> from_path(std::string_view decoded) = delete;
template <>
Result<std::string> from_path<std::string>(std::string_view decoded);
template <>
Result<std::int64_t> from_path<std::int64_t>(std::string_view decoded);

using PlainHandler = std::function<Result<Response>(const Request&, const PathArguments&)>;
using AsyncHandler = std::function<void(Request, Responder, const PathArguments&)>;

struct Route {
    Method method = Method::get;
    std::string pattern;
    RunOn run_on = RunOn::io_thread;
    std::variant<PlainHandler, AsyncHandler> handler;
    std::size_t index = 0;  ///< position among all routes
};

struct MountPoint {
    std::string prefix;
    Mount options;
};

/// Without a route, `failure` tells why: an Error to render (broken escape), or what Unmatched says.
struct RouteMatch {
    const MountPoint* mount = nullptr;
    const Route* route = nullptr;
    PathArguments arguments;
    std::variant<Unmatched, Error> failure;
};

namespace impl {

template <class Member>
struct CallTraits;
template <class Class, class Return, class... Arguments>
struct CallTraits<Return (Class::*)(Arguments...) const> {
    using Parameters = std::tuple<std::remove_cvref_t<Arguments>...>;
};

template <class First, class... Rest>
std::tuple<Rest...> drop_first(std::tuple<First, Rest...>);
/// The parameters of a handler after its request (and its responder).
template <class Handler>
using Parameters = CallTraits<decltype(&Handler::operator())>::Parameters;
template <class Handler>
using PlainPathTypes = decltype(drop_first(std::declval<Parameters<Handler>>()));
template <class Handler>
using AsyncPathTypes = decltype(drop_first(drop_first(std::declval<Parameters<Handler>>())));

template <class... T, std::size_t... I>
Result<std::tuple<T...>> convert(std::type_identity<std::tuple<T...>>, std::index_sequence<I...>,
                                 [[maybe_unused]] const PathArguments& texts) {
    [[maybe_unused]] std::tuple<std::optional<T>...> values;
    std::optional<Error> failure;
    [[maybe_unused]] auto take = [&failure]<class V>(std::optional<V>& into, const std::string& text) {
        if (failure) return;
        Result<V> value = from_path<V>(text);
        if (value)
            into = *std::move(value);
        else
            failure = std::move(value).error();
    };
    (take(std::get<I>(values), texts[I]), ...);
    if (failure) return std::unexpected(*std::move(failure));
    return std::tuple<T...>(*std::move(std::get<I>(values))...);
}

template <class Types>
Result<Types> convert(const PathArguments& texts) {
    return convert(std::type_identity<Types>{}, std::make_index_sequence<std::tuple_size_v<Types>>{}, texts);
}

}  // namespace impl

class Router {
  public:
    Router();
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// `prefix` is whole segments, as "/api"; "" is every path no other mount has. Mounting again replaces the options.
    void mount(std::string prefix, Mount options);
    /// Replaces only the fallback of a mount, making the mount if it is new.
    void fallback(std::string prefix, Fallback fallback);

    /// `handler(const Request&, T...) -> Response or Result<Response>`, one T per parameter of the pattern; throws
    /// std::logic_error when their number differs or the route exists. A GET route also answers HEAD.
    template <class Handler>
    void add(Method method, std::string_view pattern, RunOn run_on, Handler handler) {
        using Types = impl::PlainPathTypes<Handler>;
        insert(method, pattern, std::tuple_size_v<Types>, run_on,
               PlainHandler([handler = std::move(handler)](const Request& request,
                                                           const PathArguments& texts) -> Result<Response> {
                   SPANREEL_TRY(Types arguments, impl::convert<Types>(texts));
                   return std::apply(
                       [&](auto&... argument) -> Result<Response> { return handler(request, std::move(argument)...); },
                       arguments);
               }));
    }

    /// `handler(Request, Responder, T...) -> void`, called on an I/O thread: it must not block, and answers whenever
    /// it likes. awaitable_handler.hpp makes one out of a coroutine.
    template <class Handler>
    void add_async(Method method, std::string_view pattern, Handler handler) {
        using Types = impl::AsyncPathTypes<Handler>;
        insert(method, pattern, std::tuple_size_v<Types>, RunOn::io_thread,
               AsyncHandler(
                   [handler = std::move(handler)](Request request, Responder responder, const PathArguments& texts) {
                       Result<Types> arguments = impl::convert<Types>(texts);
                       if (!arguments) return responder(std::unexpected(std::move(arguments).error()));
                       std::apply(
                           [&](auto&... argument) {
                               handler(std::move(request), std::move(responder), std::move(argument)...);
                           },
                           *arguments);
                   }));
    }

    /// `path` as in Request::path.
    RouteMatch match(Method method, std::string_view path) const;
    /// The mount a path falls under; always there.
    const MountPoint& mount_of(std::string_view path) const;
    const std::deque<Route>& routes() const { return routes_; }

  private:
    struct Node;

    void insert(Method method, std::string_view pattern, std::size_t parameters, RunOn run_on,
                std::variant<PlainHandler, AsyncHandler> handler);

    std::vector<std::unique_ptr<MountPoint>> mounts_;  // longest prefix first
    std::deque<Route> routes_;
    std::unique_ptr<Node> root_;
};

/// The error in the mount's shape.
Response render_error(const Mount& mount, const Error& error);
Response render_error(const Mount& mount, unsigned status, const Error& error);

}  // namespace spanreel::net
