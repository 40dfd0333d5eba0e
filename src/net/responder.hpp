// SPDX-License-Identifier: Apache-2.0
// The answer to one request, given once, from any thread. Copies share one answer: the first call counts, later ones
// do nothing, and when the last copy goes without an answer the client gets a 500.
#pragma once
#include <exception>
#include <functional>
#include <memory>

#include "base/error.hpp"
#include "net/http_message.hpp"

namespace spanreel::net {

class Responder {
  public:
    /// `answer` is called exactly once, on the thread that answers; it must not throw.
    explicit Responder(std::function<void(Result<Response>)> answer);

    /// An Error is rendered in the shape of the mount the request fell under.
    void operator()(Result<Response> response) const;
    /// Logs what a handler threw and answers 500.
    void give_up(const std::exception_ptr& thrown) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Logs an exception that left a handler: libraries it uses throw. The client learns no more than that it happened.
Error thrown_error(const std::exception_ptr& thrown);

}  // namespace spanreel::net
