// SPDX-License-Identifier: Apache-2.0
#include "livepeer_calls.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "../../src/livepeer/scripted.hpp"

namespace spanreel::sdk::driver {
namespace {

using livepeer::test::json;
using livepeer::test::Script;

TEST(LivepeerCalls, TurnJsonIntoRequestsAndAnswersIntoJson) {
    struct Row {
        const char* operation;
        const char* request;
        HttpResponse answer;
        const char* sent;
    };
    const std::string asset = R"({"id":"a","name":"n","source":{"type":"clip"}})";
    const Row rows[] = {
        {"session_get", R"({"id":"i"})", json(200, R"({"name":"s"})"), "GET /session/i "},
        {"session_get_all", "{}", json(200, "[]"), "GET /session "},
        {"session_get_recorded", R"({"parentId":"p","record":true})", json(200, "[]"),
         "GET /stream/p/sessions?record=true "},
        {"session_get_recorded", R"({"parentId":"p","record":1})", json(200, "[]"), "GET /stream/p/sessions?record=1 "},
        {"session_get_recorded", R"({"parentId":"p"})", json(200, "[]"), "GET /stream/p/sessions "},
        {"stream_get_all", R"({"streamsonly":"1"})", json(200, "[]"), "GET /stream?streamsonly=1 "},
        {"stream_create",
         R"({"name":"n","profiles":null,"multistream":{"targets":[{"profile":"p"}]},"userTags":{"a":[1,"b"]}})",
         json(201, R"({"name":"n"})"),
         R"(POST /stream {"name":"n","profiles":null,"multistream":{"targets":[{"profile":"p","videoOnly":false}]},"userTags":{"a":[1,"b"]}})"},
        {"stream_update", R"({"id":"i","streamPatchPayload":{"record":false}})", json(204, ""),
         R"(PATCH /stream/i {"record":false})"},
        {"asset_update", R"({"assetId":"i","assetPatchPayload":{"creatorId":"c"}})", json(200, asset),
         R"(PATCH /asset/i {"creatorId":"c"})"},
    };
    for (const Row& row : rows) {
        Script script({row.answer});
        const Outcome outcome = run_livepeer(row.operation, boost::json::parse(row.request), script.options(), {});
        ASSERT_FALSE(outcome.error) << outcome.error->message;
        const auto& sent = script.requests.at(0);
        EXPECT_EQ(sent.method + " " + sent.url.substr(22) + " " + sent.body.value_or(""), row.sent);
        EXPECT_TRUE(outcome.json.starts_with(R"({"ContentType":"application/json; charset=utf-8","StatusCode":2)"));
    }
}

TEST(LivepeerCalls, GiveErrorsBack) {
    Script script({json(500, "{}")});
    EXPECT_EQ(run_livepeer("session_get", {{"id", "i"}}, script.options(), {}).error->kind, Error::Kind::api);
    for (const auto& [operation, request] : {std::pair{"session_get", "{}"},
                                             {"session_get", "null"},
                                             {"session_get_recorded", R"({"parentId":"p","record":"yes"})"},
                                             {"session_get_recorded", R"({"parentId":"p","record":1.5})"},
                                             {"stream_create", "{}"},
                                             {"stream_create_clip", R"({"playbackId":"p"})"},
                                             {"stream_update", R"({"id":"i"})"}}) {
        const Outcome outcome = run_livepeer(operation, boost::json::parse(request), script.options(), {});
        ASSERT_TRUE(outcome.error) << operation << request;
        EXPECT_EQ(outcome.error->kind, Error::Kind::input_validation);
    }
    EXPECT_EQ(script.requests.size(), 1u);
    EXPECT_EQ(run_livepeer("session_put", {}, script.options(), {}).error->kind, Error::Kind::input_validation);
}

}  // namespace
}  // namespace spanreel::sdk::driver
