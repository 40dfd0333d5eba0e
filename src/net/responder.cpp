// SPDX-License-Identifier: Apache-2.0
#include "net/responder.hpp"

#include <atomic>
#include <utility>

#include "base/log.hpp"

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

Error thrown_error(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
        log::error("handler threw", {{"what", error.what()}});
    } catch (...) {
        log::error("handler threw");
    }
    return {Code::internal, "Internal server error"};
}

void Responder::give_up(const std::exception_ptr& thrown) const { (*this)(std::unexpected(thrown_error(thrown))); }

void Responder::operator()(Result<Response> response) const { state_->give(std::move(response)); }

}  // namespace spanreel::net
