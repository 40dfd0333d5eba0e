// SPDX-License-Identifier: Apache-2.0
// A client for tests that sends nothing: it keeps what would go over the wire and answers from a list.
#pragma once
#include <deque>
#include <memory>

#include "spanreel/livepeer/answer.hpp"

namespace spanreel::livepeer::test {

inline sdk::HttpResponse json(int status, std::string body) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}},
            .body = std::move(body),
            .url = {}};
}

inline sdk::HttpResponse text(int status, std::string body) {
    return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(body), .url = {}};
}

struct Script {
    std::vector<sdk::HttpRequest> requests;
    std::deque<sdk::HttpResponse> answers;
    LivepeerCore core;

    explicit Script(std::deque<sdk::HttpResponse> list) : answers(std::move(list)), core(options()) {}
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    ClientOptions options() {
        return {.api_key = "key",
                .server_url = "http://server.test/api",
                .http_client = sdk::HttpClient(
                    [this](const sdk::HttpRequest& request, const sdk::SendOptions&) -> sdk::SendResult {
                        requests.push_back(request);
                        if (answers.empty())
                            return std::unexpected(sdk::TransportError{.message = "no answer is left"});
                        sdk::HttpResponse answer = std::move(answers.front());
                        answers.pop_front();
                        if (answer.url.empty()) answer.url = request.url;
                        return answer;
                    })};
    }
};

}  // namespace spanreel::livepeer::test
