// SPDX-License-Identifier: Apache-2.0
// For tests: the Orq API over a recorder and a key ring of its own, called without sockets.
#pragma once
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "api/json/json_parse.hpp"
#include "api/orq/routes.hpp"
#include "store/embedded/embedded_meta_store.hpp"
#include "trace/test_recorder.hpp"

namespace spanreel::api::orq {

struct Answer {
    unsigned status = 0;
    std::string text;
    boost::json::value body;  ///< null when there is none

    const boost::json::value& operator[](std::string_view key) const { return body.at(key); }
    std::string string(std::string_view key) const { return std::string(body.at(key).as_string()); }
};

class ApiTest : public trace::RecorderTest {
  protected:
    ApiTest() : recorder_(disk_, index()), database_(store::Database::open(index() / "keys.db").value()) {
        workspace_ = keys_.open_workspace("one").value().id;
        key_ = keys_.create_key(workspace_, {.name = "all of it"}).value().secret;
        project_key_ = keys_.create_key(workspace_, {.name = "a project", .project = "p1"}).value().secret;
        other_key_ = keys_.create_key(keys_.open_workspace("two").value().id, {.name = "other"}).value().secret;
        add_routes(router_, keys_, *recorder_);
    }

    Answer send(net::Request request) {
        std::size_t question = request.target.find('?');
        request.path = request.target.substr(0, question);
        if (question != std::string::npos) request.query = net::Query::parse(request.target.substr(question + 1));
        net::RouteMatch match = router_.match(request.method, request.path);
        net::Response response;
        if (match.route) {
            auto result = std::get<net::PlainHandler>(match.route->handler)(request, match.arguments);
            response = result ? *std::move(result) : net::render_error(match.mount->options, result.error());
        } else {
            bool wrong_method = !std::get<net::Unmatched>(match.failure).allowed.empty();
            response =
                net::render_error(match.mount->options, wrong_method ? 405 : 404, {Code::not_found, "Not found"});
        }
        Answer answer{response.status, std::get<std::string>(response.body), nullptr};
        if (answer.text.empty()) return answer;
        EXPECT_EQ(response.headers.get("content-type"), "application/json");
        auto body = parse_json(answer.text);
        EXPECT_TRUE(body) << answer.text;
        if (body) answer.body = *body;
        if (answer.status >= 400) {
            EXPECT_EQ(answer.string("code"), std::to_string(answer.status));
            EXPECT_FALSE(answer.string("message").empty());
        }
        return answer;
    }

    Answer call(net::Method method, std::string_view target, std::string_view body = {}, std::string_view key = {}) {
        net::Request request{.method = method, .target = std::string(target), .body = std::string(body)};
        request.headers.set("Authorization", "Bearer " + std::string(key.empty() ? key_ : key));
        return send(std::move(request));
    }
    Answer get(std::string_view target, std::string_view key = {}) { return call(net::Method::get, target, {}, key); }
    Answer post(std::string_view target, std::string_view body, std::string_view key = {}) {
        return call(net::Method::post, target, body, key);
    }
    Answer patch(std::string_view target, std::string_view body, std::string_view key = {}) {
        return call(net::Method::patch, target, body, key);
    }
    Answer remove(std::string_view target, std::string_view key = {}) {
        return call(net::Method::delete_, target, {}, key);
    }

    trace::TestRecorder recorder_;
    std::unique_ptr<store::Database> database_;
    store::EmbeddedMetaStore meta_{*database_};
    access::KeyRing keys_{meta_};
    net::Router router_;
    std::string workspace_, key_, project_key_, other_key_;
};

inline constexpr std::string_view kFirst = "/v2/traces/sessions";
inline constexpr std::string_view kSecond = "/v2/sessions";

/// A whole create body with the external id; `more` is put behind it: `,"tags":[]`.
inline std::string whole_body(std::string_view external_id, std::string_view more = "") {
    return fmt::format(R"({{"external_id":"{}","duration":789.62,"contact_ids":["c1"],)"
                       R"("billing":{{"input_cost":400.03,"output_cost":5357.48,"total_cost":2072.38}},)"
                       R"("usage":{{"prompt_tokens":4574,"completion_tokens":1378,"total_tokens":5952}},)"
                       R"("traces_count":2974,"tags":["a","b"]{}}})",
                       external_id, more);
}

}  // namespace spanreel::api::orq
