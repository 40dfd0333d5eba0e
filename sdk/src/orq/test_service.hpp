// SPDX-License-Identifier: Apache-2.0
// For tests: a client whose requests stay here, with the answers that a test lays down.
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "spanreel/orq/core.hpp"

namespace spanreel::orq {

struct TestService {
    struct Seen {
        std::vector<sdk::HttpRequest> requests;
        std::deque<sdk::HttpResponse> answers;
    };
    std::shared_ptr<Seen> seen = std::make_shared<Seen>();

    ClientOptions options() const {
        return {.api_key = "k",
                .server_url = "http://host",
                .http_client = sdk::HttpClient(
                    [seen = seen](const sdk::HttpRequest& request, const sdk::SendOptions&) -> sdk::SendResult {
                        seen->requests.push_back(request);
                        if (seen->answers.empty()) return std::unexpected(sdk::TransportError{.message = "no answer"});
                        sdk::HttpResponse answer = seen->answers.front();
                        seen->answers.pop_front();
                        return answer;
                    })};
    }
    OrqCore core() const { return OrqCore(options()); }

    void answer(int status, std::string body, std::string type = "application/json") const {
        seen->answers.push_back(
            {.status = status, .headers = {{"Content-Type", type}}, .body = std::move(body), .url = {}});
    }
    /// "POST http://host/path?query {body}", the Content-Type before the body when it says JSON.
    std::string sent(std::size_t index = 0) const {
        const sdk::HttpRequest& request = seen->requests.at(index);
        const auto type = request.headers.get("Content-Type");
        return request.method + " " + request.url + (type == "application/json" ? " json" : "") +
               (request.body ? " " + *request.body : "");
    }
    std::string body(std::size_t index = 0) const { return seen->requests.at(index).body.value_or("none"); }
};

/// The kind of error that a call ended with; -1 for none.
template <class T>
int kind_of(const Result<T>& result) {
    return result ? -1 : static_cast<int>(result.error().kind);
}
#define EXPECT_KIND(result, expected) \
    EXPECT_EQ(kind_of(result), static_cast<int>(sdk::Error::Kind::expected)) << (result).error().message

}  // namespace spanreel::orq
