// SPDX-License-Identifier: Apache-2.0
// Create, get, update and delete of the first generation: what is sent, and what an answer becomes.
#include "spanreel/orq/sessions.hpp"

#include <limits>
#include <sstream>

#include "test_service.hpp"

namespace spanreel::orq {
namespace {

using namespace std::chrono_literals;

constexpr Date kStart = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 3h + 4min + 5s + 678ms;
constexpr std::string_view kSession =
    R"({"_id":"S1","external_id":"talk","duration":1.5,"contact_ids":["c"],)"
    R"("billing":{"input_cost":1,"output_cost":2,"total_cost":3},)"
    R"("usage":{"prompt_tokens":4.5,"completion_tokens":5,"total_tokens":9.5},"traces_count":2,"tags":["a","b"],)"
    R"("workspace_id":"W","project_id":null,"started_at":"2026-01-02T03:04:05.678Z"})";

class SessionsTest : public ::testing::Test, protected TestService {
  protected:
    OrqCore core_ = core();
};

TEST_F(SessionsTest, CreateSendsNoBodyWithoutARequest) {
    answer(200, std::string(kSession));
    ASSERT_TRUE(sessions_create(core_));
    EXPECT_EQ(sent(), "POST http://host/v2/traces/sessions json");
}

TEST_F(SessionsTest, CreateSendsWhatIsRequiredAndLeavesOutWhatIsAbsent) {
    answer(200, std::string(kSession));
    ASSERT_TRUE(sessions_create(core_, SessionCreate{.external_id = "talk"}));
    EXPECT_EQ(body(),
              R"({"external_id":"talk","duration":0,"contact_ids":[],)"
              R"("billing":{"input_cost":0,"output_cost":0,"total_cost":0},)"
              R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0},"traces_count":0,"tags":[]})");
}

TEST_F(SessionsTest, CreateSendsEverything) {
    answer(200, std::string(kSession));
    ASSERT_TRUE(sessions_create(core_, SessionCreate{.external_id = "talk \"1\"",
                                                     .duration = 789.62,
                                                     .contact_ids = {"c1"},
                                                     .billing = {.input_cost = 400.03, .total_cost = 1e21},
                                                     .usage = {.prompt_tokens = 4574.01},
                                                     .traces_count = 2974.44,
                                                     .tags = {"a", "b"},
                                                     .project_id = nullptr,
                                                     .started_at = kStart,
                                                     .updated_at = kStart + 1ms}));
    EXPECT_EQ(body(),
              R"({"external_id":"talk \"1\"","duration":789.62,"contact_ids":["c1"],)"
              R"("billing":{"input_cost":400.03,"output_cost":0,"total_cost":1e+21},)"
              R"("usage":{"prompt_tokens":4574.01,"completion_tokens":0,"total_tokens":0},"traces_count":2974.44,)"
              R"("tags":["a","b"],"project_id":null,"started_at":"2026-01-02T03:04:05.678Z",)"
              R"("updated_at":"2026-01-02T03:04:05.679Z"})");
}

TEST_F(SessionsTest, NanIsRefusedBeforeAnythingIsSentAndInfinityIsNull) {
    const Result<Session> refused =
        sessions_create(core_, SessionCreate{.usage = {.total_tokens = std::numeric_limits<double>::quiet_NaN()}});
    EXPECT_KIND(refused, input_validation);
    EXPECT_EQ(refused.error().message, "Input validation failed: usage.total_tokens: expected a number, not NaN");
    EXPECT_KIND(
        sessions_update(core_, {.session_id = "S1",
                                .request_body = SessionUpdate{.duration = std::numeric_limits<double>::quiet_NaN()}}),
        input_validation);
    EXPECT_TRUE(seen->requests.empty());
    answer(200, std::string(kSession));
    ASSERT_TRUE(sessions_update(
        core_,
        {.session_id = "S1", .request_body = SessionUpdate{.duration = std::numeric_limits<double>::infinity()}}));
    EXPECT_EQ(body(), R"({"duration":null})");
}

