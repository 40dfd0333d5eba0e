// SPDX-License-Identifier: Apache-2.0
#include "net/responder.hpp"

#include <atomic>
#include <utility>

namespace spanreel::net {

struct Responder::State {
    explicit State(std::function<void(Result<Response>)> to_call) : answer(std::move(to_call)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { give(fail(Code::internal, "The request was dropped without an answer")); }

    void give(Result<Response> response) {
        if (given.exchange(true)) return;
        auto call = std::exchange(answer, nullptr);
        call(std::move(response));
    }

    std::atomic<bool> given = false;
    std::function<void(Result<Response>)> answer;
};

Responder::Responder(std::function<void(Result<Response>)> answer)
    : state_(std::make_shared<State>(std::move(answer))) {}

void Responder::operator()(Result<Response> response) const { state_->give(std::move(response)); }

}  // namespace spanreel::net
