// SPDX-License-Identifier: Apache-2.0
// One trace, its spans and one span: what is sent, and what an answer becomes.
#include "spanreel/orq/traces.hpp"

#include <sstream>

#include "test_service.hpp"

namespace spanreel::orq {
namespace {

class TracesTest : public ::testing::Test, protected TestService {
  protected:
    OrqCore core_ = core();
};

constexpr std::string_view kUsage =
    R"("usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_cached_tokens":4,)"
    R"("prompt_audio_tokens":5,"completion_reasoning_tokens":6,"completion_audio_tokens":7,)"
    R"("completion_accepted_prediction_tokens":8,"completion_rejected_prediction_tokens":9,)"
    R"("prompt_cache_creation_tokens":10},)"
    R"("cost":{"input":0.1,"output":0.2,"cache_read":1,"cache_write":2,"reasoning":3,"web_search":4,"total":0.00125,)"
    R"("currency":"USD","cached":5,"audio_input":6,"audio_output":7,"accepted_prediction":8,"rejected_prediction":9,)"
    R"("billable":true,"pricing_tier":"t","threshold_exceeded":false,"integration_id":"i"})";

TEST_F(TracesTest, ReadsATraceWithAllItsMembers) {
    const std::string trace =
        R"({"trace":{"object":"trace","trace_id":"t","root_span_id":"r","leading_span_id":"l","name":"n",)"
        R"("operation":"o","status":"ok","started_at":"2026-01-02T03:04:05.678Z",)"
        R"("ended_at":"2026-01-02T03:04:06.000Z","duration_ms":322.5,"project_id":"p","identity_id":"u",)"
        R"("session_id":"s","thread_id":"h","product":"x","providers":["a"],"models":["m","n"],)"
        R"("agent":{"id":"1","name":"2"},)" +
        std::string(kUsage) +
        R"(,"id":"t","span_id":"r","parent_id":"q","type":"y","context":{"trace_id":"t","span_id":"r"},)"
        R"("attributes":{"ratio":0.1,"big":9007199254740993,"list":["x",{"y":[]}],"none":null,"é":{}},)"
        R"("start_time":"2026-01-02T03:04:05.678Z","end_time":"2026-01-02T03:04:06.000Z","duration":322.5}})";
    answer(200, trace);
    const Result<TraceResponse> found = traces_get(core_, {.trace_id = "00/1"});
    ASSERT_TRUE(found);
    EXPECT_EQ(sent(), "GET http://host/v3/traces/00%2F1");
    EXPECT_EQ(found->trace->usage->prompt_cache_creation_tokens, 10);
    EXPECT_EQ(found->trace->cost->total, 0.00125);
    std::ostringstream printed;
    printed << *found;
    EXPECT_EQ(printed.str(), trace);
}

TEST_F(TracesTest, EverythingIsOptionalAndNothingIsNull) {
    answer(200, "{}");
    EXPECT_FALSE(traces_get(core_, {}).value().trace);
    answer(200, R"({"trace":{}})");
    EXPECT_FALSE(traces_get(core_, {}).value().trace.value().name);
    answer(200, R"({"trace":{"name":null}})");
    EXPECT_EQ(traces_get(core_, {}).error().cause, "trace.name: expected a string");
    answer(200, R"({"trace":{"usage":{"total_tokens":1.5}}})");
    EXPECT_KIND(traces_get(core_, {}), response_validation);
    answer(200, R"({"has_more":"yes"})");
    EXPECT_KIND(traces_list_spans(core_, {}), response_validation);
    answer(200, R"({"span":[]})");
    EXPECT_KIND(traces_get_span(core_, {}), response_validation);
}

TEST_F(TracesTest, ListsSpansWithWhatIsAskedFor) {
    const std::string page =
        R"({"object":"list","data":[{"object":"span","trace_id":"t","span_id":"s","parent_span_id":"p","name":"n",)"
        R"("type":"llm","operation":"chat","status":"ok","started_at":"2026-01-02T03:04:05.678Z",)"
        R"("ended_at":"2026-01-02T03:04:06.000Z","duration_ms":1,"provider":"a","model":"m",)" +
        std::string(kUsage) +
        R"(,"level":1,"has_detail":true,"has_children":false,"guardrail_enabled":true,"trace_framework":"f",)"
        R"("leading_span_type":"g"}],"has_more":false,"next_page_token":"k"})";
    for (int i = 0; i < 4; ++i) answer(200, page);
    EXPECT_EQ(to_json(traces_list_spans(core_, {.trace_id = "t"}).value()), page);
    ASSERT_TRUE(traces_list_spans(core_, {.trace_id = "t", .limit = 5}));
    ASSERT_TRUE(traces_list_spans(core_, {.trace_id = "t", .page_token = "a b/é*'"}));
    ASSERT_TRUE(traces_list_spans(core_, {.trace_id = "t", .limit = 5, .page_token = ""}));
    EXPECT_EQ(sent(0), "GET http://host/v3/traces/t/spans");
    EXPECT_EQ(sent(1), "GET http://host/v3/traces/t/spans?limit=5");
    EXPECT_EQ(sent(2), "GET http://host/v3/traces/t/spans?page_token=a%20b%2F%C3%A9*'");
    EXPECT_EQ(sent(3), "GET http://host/v3/traces/t/spans?limit=5&page_token=");
}

TEST_F(TracesTest, WalksByToken) {
    answer(200, R"({"data":[{}],"has_more":true,"next_page_token":"k"})");
    answer(200, R"({"data":[{}],"has_more":false})");
    std::size_t rows = 0;
    for (const auto& page : traces_span_pages(core_, {.trace_id = "t", .limit = 1})) rows += page.value().data->size();
    EXPECT_EQ(rows, 2u);
    EXPECT_EQ(sent(1), "GET http://host/v3/traces/t/spans?limit=1&page_token=k");
    EXPECT_EQ(seen->requests.size(), 2u);
}

TEST_F(TracesTest, ReadsASpanWithItsAttributes) {
    const std::string span =
        R"({"span":{"summary":{"name":"n"},"attributes":{"ratio":0.1,"list":["x","y"]},"kind":"client",)"
        R"("status_message":"why","trace_state":"v","events":[{"name":"e"}],"links":[],"resource":{"a":1},"scope":{}}})";
    answer(200, span);
    const Result<SpanResponse> found = traces_get_span(core_, {.trace_id = "t", .span_id = "s/"});
    ASSERT_TRUE(found);
    EXPECT_EQ(sent(), "GET http://host/v3/traces/t/spans/s%2F");
    EXPECT_EQ(found->span->attributes->text, R"({"ratio":0.1,"list":["x","y"]})");
    EXPECT_EQ(to_json(*found), span);
}

TEST_F(TracesTest, ErrorsAreOfTheApi) {
    for (int status : {400, 404, 500}) {
        for (int i = 0; i < 3; ++i) answer(status, "{}");
        EXPECT_KIND(traces_get(core_, {}), api);
        EXPECT_KIND(traces_list_spans(core_, {}), api);
        EXPECT_KIND(traces_get_span(core_, {}), api);
    }
    answer(200, "x", "text/plain");
    EXPECT_EQ(traces_get(core_, {}).error().message,
              "Unexpected Status or Content-Type: Status 200 Content-Type text/plain. Body: x");
}

}  // namespace
}  // namespace spanreel::orq
