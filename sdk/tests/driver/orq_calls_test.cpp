// SPDX-License-Identifier: Apache-2.0
#include "orq_calls.hpp"

#include <boost/json/parse.hpp>

#include "../../src/orq/test_service.hpp"

namespace spanreel::sdk::driver {
namespace {

class OrqCallsTest : public ::testing::Test, protected orq::TestService {
  protected:
    Outcome run(std::string_view operation, std::string_view request) const {
        return run_orq(operation, boost::json::parse(request), options(), {});
    }
    /// The body that is sent for a request; the error's message when it does not fit.
    std::string sent_for(std::string_view operation, std::string_view request) const {
        seen->requests.clear();
        const Outcome outcome = run(operation, request);
        return seen->requests.empty() ? outcome.error.value().message : sent();
    }
    std::string filter(std::string_view json) const {
        std::string sent = sent_for(
            "sessions_list", R"({"filters":[],"query":{"operator":"and","filters":[)" + std::string(json) + "]}}");
        const std::string before = R"("filters":[)", behind = R"(]},"filters":[]})";
        const auto begin = sent.find(before);
        if (begin == std::string::npos) return sent;
        sent.erase(0, begin + before.size());
        return sent.substr(0, sent.size() - behind.size());
    }
};

TEST_F(OrqCallsTest, RunsEachOperation) {
    const std::string host = " http://host";
    EXPECT_EQ(sent_for("sessions_create", "null"), "POST" + host + "/v2/traces/sessions json");
    EXPECT_EQ(sent_for("sessions_get", R"({"session_id":"a/b"})"), "GET" + host + "/v2/traces/sessions/a%2Fb");
    EXPECT_EQ(sent_for("sessions_update", R"({"session_id":"a"})"), "PATCH" + host + "/v2/traces/sessions/a json");
    EXPECT_EQ(sent_for("sessions_update", R"({"session_id":"a","request_body":{"project_id":null,"x":1}})"),
              "PATCH" + host + R"(/v2/traces/sessions/a json {"project_id":null})");
    EXPECT_EQ(sent_for("sessions_delete", R"({"session_id":"a"})"), "DELETE" + host + "/v2/traces/sessions/a");
    EXPECT_EQ(sent_for("sessions_list", "null"), "POST" + host + "/v2/traces/sessions/query json");
    EXPECT_EQ(sent_for("sessions_count", R"({"filters":[],"pagination":{}})"),
              "POST" + host + R"(/v2/traces/sessions/count json {"pagination":{"limit":50},"filters":[]})");
    EXPECT_EQ(sent_for("threads_get", R"({"session_id":"a"})"), "GET" + host + "/v2/sessions/a");
    EXPECT_EQ(sent_for("threads_update", R"({"session_id":"a","request_body":{"clear_tags":true}})"),
              "PATCH" + host + R"(/v2/sessions/a json {"clear_tags":true})");
    EXPECT_EQ(sent_for("threads_delete", R"({"session_id":"a"})"), "DELETE" + host + "/v2/sessions/a");
    const std::string query =
        R"({"filters":{"interval":"SESSION_INTERVAL_ALL_TIME","start_date":"17","kind":"THREAD_KIND_CONVERSATION"},"page":2})";
    EXPECT_EQ(sent_for("threads_list", query), "POST" + host + "/v2/sessions/query json " + query);
    EXPECT_EQ(sent_for("threads_count", query), "POST" + host + "/v2/sessions/count json " + query);
    EXPECT_EQ(sent_for("threads_list_tags", "null"), "GET" + host + "/v2/sessions/tags");
    EXPECT_EQ(sent_for("traces_get", R"({"trace_id":"t"})"), "GET" + host + "/v3/traces/t");
    EXPECT_EQ(sent_for("traces_list_spans", R"({"trace_id":"t","limit":2,"page_token":"k"})"),
              "GET" + host + "/v3/traces/t/spans?limit=2&page_token=k");
    EXPECT_EQ(sent_for("traces_get_span", R"({"trace_id":"t","span_id":"s"})"), "GET" + host + "/v3/traces/t/spans/s");
    const std::string create =
        R"({"external_id":"e","duration":1,"contact_ids":[],"billing":{"input_cost":1,"output_cost":2,"total_cost":3},)"
        R"("usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"traces_count":4,"tags":["a"]})";
    EXPECT_EQ(sent_for("sessions_create", create), "POST" + host + "/v2/traces/sessions json " + create);
    EXPECT_EQ(sent_for("threads_create", create), "POST" + host + "/v2/sessions json " + create);
}

