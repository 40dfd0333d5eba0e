// SPDX-License-Identifier: Apache-2.0
// What holds for every operation: its request line, and what follows from the status and type of an answer.
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "scripted.hpp"
#include "spanreel/livepeer.hpp"

namespace spanreel::livepeer {
namespace {

using test::json;
using test::Script;
using test::text;

constexpr std::string_view kAsset = R"({"id":"a","name":"n","source":{"type":"clip"}})";

struct Seen {
    Answer answer;
    std::string json;
};
using Call = std::function<Result<Seen>(const sdk::Core&)>;

template <class Request, class Response>
Call call(const sdk::Operation<Request, Response>& operation, const std::type_identity_t<Request>& request) {
    return [&operation, request](const sdk::Core& core) -> Result<Seen> {
        Result<Response> response = operation(core, request);
        if (!response) return std::unexpected(std::move(response).error());
        return Seen{*response, to_json(*response)};
    };
}

struct Row {
    std::string name;
    Call call;
    std::string method;
    std::string url;  ///< below the server's
    std::string body;
    int status;           ///< of success
    std::string answer;   ///< the smallest that fits
    std::string payload;  ///< its name
};

std::vector<Row> rows() {
    const std::string asset(kAsset), assets = "[" + asset + "]";
    return {
        {"session_get_clips", call(session_get_clips, "<id>"), "GET", "/session/%3Cid%3E/clips", "", 200, assets,
         "data"},
        {"session_get_all", call(session_get_all, {}), "GET", "/session", "", 200, R"([{"name":"s"}])", "data"},
        {"session_get", call(session_get, "<id>"), "GET", "/session/%3Cid%3E", "", 200, R"({"name":"s"})", "session"},
        {"session_get_recorded", call(session_get_recorded, {"<value>", true}), "GET",
         "/stream/%3Cvalue%3E/sessions?record=true", "", 200, R"([{"name":"s"}])", "data"},
        {"stream_create", call(stream_create, {.name = "s"}), "POST", "/stream", R"({"name":"s"})", 201,
         R"({"name":"s"})", "stream"},
        {"stream_get", call(stream_get, "a/b"), "GET", "/stream/a%2Fb", "", 200, R"({"name":"s"})", "stream"},
        {"stream_get_all", call(stream_get_all, {"true"}), "GET", "/stream?streamsonly=true", "", 200,
         R"([{"name":"s"}])", "data"},
        {"stream_update", call(stream_update, {{.record = true}, "i d"}), "PATCH", "/stream/i%20d",
         R"({"record":true})", 204, "", ""},
        {"stream_delete", call(stream_delete, "id"), "DELETE", "/stream/id", "", 204, "", ""},
        {"stream_terminate", call(stream_terminate, "id"), "DELETE", "/stream/id/terminate", "", 204, "", ""},
        {"stream_create_clip", call(stream_create_clip, {.playback_id = "p", .start_time = 1}), "POST", "/clip",
         R"({"playbackId":"p","startTime":1})", 200, R"({"asset":)" + asset + R"(,"task":{"id":"t"}})", "data"},
        {"stream_get_clips", call(stream_get_clips, "id"), "GET", "/stream/id/clips", "", 200, assets, "data"},
        {"asset_get", call(asset_get, "id"), "GET", "/asset/id", "", 200, asset, "asset"},
        {"asset_get_all", call(asset_get_all, {}), "GET", "/asset", "", 200, assets, "data"},
        {"asset_update", call(asset_update, {{.name = "n"}, "id"}), "PATCH", "/asset/id", R"({"name":"n"})", 200, asset,
         "asset"},
        {"asset_delete", call(asset_delete, "id"), "DELETE", "/asset/id", "", 204, "", ""},
        {"playback_get", call(playback_get, "id"), "GET", "/playback/id", "", 200,
         R"({"type":"live","meta":{"source":[]}})", "playback-info"},
        {"task_get", call(task_get, "id"), "GET", "/task/id", "", 200, R"({"id":"t"})", "task"},
        {"task_get_all", call(task_get_all, {}), "GET", "/task", "", 200, R"([{"id":"t"}])", "data"},
    };
}

class EveryOperation : public testing::TestWithParam<Row> {
  protected:
    Result<Seen> run(sdk::HttpResponse answer) {
        script_ = std::make_unique<Script>(std::deque{std::move(answer)});
        return GetParam().call(script_->core);
    }
    const sdk::HttpRequest& sent() const { return script_->requests.at(0); }
    bool is_task_get() const { return GetParam().name == "task_get"; }

