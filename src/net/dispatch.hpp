// SPDX-License-Identifier: Apache-2.0
// Calls the handler of a matched request, on the thread its route asks for, and finishes its response: errors rendered
// in the mount's shape, exceptions turned to 500, the mount's policy applied.
#pragma once
#include "net/response_policy.hpp"
#include "net/router.hpp"

namespace boost::asio {
class thread_pool;
}

namespace spanreel::net {

/// Whether the caller's thread may run the handler (or the fallback) and have the response at once.
bool answers_at_once(const RouteMatch& match);
/// The response of a plain handler or of the fallback.
Response call_plain(const RouteMatch& match, const Request& request, const ResponsePolicy& policy);
/// Runs the handler on the pool, or starts an asynchronous one here; the responder gets a finished response.
void call_later(RouteMatch match, Request request, ResponsePolicy policy, boost::asio::thread_pool& pool,
                Responder responder);

}  // namespace spanreel::net
