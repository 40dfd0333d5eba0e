// SPDX-License-Identifier: Apache-2.0
// One trace, its spans and one span.
#include "api/orq/trace_handlers.hpp"

#include "api/json/json_text.hpp"
#include "api/orq/test_api.hpp"

namespace spanreel::api::orq {
namespace {

class TraceHandlersTest : public ApiTest {
  protected:
    /// An agent's turn with a model call below it.
    TraceHandlersTest() {
        otlp::SpanInput agent =
            trace::span(1, 1, 0, {{"session.id", "talk"}, {"gen_ai.operation.name", "invoke_agent"}});
        agent.name = "turn";
        agent.end = agent.start + 2'500'000'000;
        otlp::SpanInput model = trace::model_call(1, 2, 1, "talk", 10, 5);
        model.name = "chat m";
        model.parent_id = agent.span_id;
        model.status = 1;
        for (const otlp::AttributeInput& extra :
             std::vector<otlp::AttributeInput>{{"gen_ai.response.model", "m-1"},
                                               {"gen_ai.provider.name", "acme"},
                                               {"gen_ai.usage.cost", 0.00125},
                                               {"gen_ai.conversation.id", "thread-7"},
                                               {"user.id", "u1"},
                                               {"ratio", 0.1},
                                               {"list", std::vector<std::string>{"x", "y"}}})
            model.attributes.push_back(extra);
        model.event = {{"detail", "d"}};
        recorder_.record({agent, model}, workspace_);
    }
};

constexpr std::string_view kTrace = "/v3/traces/00000000000000000000000000000001";

TEST_F(TraceHandlersTest, ShowsATrace) {
    Answer answer = get(kTrace);
    ASSERT_EQ(answer.status, 200u) << answer.text;
    EXPECT_EQ(
        answer.text,
        R"({"trace":{"object":"trace","trace_id":"00000000000000000000000000000001","id":"00000000000000000000000000000001",)"
        R"("root_span_id":"0000000000000001","span_id":"0000000000000001",)"
        R"("context":{"trace_id":"00000000000000000000000000000001","span_id":"0000000000000001"},)"
        R"("name":"turn","operation":"invoke_agent","status":"unset",)"
        R"("started_at":"2025-10-09T08:53:20.000Z","start_time":"2025-10-09T08:53:20.000Z",)"
        R"("ended_at":"2025-10-09T08:53:22.500Z","end_time":"2025-10-09T08:53:22.500Z",)"
        R"("duration_ms":2500,"duration":2500,"session_id":"talk","thread_id":"thread-7","identity_id":"u1",)"
        R"("providers":["acme"],"models":["m-1"],)"
        R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_cached_tokens":0,)"
        R"("prompt_cache_creation_tokens":0,"prompt_audio_tokens":0,"completion_reasoning_tokens":0,)"
        R"("completion_audio_tokens":0},"cost":{"total":0.00125,"currency":"USD"}}})");
    EXPECT_EQ(get("/v3/traces/00000000-0000-0000-0000-000000000001").text, answer.text);
}

TEST_F(TraceHandlersTest, LeavesOutWhatIsNotKnown) {
    recorder_.record({trace::span(2, 1, 0)}, workspace_);
    Answer answer = get("/v3/traces/00000000000000000000000000000002");
    for (std::string_view key : {"session_id", "thread_id", "usage", "cost", "models", "project_id", "identity_id"})
        EXPECT_FALSE(answer["trace"].as_object().contains(key)) << key;
    EXPECT_EQ(answer.text.find("null"), std::string::npos);
    Answer spans = get("/v3/traces/00000000000000000000000000000002/spans");
    for (std::string_view key : {"parent_span_id", "usage", "cost", "model", "provider"})
        EXPECT_FALSE(spans["data"].as_array().at(0).as_object().contains(key)) << key;
    EXPECT_EQ(spans.text.find("null"), std::string::npos);
}

TEST_F(TraceHandlersTest, ListsSpansInOrder) {
    Answer answer = get(fmt::format("{}/spans", kTrace));
    ASSERT_EQ(answer.status, 200u) << answer.text;
    EXPECT_EQ(
        answer.text,
        R"({"object":"list","data":[{"object":"span","trace_id":"00000000000000000000000000000001",)"
        R"("span_id":"0000000000000001","name":"turn","type":"agent","operation":"invoke_agent","status":"unset",)"
        R"("started_at":"2025-10-09T08:53:20.000Z","ended_at":"2025-10-09T08:53:22.500Z","duration_ms":2500,)"
        R"("level":0,"has_detail":true,"has_children":true},)"
        R"({"object":"span","trace_id":"00000000000000000000000000000001","span_id":"0000000000000002",)"
        R"("parent_span_id":"0000000000000001","name":"chat m","type":"llm","operation":"chat","status":"ok",)"
        R"("provider":"acme","model":"m-1","started_at":"2025-10-09T08:53:21.000Z",)"
        R"("ended_at":"2025-10-09T08:53:22.000Z","duration_ms":1000,"level":1,"has_detail":true,"has_children":false,)"
        R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_cached_tokens":0,)"
        R"("prompt_cache_creation_tokens":0,"prompt_audio_tokens":0,"completion_reasoning_tokens":0,)"
        R"("completion_audio_tokens":0},"cost":{"total":0.00125,"currency":"USD"}}],"has_more":false})");
}

TEST_F(TraceHandlersTest, PagesThroughSpansWithATokenAlsoWhileMoreArrive) {
    std::vector<otlp::SpanInput> spans;
    for (std::uint8_t i = 1; i <= 25; ++i) {
        const int second = i / 3;  // three begin at once
        spans.push_back(trace::span(9, i, second));
    }
    recorder_.record(spans, workspace_);
    const std::string path = "/v3/traces/00000000000000000000000000000009/spans?limit=10";
    std::vector<std::string> seen;
    std::string token;
    do {
        Answer answer = get(token.empty() ? path : path + "&page_token=" + token);
        ASSERT_EQ(answer.status, 200u) << answer.text;
        for (const auto& row : answer["data"].as_array()) seen.emplace_back(row.at("span_id").as_string());
        const auto* next = answer.body.as_object().if_contains("next_page_token");
        EXPECT_EQ(next != nullptr, answer["has_more"].as_bool());
        token = next ? std::string(next->as_string()) : "";
        if (seen.size() == 10) recorder_.record({trace::span(9, 200, 0)}, workspace_);  // before what was given
    } while (!token.empty());
    ASSERT_EQ(seen.size(), 25u);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    EXPECT_EQ(get(path + "&page_token=")["data"].as_array().size(), 10u);
}

TEST_F(TraceHandlersTest, RefusesBadPages) {
    for (std::string_view query : {"limit=0", "limit=-1", "limit=x", "limit=1.5", "page_token=zz", "page_token=00"}) {
        Answer answer = get(fmt::format("{}/spans?{}", kTrace, query));
        EXPECT_EQ(answer.status, 400u) << query;
    }
    EXPECT_EQ(get(fmt::format("{}/spans?limit=100000", kTrace)).status, 200u);
}

TEST_F(TraceHandlersTest, ShowsASpanWithAllItSays) {
    Answer answer = get(fmt::format("{}/spans/0000000000000002", kTrace));
    ASSERT_EQ(answer.status, 200u) << answer.text;
    const auto& span = answer["span"];
    EXPECT_EQ(to_text(span.at("summary")), to_text(get(fmt::format("{}/spans", kTrace))["data"].as_array().at(1)));
    const auto& attributes = span.at("attributes").as_object();
    EXPECT_EQ(to_text(attributes.at("ratio")), "0.1");
    EXPECT_EQ(to_text(attributes.at("list")), R"(["x","y"])");
    EXPECT_EQ(to_text(attributes.at("gen_ai.usage.input_tokens")), "10");
    EXPECT_EQ(span.at("events").as_array().at(0).at("name").as_string(), "event");
    EXPECT_EQ(span.at("scope").at("name").as_string(), "test");
    EXPECT_EQ(to_text(span.at("counting").at("usage")), R"({"counted":true,"reason":"the span's own tokens"})");
    EXPECT_EQ(to_text(span.at("counting").at("cost")),
              R"({"counted":true,"source":"reported","reason":"the span reports it"})");
    const Answer other = get(fmt::format("{}/spans/0000000000000001", kTrace));
    EXPECT_EQ(to_text(other["span"].at("counting").at("usage")),
              R"({"counted":false,"reason":"the span reports no tokens"})");
}

TEST_F(TraceHandlersTest, UnknownOrForeignIs404) {
    for (std::string_view path :
         {"/v3/traces/00000000000000000000000000000077", "/v3/traces/xyz", "/v3/traces/0001",
          "/v3/traces/00000000000000000000000000000077/spans", "/v3/traces/00000000000000000000000000000001/spans/01",
          "/v3/traces/00000000000000000000000000000001/spans/zz",
          "/v3/traces/00000000000000000000000000000001/spans/000000000000000000000000000000000000000000000001"})
        EXPECT_EQ(get(path).status, 404u) << path;
    for (const std::string& key : {other_key_, project_key_}) {
        EXPECT_EQ(get(kTrace, key).status, 404u);
        EXPECT_EQ(get(fmt::format("{}/spans", kTrace), key).status, 404u);
        EXPECT_EQ(get(fmt::format("{}/spans/0000000000000002", kTrace), key).status, 404u);
    }
    recorder_.record({trace::span(5, 1, 0)}, workspace_, "p1");
    EXPECT_EQ(get("/v3/traces/00000000000000000000000000000005", project_key_)["trace"].at("project_id").as_string(),
              "p1");
}

}  // namespace
}  // namespace spanreel::api::orq