TEST_F(SessionsTest, ReadsASession) {
    answer(200, std::string(kSession), "application/json; charset=utf-8");
    const Result<Session> session = sessions_get(core_, {.session_id = "a/b c"});
    ASSERT_TRUE(session);
    EXPECT_EQ(sent(), "GET http://host/v2/traces/sessions/a%2Fb%20c");
    EXPECT_EQ(session->id, "S1");
    EXPECT_EQ(session->usage.prompt_tokens, 4.5);
    EXPECT_EQ(session->tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(session->project_id.value().is_null());
    EXPECT_EQ(session->started_at, kStart);
    EXPECT_FALSE(session->updated_at);
    std::ostringstream printed;
    printed << *session;
    EXPECT_EQ(printed.str(), kSession);
}

TEST_F(SessionsTest, NumbersComeBackAsTheyWereSent) {
    const std::vector<double> numbers{
        5357.48, 123456789012345680000., 0.1, 6.02e-23, 9007199254740993., 8.41723e-5, 94.66231,
        5e-324,  1.7976931348623157e308};
    for (double number : numbers) {
        answer(200, std::string(kSession));
        ASSERT_TRUE(sessions_update(core_, {.session_id = "S1", .request_body = SessionUpdate{.duration = number}}));
        std::string text(kSession);
        const std::string shown = seen->requests.back().body->substr(12);
        answer(200, text.replace(text.find(":1.5,") + 1, 3, shown.substr(0, shown.size() - 1)));
        EXPECT_EQ(sessions_get(core_, {.session_id = "S1"}).value().duration, number);
    }
}

TEST_F(SessionsTest, UpdateSendsNoBodyAnEmptyOneOrWhatIsGiven) {
    for (int i = 0; i < 3; ++i) answer(200, std::string(kSession));
    ASSERT_TRUE(sessions_update(core_, {.session_id = "S1"}));
    ASSERT_TRUE(sessions_update(core_, {.session_id = "S1", .request_body = SessionUpdate{}}));
    ASSERT_TRUE(sessions_update(core_, {.session_id = "S1",
                                        .request_body = SessionUpdate{.id = "x",
                                                                      .billing = Billing{.total_cost = 1},
                                                                      .tags = std::vector<std::string>{},
                                                                      .workspace_id = "y",
                                                                      .project_id = "p"}}));
    EXPECT_EQ(sent(0), "PATCH http://host/v2/traces/sessions/S1 json");
    EXPECT_EQ(sent(1), "PATCH http://host/v2/traces/sessions/S1 json {}");
    EXPECT_EQ(body(2), R"({"_id":"x","billing":{"input_cost":0,"output_cost":0,"total_cost":1},"tags":[],)"
                       R"("workspace_id":"y","project_id":"p"})");
}

TEST_F(SessionsTest, DeleteTakes204OfAnyType) {
    answer(204, "", "");
    ASSERT_TRUE(sessions_delete(core_, {.session_id = "S1"}));
    EXPECT_EQ(sent(), "DELETE http://host/v2/traces/sessions/S1");
    answer(200, "{}");
    const Result<void> other = sessions_delete(core_, {.session_id = "S1"});
    EXPECT_KIND(other, api);
    EXPECT_TRUE(other.error().message.starts_with("Unexpected API response status or content-type: Status 200"));
}

TEST_F(SessionsTest, GetUpdateAndDeleteTellWhatIsNotThere) {
    const std::string missing = R"({"code":"404","message":"Session not found"})";
    auto expect_missing = [](const auto& result) {
        EXPECT_KIND(result, not_found);
        EXPECT_EQ(result.error().message, "Session not found");
        EXPECT_EQ(result.error().code, "404");
        EXPECT_EQ(result.error().status_code(), 404);
    };
    for (int i = 0; i < 3; ++i) answer(404, missing);
    expect_missing(sessions_get(core_, {.session_id = "x"}));
    expect_missing(sessions_update(core_, {.session_id = "x"}));
    expect_missing(sessions_delete(core_, {.session_id = "x"}));

    answer(404, missing, "text/plain");
    EXPECT_KIND(sessions_get(core_, {.session_id = "x"}), api);
    answer(404, R"({"code":404,"message":"Session not found"})");
    EXPECT_KIND(sessions_get(core_, {.session_id = "x"}), response_validation);
    answer(404, missing);
    EXPECT_KIND(sessions_create(core_), api);
}

TEST_F(SessionsTest, OtherStatusesAreErrorsOfTheApi) {
    for (int status : {400, 401, 409, 500, 503}) {
        answer(status, "why", "text/plain");
        const Result<Session> result = sessions_create(core_);
        EXPECT_KIND(result, api);
        EXPECT_EQ(result.error().message,
                  "API error occurred: Status " + std::to_string(status) + " Content-Type text/plain Body \nwhy");
    }
    answer(201, std::string(kSession));
    EXPECT_TRUE(sessions_create(core_).error().message.starts_with("Unexpected API response status"));
    answer(200, std::string(kSession), "text/html");
    EXPECT_KIND(sessions_create(core_), api);
}

TEST_F(SessionsTest, AnAnswerHasToFit) {
    auto without = [](std::string_view member) {
        std::string text(kSession);
        return text.replace(text.find(member), 2, "\"x");
    };
    for (std::string_view member :
         {"\"_id\"", "\"external_id\"", "\"duration\"", "\"contact_ids\"", "\"billing\"", "\"output_cost\"",
          "\"usage\"", "\"total_tokens\"", "\"traces_count\"", "\"tags\"", "\"workspace_id\""}) {
        answer(200, without(member));
        EXPECT_KIND(sessions_get(core_, {.session_id = "S1"}), response_validation);
    }
    answer(200, "{");
    EXPECT_KIND(sessions_get(core_, {.session_id = "S1"}), response_validation);
}

}  // namespace
}  // namespace spanreel::orq
