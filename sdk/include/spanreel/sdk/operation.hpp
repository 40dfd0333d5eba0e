// SPDX-License-Identifier: Apache-2.0
// An operation of a service as a function: `sessions_get(core, request, options)`. Each stands alone: a program that
// uses one links none of the others.
#pragma once
#include "spanreel/sdk/core.hpp"

#pragma GCC visibility push(default)
namespace spanreel::sdk {

template <class T>
struct Inspected {
    Result<T> result;
    Exchange call;
};

/// `Request` is default-constructible when the operation can be called without one.
template <class Request, class Response>
struct Operation {
    Result<Prepared> (*prepare)(const Request& request);
    Result<Response> (*read)(HttpResponse response);

    Result<Response> operator()(const Core& core, const Request& request, const CallOptions& options = {}) const {
        Result<Prepared> prepared = prepare(request);
        if (!prepared) return std::unexpected(std::move(prepared).error());
        Result<HttpResponse> response = core.send(*prepared, options);
        if (!response) return std::unexpected(std::move(response).error());
        return read(*std::move(response));
    }
    Result<Response> operator()(const Core& core) const
        requires std::default_initializable<Request>
    {
        return (*this)(core, Request{});
    }

    /// The result together with what was sent and what came back.
    Inspected<Response> inspect(const Core& core, const Request& request = {}, CallOptions options = {}) const {
        Exchange call;
        options.exchange = &call;
        Result<Response> result = (*this)(core, request, options);
        return {std::move(result), std::move(call)};
    }
};

}  // namespace spanreel::sdk
#pragma GCC visibility pop
