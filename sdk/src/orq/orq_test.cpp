// SPDX-License-Identifier: Apache-2.0
// The methods: the same calls as the functions, and what fails is thrown.
#include "spanreel/orq.hpp"

#include <cmath>

#include "test_service.hpp"

namespace spanreel::orq {
namespace {

constexpr std::string_view kSession =
    R"({"_id":"S1","external_id":"talk","duration":0,"contact_ids":[],)"
    R"("billing":{"input_cost":0,"output_cost":0,"total_cost":0},)"
    R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0},"traces_count":0,"tags":[],)"
    R"("workspace_id":"W"})";

class OrqTest : public ::testing::Test, protected TestService {
  protected:
    void answer_page(bool has_more) const {
        answer(200, R"({"object":"list","data":[)" + std::string(kSession) + R"(],"has_more":)" +
                        (has_more ? "true}" : "false}"));
    }
    Orq orq_{options()};
};

TEST_F(OrqTest, SessionsSendWhatTheFunctionsSend) {
    for (int i = 0; i < 4; ++i) answer(200, std::string(kSession));
    answer(204, "");
    EXPECT_EQ(orq_.sessions.create().id, "S1");
    (void)orq_.sessions.create({.external_id = "talk"});
    (void)orq_.sessions.get({.session_id = "S1"});
    (void)orq_.sessions.update({.session_id = "S1"});
    orq_.sessions.remove({.session_id = "S1"});
    for (int i = 0; i < 2; ++i) answer_page(false);
    for (int i = 0; i < 2; ++i) answer(200, R"({"count":1})");
    (void)orq_.sessions.list();
    (void)orq_.sessions.list({});
    (void)orq_.sessions.count();
    EXPECT_EQ(orq_.sessions.count({.filters = {field("_id").is_id("S1")}}).count, 1);
    const std::string resource = " http://host/v2/traces/sessions";
    EXPECT_EQ(sent(0), "POST" + resource + " json");
    EXPECT_TRUE(sent(1).starts_with("POST" + resource + R"( json {"external_id":"talk")"));
    EXPECT_EQ(sent(2), "GET" + resource + "/S1");
    EXPECT_EQ(sent(3), "PATCH" + resource + "/S1 json");
    EXPECT_EQ(sent(4), "DELETE" + resource + "/S1");
    EXPECT_EQ(sent(5), "POST" + resource + "/query json");
    EXPECT_EQ(sent(6), "POST" + resource + R"(/query json {"filters":[]})");
    EXPECT_EQ(sent(7), "POST" + resource + "/count json");
    EXPECT_EQ(sent(8), "POST" + resource + R"(/count json {"filters":[{"type":"id","id":"S1","path":"_id"}]})");
}

TEST_F(OrqTest, OptionsReachTheCall) {
    answer(200, std::string(kSession));
    answer_page(false);
    const CallOptions other{.server_url = "http://other"};
    (void)orq_.sessions.create(std::nullopt, other);
    (void)orq_.sessions.list(std::nullopt, other);
    EXPECT_EQ(sent(0), "POST http://other/v2/traces/sessions json");
    EXPECT_EQ(sent(1), "POST http://other/v2/traces/sessions/query json");
}

TEST_F(OrqTest, ThreadsAndTracesSendWhatTheFunctionsSend) {
    const ThreadQuery all{.filters = {.interval = SessionInterval::all_time}};
    for (int i = 0; i < 3; ++i) answer(200, std::string(kSession));
    answer(204, "");
    answer_page(false);
    answer(200, R"({"count":1})");
    answer(200, R"(["a"])");
    for (int i = 0; i < 3; ++i) answer(200, "{}");
    (void)orq_.threads.create({.external_id = "talk"});
    (void)orq_.threads.get({.session_id = "S1"});
    (void)orq_.threads.update({.session_id = "S1", .request_body = {.title = "T"}});
    orq_.threads.remove({.session_id = "S1"});
    (void)orq_.threads.list(all);
    (void)orq_.threads.count(all);
    EXPECT_EQ(orq_.threads.list_tags(), std::vector<std::string>{"a"});
    (void)orq_.traces.get({.trace_id = "t"});
    (void)orq_.traces.list_spans({.trace_id = "t"});
    (void)orq_.traces.get_span({.trace_id = "t", .span_id = "s"});
    const std::vector<std::string> expected{
        "POST http://host/v2/sessions",       "GET http://host/v2/sessions/S1",
        "PATCH http://host/v2/sessions/S1",   "DELETE http://host/v2/sessions/S1",
        "POST http://host/v2/sessions/query", "POST http://host/v2/sessions/count",
        "GET http://host/v2/sessions/tags",   "GET http://host/v3/traces/t",
        "GET http://host/v3/traces/t/spans",  "GET http://host/v3/traces/t/spans/s"};
    ASSERT_EQ(seen->requests.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(seen->requests[i].method + " " + seen->requests[i].url, expected[i]);
}

TEST_F(OrqTest, ThrowsWhatFails) {
    answer(404, R"({"code":"404","message":"Session not found"})");
    try {
        orq_.sessions.remove({.session_id = "x"});
        FAIL() << "nothing was thrown";
    } catch (const sdk::HonoApiError& error) {
        EXPECT_STREQ(error.what(), "Session not found");
        EXPECT_EQ(error.code(), "404");
    }
    answer(404, "{}");
    EXPECT_THROW((void)orq_.threads.get({.session_id = "x"}), sdk::ApiError);
    answer(200, "{}");
    EXPECT_THROW((void)orq_.sessions.get({.session_id = "x"}), sdk::ResponseValidationError);
    EXPECT_THROW((void)orq_.sessions.list(), sdk::ConnectionError);  // no answer is left
    EXPECT_THROW((void)orq_.sessions.create({.duration = NAN}), sdk::InputValidationError);
}

TEST_F(OrqTest, PagesAreWalkedAndThrow) {
    answer_page(true);
    answer_page(false);
    int pages = 0;
    for (const SessionPage& page : orq_.sessions.pages({.pagination = Pagination{.limit = 1}}))
        pages += static_cast<int>(page.data.size());
    EXPECT_EQ(pages, 2);
    EXPECT_EQ(sent(1), R"(POST http://host/v2/traces/sessions/query json )"
                       R"({"pagination":{"limit":1,"lastId":"S1"},"filters":[]})");
    answer_page(true);
    answer(500, "");
    auto walk = orq_.threads.pages({.filters = {.interval = SessionInterval::all_time}});
    auto at = walk.begin();
    EXPECT_EQ(at->data.size(), 1u);
    EXPECT_THROW(++at, sdk::ApiError);
    answer(200, "{}");
    for (const SpanPage& page : orq_.traces.span_pages({.trace_id = "t"})) EXPECT_FALSE(page.has_more);
}

TEST_F(OrqTest, CopiesAndTheFunctionsShareTheClient) {
    answer(200, std::string(kSession));
    answer(200, std::string(kSession));
    const Orq copy = orq_;
    (void)copy.sessions.create();
    EXPECT_TRUE(sessions_get(orq_, {.session_id = "S1"}));
    EXPECT_EQ(seen->requests.size(), 2u);
}

}  // namespace
}  // namespace spanreel::orq