  private:
    std::unique_ptr<Script> script_;
};

TEST_P(EveryOperation, SendsItsRequest) {
    const auto seen = run(json(GetParam().status, GetParam().answer));
    EXPECT_EQ(sent().method, GetParam().method);
    EXPECT_EQ(sent().url, "http://server.test/api" + GetParam().url);
    EXPECT_EQ(sent().body.value_or(""), GetParam().body);
    EXPECT_EQ(sent().headers.get("content-type").value_or(""), GetParam().body.empty() ? "" : "application/json");
    EXPECT_EQ(sent().headers.get("authorization"), "Bearer key");
    EXPECT_EQ(sent().headers.get("accept"), "application/json");
}

TEST_P(EveryOperation, GivesThePayloadAndTheAnswer) {
    const auto seen = run(json(GetParam().status, GetParam().answer));
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->answer.status_code, GetParam().status);
    EXPECT_EQ(seen->answer.content_type, "application/json; charset=utf-8");
    EXPECT_EQ(seen->answer.raw_response.body, GetParam().answer);
    EXPECT_FALSE(seen->answer.error);
    std::string expected =
        R"({"ContentType":"application/json; charset=utf-8","StatusCode":)" + std::to_string(GetParam().status);
    if (!GetParam().payload.empty()) expected += ",\"" + GetParam().payload + "\":" + GetParam().answer;
    EXPECT_EQ(boost::json::parse(seen->json), boost::json::parse(expected + "}"));
}

TEST_P(EveryOperation, FailsForEveryStatusOfErrors) {
    for (const int status : {400, 401, 403, 422, 429, 500, 501, 599}) {
        const auto seen = run(json(status, R"({"errors":["no"]})"));
        ASSERT_FALSE(seen) << status;
        EXPECT_EQ(seen.error().kind, sdk::Error::Kind::api);
        EXPECT_EQ(seen.error().message, "API error occurred: Status " + std::to_string(status) +
                                            " Content-Type application/json; charset=utf-8 Body \n" +
                                            R"({"errors":["no"]})");
        EXPECT_EQ(seen.error().status_code(), status);
        EXPECT_EQ(error_texts(seen.error()), std::vector<std::string>{"no"});
    }
    const auto seen = run(text(404, "gone"));
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().kind, sdk::Error::Kind::api);
    EXPECT_TRUE(error_texts(seen.error()).empty());
}

TEST_P(EveryOperation, GivesJsonOfAnotherStatusAsError) {
    const auto seen = run(json(202, R"({"errors":["later"],"id":"x"})"));
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->answer.status_code, 202);
    if (is_task_get()) {
        EXPECT_FALSE(seen->answer.error);
    } else {
        ASSERT_TRUE(seen->answer.error);
        EXPECT_EQ(seen->answer.error->errors, std::vector<std::string>{"later"});
    }
    EXPECT_EQ(seen->json.find("\"id\""), std::string::npos);

    const auto odd = run(json(202, R"({"errors":"text"})"));
    EXPECT_EQ(odd.has_value(), is_task_get());
    if (!odd) {
        EXPECT_EQ(odd.error().kind, sdk::Error::Kind::response_validation);
    }
}

TEST_P(EveryOperation, ExpectsNoOtherStatusAndNoOtherType) {
    for (const auto& answer : {text(203, "<p>"), text(302, "")}) {
        const auto seen = run(answer);
        ASSERT_EQ(seen.has_value(), is_task_get());
        if (seen) continue;
        EXPECT_EQ(seen.error().kind, sdk::Error::Kind::api);
        EXPECT_TRUE(seen.error().message.starts_with("Unexpected API response status or content-type: Status "))
            << seen.error().message;
    }
    EXPECT_EQ(run(text(GetParam().status, "text")).has_value(), GetParam().status == 204 || is_task_get());
}

TEST_P(EveryOperation, RefusesAPayloadThatDoesNotFit) {
    if (GetParam().payload.empty()) return;
    for (const char* body : {"", "{", "null", "7", "{}x", R"({"data":1,"status":1,"name":1,"source":1})"}) {
        const auto seen = run(json(GetParam().status, body));
        ASSERT_FALSE(seen) << body;
        EXPECT_EQ(seen.error().kind, sdk::Error::Kind::response_validation) << body;
        EXPECT_TRUE(seen.error().message.starts_with("Response validation failed: ")) << seen.error().message;
        EXPECT_EQ(seen.error().status_code(), GetParam().status);
    }
}

INSTANTIATE_TEST_SUITE_P(All, EveryOperation, testing::ValuesIn(rows()),
                         [](const auto& row) { return row.param.name; });

TEST(Operations, FailWithoutAnAnswer) {
    Script script({});
    const auto seen = session_get(script.core, "id");
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().kind, sdk::Error::Kind::connection);
    EXPECT_TRUE(error_texts(seen.error()).empty());
}

TEST(Operations, ShowWhatWentOverTheWire) {
    Script script({json(200, "{")});
    const auto inspected = session_get.inspect(script.core, "id");
    EXPECT_FALSE(inspected.result);
    EXPECT_EQ(inspected.call.request->url, "http://server.test/api/session/id");
    EXPECT_EQ(inspected.call.response->body, "{");
}

}  // namespace
}  // namespace spanreel::livepeer
