// SPDX-License-Identifier: Apache-2.0
// One call in either of the libraries' two ways to send.
#pragma once
#include <cstdlib>
#include <future>
#include <string_view>

#include "spanreel/sdk/operation.hpp"

namespace spanreel::sdk::driver {

/// With SDK_DRIVER_SENDS=async by the thread that coroutines share, else by this one.
template <class Request, class Response>
Result<Response> send(const Operation<Request, Response>& operation, const Core& core, const Request& request,
                      const CallOptions& options) {
    const char* how = std::getenv("SDK_DRIVER_SENDS");
    if (std::string_view(how ? how : "") != "async") return operation(core, request, options);
    Result<Prepared> prepared = operation.prepare(request);
    if (!prepared) return std::unexpected(std::move(prepared).error());
    std::promise<Result<HttpResponse>> promise;
    core.send_async(*std::move(prepared), options,
                    [&](Result<HttpResponse> result) { promise.set_value(std::move(result)); }, {});
    Result<HttpResponse> response = promise.get_future().get();
    if (!response) return std::unexpected(std::move(response).error());
    return operation.read(*std::move(response));
}

}  // namespace spanreel::sdk::driver
