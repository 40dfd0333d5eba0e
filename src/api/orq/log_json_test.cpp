// SPDX-License-Identifier: Apache-2.0
// The logs of a trace as they are listed.
#include "api/orq/log_json.hpp"

#include "api/orq/test_api.hpp"
#include "otlp/log_request_builder.hpp"
#include "trace/log_batch.hpp"

namespace spanreel::api::orq {
namespace {

class LogJsonTest : public ApiTest {
  protected:
    LogJsonTest() { recorder_.record({trace::span(1, 1, 0)}, workspace_); }

    void submit(const std::vector<otlp::LogInput>& logs) {
        otlp::LogBatch decoded;
        EXPECT_TRUE(otlp::decode_logs(otlp::encode_logs(logs), {}, decoded));
        std::promise<Result<trace::Refused>> promise;
        recorder_->submit(trace::make_log_batch(decoded, workspace_, "", now()).value(),
                          [&](Result<trace::Refused> refused) { promise.set_value(std::move(refused)); });
        EXPECT_TRUE(promise.get_future().get());
    }
};

constexpr std::string_view kLogs = "/v3/traces/00000000000000000000000000000001/logs";

TEST_F(LogJsonTest, ShowsAllThatARecordSays) {
    submit({{.span_id = "12345678",
             .time = 1'760'000'000'000'000'000,
             .observed = 1'760'000'001'000'000'000,
             .severity_number = 9,
             .severity_text = "INFO",
             .body = std::vector<std::string>{"a", "b"},
             .attributes = {{"event.name", "turn"}, {"n", 2}},
             .dropped_attributes = 4,
             .flags = 0x101}});
    const Answer answer = get(kLogs);
    ASSERT_EQ(answer.status, 200u) << answer.text;
    const std::string id(answer["data"].as_array().at(0).at("id").as_string());
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(answer.text,
              R"({"object":"list","data":[{"id":")" + id +
                  R"(","trace_id":"00000000000000000000000000000001","span_id":"3132333435363738",)"
                  R"("timestamp":"2025-10-09T08:53:20.000Z","observed_timestamp":"2025-10-09T08:53:21.000Z",)"
                  R"("severity_number":9,"severity_text":"INFO","body":"[\"a\",\"b\"]","body_is_json":true,)"
                  R"("event_name":"turn","dropped_attributes_count":4,"trace_flags":1,"service_name":"test",)"
                  R"("scope_attributes":{},"log_attributes":{"event.name":"turn","n":"2"},)"
                  R"("resource_attributes":{"service.name":"test"}}],"has_more":false})");
}

TEST_F(LogJsonTest, LeavesOutWhatIsNotKnown) {
    submit({{.body = "said"}});
    const Answer answer = get(kLogs);
    const boost::json::object& log = answer["data"].as_array().at(0).as_object();
    EXPECT_EQ(log.at("body"), "said");
    EXPECT_EQ(log.at("body_is_json"), false);
    for (std::string_view key : {"span_id", "timestamp", "observed_timestamp", "severity_number", "severity_text",
                                 "event_name", "scope_name", "host_name", "project_id"})
        EXPECT_FALSE(log.contains(key)) << key;
}

TEST_F(LogJsonTest, ListsPageByPage) {
    std::vector<otlp::LogInput> logs;
    for (std::uint64_t n = 0; n < 5; ++n) logs.push_back({.time = 1 + n / 2, .body = std::to_string(n)});
    submit(logs);
    std::string seen, token;
    do {
        const Answer page = get(fmt::format("{}?limit=2&page_token={}", kLogs, token));
        ASSERT_EQ(page.status, 200u) << page.text;
        for (const auto& log : page["data"].as_array()) seen += std::string(log.at("body").as_string());
        token = page["has_more"].as_bool() ? page.string("next_page_token") : "";
    } while (!token.empty());
    EXPECT_EQ(seen, "01234");
    EXPECT_EQ(get(std::string(kLogs) + "?limit=0").status, 400u);
    EXPECT_EQ(get(std::string(kLogs) + "?page_token=0011").status, 400u);
}

TEST_F(LogJsonTest, SaysWhatIsNotThere) {
    EXPECT_EQ(get("/v3/traces/00000000000000000000000000000009/logs").status, 404u);
    EXPECT_EQ(get("/v3/traces/x/logs").status, 404u);
    EXPECT_EQ(get(kLogs, other_key_).status, 404u);
    EXPECT_EQ(get(kLogs, project_key_).status, 404u);
    EXPECT_EQ(get(kLogs, "sk_wrong").status, 401u);
    EXPECT_EQ(get(kLogs).text, R"({"object":"list","data":[],"has_more":false})");
}

}  // namespace
}  // namespace spanreel::api::orq