TEST_F(OrqCallsTest, GivesAnswersAndErrors) {
    answer(200, R"(["a","b"])");
    answer(204, "");
    answer(200, R"({"count":3})");
    answer(404, R"({"message":"gone"})");
    EXPECT_EQ(run("threads_list_tags", "null").json, R"(["a","b"])");
    EXPECT_EQ(run("sessions_delete", R"({"session_id":"a"})").json, "null");
    EXPECT_EQ(run("sessions_count", "null").json, R"({"count":3})");
    EXPECT_EQ(run("sessions_get", R"({"session_id":"a"})").error.value().kind, Error::Kind::not_found);
    EXPECT_EQ(run("sessions_fly", "null").error.value().kind, Error::Kind::input_validation);
    ClientOptions bad = options();
    bad.server_url = "nowhere";
    EXPECT_EQ(run_orq("threads_list_tags", nullptr, bad, {}).error.value().kind, Error::Kind::invalid_request);
}

TEST_F(OrqCallsTest, RefusesWhatDoesNotFit) {
    const std::string refused = "Input validation failed: ";
    EXPECT_EQ(sent_for("sessions_create", "{}"), refused + "external_id: expected to be there");
    EXPECT_EQ(sent_for("sessions_get", "{}"), refused + "session_id: expected to be there");
    EXPECT_EQ(sent_for("sessions_list", "{}"), refused + "filters: expected to be there");
    EXPECT_EQ(sent_for("sessions_list", R"({"filters":[{"type":"id","path":"p"}]})"),
              refused + "filters.id: expected to be there");
    EXPECT_EQ(sent_for("sessions_list", R"({"filters":[],"query":{}})"), refused + "operator: expected to be there");
    EXPECT_EQ(sent_for("threads_list", R"({"filters":{}})"), refused + "filters.interval: expected to be there");
    EXPECT_EQ(sent_for("threads_create", R"({"external_id":1})"), refused + "external_id: expected a string");
}

TEST_F(OrqCallsTest, SendsWhatIsLeftOfFilters) {
    EXPECT_EQ(
        filter(R"({"type":"single-value-array","name":"n","path":"p","operator":"is","value":"x","options":["x"]})"),
        R"({"operator":"is","value":"x","type":"single-value-array","name":"n","path":"p"})");
    EXPECT_EQ(
        filter(
            R"({"type":"single-value-array","name":"n","path":"p","operator":"is","value":["x"],"options":["x",1]})"),
        R"({"operator":"is","value":["x"],"type":"single-value-array","options":["x",1],"name":"n","path":"p"})");
    EXPECT_EQ(
        filter(R"({"type":"evaluator","name":"n","path":"p","operator":"equals","value":"x","selectedOptionId":null,)"
               R"("options":[{"name":"a","path":"q","type":"string","id":"1","evaluatorId":"e"}]})"),
        R"({"operator":"equals","value":"x","type":"evaluator",)"
        R"("options":[{"name":"a","path":"q","type":"string","id":"1"}],"selectedOptionId":null,)"
        R"("name":"n","path":"p"})");
    EXPECT_EQ(filter(R"({"type":"string","name":"n","path":"p","operator":"is_empty"})"),
              "Input validation failed: query.filters[0]: expected an operator that takes such a value");
}

}  // namespace
}  // namespace spanreel::sdk::driver
