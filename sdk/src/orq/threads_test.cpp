// SPDX-License-Identifier: Apache-2.0
// The second generation's sessions: what is sent, and what an answer becomes.
#include "spanreel/orq/threads.hpp"

#include <limits>
#include <sstream>

#include "test_service.hpp"

namespace spanreel::orq {
namespace {

using namespace std::chrono_literals;

constexpr auto kStart = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 3h;
constexpr std::string_view kThread =
    R"({"_id":"S1","external_id":"talk","duration":1.5,"contact_ids":["c"],)"
    R"("billing":{"input_cost":1,"output_cost":2,"total_cost":3.5},)"
    R"("usage":{"prompt_tokens":4,"completion_tokens":5,"total_tokens":9},"traces_count":2,"tags":["a"],)"
    R"("project_id":"p","started_at":"2026-01-02T03:00:00.000Z","title":"T","client":"cli","repo":"r",)"
    R"("kind":"THREAD_KIND_CODING_AGENT"})";

class ThreadsTest : public ::testing::Test, protected TestService {
  protected:
    OrqCore core_ = core();
};

TEST_F(ThreadsTest, CreateSendsWhatIsRequiredAndWhatIsGiven) {
    answer(200, std::string(kThread));
    answer(200, std::string(kThread));
    ASSERT_TRUE(threads_create(core_, {.external_id = "talk"}));
    EXPECT_EQ(sent(),
              R"(POST http://host/v2/sessions json {"external_id":"talk","duration":0,"contact_ids":[],)"
              R"("billing":{"input_cost":0,"output_cost":0,"total_cost":0},)"
              R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0},"traces_count":0,"tags":[]})");
    ASSERT_TRUE(threads_create(core_, {.external_id = "e",
                                       .duration = 1.5,
                                       .usage = {.total_tokens = 9'007'199'254'740'991},
                                       .traces_count = -1,
                                       .project_id = "p",
                                       .started_at = kStart,
                                       .updated_at = kStart,
                                       .title = "T",
                                       .client = "cli",
                                       .repo = "r",
                                       .kind = ThreadKind::conversation}));
    EXPECT_EQ(body(1), R"({"external_id":"e","duration":1.5,"contact_ids":[],)"
                       R"("billing":{"input_cost":0,"output_cost":0,"total_cost":0},)"
                       R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":9007199254740991},)"
                       R"("traces_count":-1,"tags":[],"project_id":"p","started_at":"2026-01-02T03:00:00.000Z",)"
                       R"("updated_at":"2026-01-02T03:00:00.000Z","title":"T","client":"cli","repo":"r",)"
                       R"("kind":"THREAD_KIND_CONVERSATION"})");
}

TEST_F(ThreadsTest, ReadsAThread) {
    answer(200, std::string(kThread));
    const Result<Thread> thread = threads_get(core_, {.session_id = "a/b"});
    ASSERT_TRUE(thread);
    EXPECT_EQ(sent(), "GET http://host/v2/sessions/a%2Fb");
    EXPECT_EQ(thread->usage.total_tokens, 9);
    EXPECT_EQ(thread->kind, sdk::OpenEnum(ThreadKind::coding_agent));
    EXPECT_EQ(thread->started_at, kStart);
    EXPECT_FALSE(thread->updated_at);
    std::ostringstream printed;
    printed << *thread;
    EXPECT_EQ(printed.str(), kThread);
}

TEST_F(ThreadsTest, KeepsAKindThatItDoesNotKnow) {
    std::string text(kThread);
    answer(200, text.replace(text.find("CODING_AGENT"), 12, "ROBOT"));
    const Result<Thread> thread = threads_get(core_, {.session_id = "S1"});
    ASSERT_TRUE(thread);
    EXPECT_FALSE(thread->kind->is_known());
    EXPECT_EQ(thread->kind->word(), "THREAD_KIND_ROBOT");
}

TEST_F(ThreadsTest, UpdateSendsABodyAlways) {
    answer(200, std::string(kThread));
    answer(200, std::string(kThread));
    ASSERT_TRUE(threads_update(core_, {.session_id = "S1"}));
    EXPECT_EQ(sent(), "PATCH http://host/v2/sessions/S1 json {}");
    ASSERT_TRUE(threads_update(core_, {.session_id = "S1",
                                       .request_body = {.contact_ids = std::vector<std::string>{},
                                                        .project_id = "p",
                                                        .clear_contact_ids = false,
                                                        .clear_tags = true,
                                                        .title = "T"}}));
    EXPECT_EQ(body(1),
              R"({"contact_ids":[],"project_id":"p","clear_contact_ids":false,"clear_tags":true,"title":"T"})");
}

TEST_F(ThreadsTest, DeletesAndListsTags) {
    answer(204, "", "");
    answer(200, R"(["a","b"])");
    ASSERT_TRUE(threads_delete(core_, {.session_id = "S1"}));
    EXPECT_EQ(sent(), "DELETE http://host/v2/sessions/S1");
    const auto tags = threads_list_tags(core_);
    EXPECT_EQ(sent(1), "GET http://host/v2/sessions/tags");
    EXPECT_EQ(tags, (std::vector<std::string>{"a", "b"}));
}

TEST_F(ThreadsTest, ListAndCountSendTheSameFilters) {
    answer(200, R"({"object":"list","data":[],"has_more":false})");
    answer(200, R"({"count":3})");
    const ThreadQuery query{.filters = {.interval = SessionInterval::last_1_month,
                                        .project_id = "p",
                                        .tags = {{"a", "b"}},
                                        .start_date = kStart,
                                        .end_date = kStart + 1ms,
                                        .client = "cli",
                                        .repo = "r",
                                        .kind = ThreadKind::unspecified},
                            .limit = 10,
                            .page = 2};
    ASSERT_TRUE(threads_list(core_, query));
    const Result<ThreadCount> count = threads_count(core_, query);
    ASSERT_TRUE(count);
    EXPECT_EQ(to_json(*count), R"({"count":3})");
    EXPECT_EQ(sent(),
              R"(POST http://host/v2/sessions/query json {"filters":{"interval":"SESSION_INTERVAL_LAST_1_MONTH",)"
              R"("project_id":"p","tags":["a","b"],"start_date":"1767322800000","end_date":"1767322800001",)"
              R"("client":"cli","repo":"r","kind":"THREAD_KIND_UNSPECIFIED"},"limit":10,"page":2})");
    EXPECT_EQ(sent(1).substr(0, 40), "POST http://host/v2/sessions/count json ");
    EXPECT_EQ(body(1), body(0));
}

TEST_F(ThreadsTest, WalksByNumber) {
    const std::string rows = R"({"object":"list","data":[)" + std::string(kThread) + R"(],"has_more":)";
    answer(200, rows + "true}");
    answer(200, rows + "false}");
    int seen_rows = 0;
    for (const auto& page : threads_pages(core_, {.filters = {.interval = SessionInterval::all_time}}))
        seen_rows += static_cast<int>(page.value().data.size());
    EXPECT_EQ(seen_rows, 2);
    EXPECT_EQ(body(0), R"({"filters":{"interval":"SESSION_INTERVAL_ALL_TIME"}})");
    EXPECT_EQ(body(1), R"({"filters":{"interval":"SESSION_INTERVAL_ALL_TIME"},"page":2})");
}

TEST_F(ThreadsTest, AllErrorsAreOfTheApi) {
    auto refused = [&](auto call) {
        for (int status : {400, 401, 404, 409, 503}) {
            answer(status, R"({"code":"x","message":"m"})");
            const auto result = call();
            EXPECT_KIND(result, api);
            EXPECT_EQ(result.error().message,
                      "API error occurred: Status " + std::to_string(status) + R"(. Body: {"code":"x","message":"m"})");
        }
        answer(202, "{}");
        EXPECT_KIND(call(), api);
    };
    const ThreadQuery all{.filters = {.interval = SessionInterval::all_time}};
    refused([&] { return threads_create(core_, {}); });
    refused([&] { return threads_get(core_, {}); });
    refused([&] { return threads_update(core_, {}); });
    refused([&] { return threads_delete(core_, {}); });
    refused([&] { return threads_list(core_, all); });
    refused([&] { return threads_count(core_, all); });
    refused([&] { return threads_list_tags(core_); });
    answer(200, "{}");
    EXPECT_KIND(threads_delete(core_, {.session_id = "S1"}), api);
}

TEST_F(ThreadsTest, AnAnswerHasToFit) {
    auto expect_misfit = [&](std::string_view from, std::string_view to) {
        std::string text(kThread);
        answer(200, text.replace(text.find(from), from.size(), to));
        EXPECT_KIND(threads_get(core_, {.session_id = "S1"}), response_validation);
    };
    expect_misfit(R"("prompt_tokens":4)", R"("prompt_tokens":4.5)");
    expect_misfit(R"("traces_count":2)", R"("traces_count":"2")");
    expect_misfit(R"("project_id":"p")", R"("project_id":null)");
    expect_misfit(R"("kind":"THREAD_KIND_CODING_AGENT")", R"("kind":null)");
    expect_misfit(R"("external_id":)", R"("other":)");
    answer(200, R"(["a",1])");
    EXPECT_KIND(threads_list_tags(core_), response_validation);
    answer(200, R"({"count":1.5})");
    EXPECT_KIND(threads_count(core_, {.filters = {.interval = SessionInterval::all_time}}), response_validation);
}

TEST_F(ThreadsTest, NanIsRefused) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_KIND(threads_create(core_, {.duration = kNan}), input_validation);
    EXPECT_KIND(threads_update(core_, {.request_body = {.billing = ThreadBilling{.total_cost = kNan}}}),
                input_validation);
    EXPECT_TRUE(seen->requests.empty());
}

TEST_F(ThreadsTest, AQueryOfTheServerUrlStays) {
    ClientOptions with_query = options();
    with_query.server_url = "http://host/base?tenant=1";
    answer(200, "[]");
    ASSERT_TRUE(threads_list_tags(OrqCore(with_query)));
    EXPECT_EQ(sent(), "GET http://host/base/v2/sessions/tags?tenant=1");
}

TEST_F(ThreadsTest, AskedForMillisecondsItWaitsForThem) {
    seen->answers.push_back({.status = 503, .headers = {{"retry-after-ms", "5"}}, .body = {}, .url = {}});
    answer(200, "[]");
    const auto begun = std::chrono::steady_clock::now();
    const CallOptions patient{.retries = sdk::RetryConfig{.strategy = sdk::RetryConfig::Strategy::backoff,
                                                          .backoff = {.initial_interval = 1min}}};
    ASSERT_TRUE(threads_list_tags(core_, {}, patient));
    EXPECT_EQ(seen->requests.size(), 2u);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
}

static_assert(!std::default_initializable<ThreadQuery>, "an interval has to be said");

}  // namespace
}  // namespace spanreel::orq
