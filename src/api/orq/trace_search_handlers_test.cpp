// SPDX-License-Identifier: Apache-2.0
// Search, query, aggregate, facets and fields.
#include "api/orq/trace_search_handlers.hpp"

#include "api/json/json_text.hpp"
#include "api/orq/list_body.hpp"
#include "api/orq/test_api.hpp"
#include "api/orq/trace_bodies.hpp"

namespace spanreel::api::orq {
namespace {

constexpr std::string_view kSearch = "/v3/traces/search", kQuery = "/v3/traces/query",
                           kAggregate = "/v3/traces/aggregate";

/// The test's time begins at 2025-10-09T08:53:20Z.
constexpr std::string_view kWindow = R"("from":"2025-10-09T00:00:00Z","to":"2025-10-10T00:00:00Z")";

class TraceSearchHandlersTest : public ApiTest {
  protected:
    void record(std::uint8_t number, double second, const std::string& session, const std::string& project = "") {
        otlp::SpanInput call = trace::model_call(number, 1, second, session, number, 1);
        call.name = fmt::format("call {}", number);
        call.status = number % 2 ? 1 : 2;
        call.attributes.push_back({"gen_ai.response.model", number % 3 ? "m-1" : "m-2"});
        recorder_.record({call}, workspace_, project);
    }
    static std::string body(std::string_view more) {
        return fmt::format("{{{}{}{}}}", kWindow, more.empty() ? "" : ",", more);
    }
    /// The last digits of the ids found.
    std::string found(std::string_view path, std::string_view more, std::string_view key = {}) {
        Answer answer = post(path, body(more), key);
        if (answer.status != 200) return answer.text;
        const auto& page = path == kQuery ? answer["search"] : answer.body;
        std::string ids;
        for (const auto& row : page.at("data").as_array())
            ids += std::string(row.at("trace_id").as_string().subview(30)) + " ";
        return ids;
    }
    std::string refusal(std::string_view path, std::string_view more) {
        Answer answer = post(path, body(more));
        EXPECT_EQ(answer.status, 400u) << more << " " << answer.text;
        return answer.string("message");
    }
};

TEST_F(TraceSearchHandlersTest, FindsTheLatestFirst) {
    for (std::uint8_t i = 1; i <= 4; ++i) record(i, i, "talk");
    Answer answer = post(kSearch, body(""));
    ASSERT_EQ(answer.status, 200u) << answer.text;
    EXPECT_EQ(answer.string("object"), "list");
    EXPECT_FALSE(answer["has_more"].as_bool());
    EXPECT_FALSE(answer.body.as_object().contains("next_page_token"));
    EXPECT_EQ(answer["meta"].at("row_count").as_int64(), 4);
    EXPECT_EQ(answer["meta"].at("from").as_string(), "2025-10-09T00:00:00.000Z");
    EXPECT_EQ(answer["meta"].at("to").as_string(), "2025-10-10T00:00:00.000Z");
    EXPECT_FALSE(answer["meta"].at("request_id").as_string().empty());
    EXPECT_EQ(found(kSearch, ""), "04 03 02 01 ");
    EXPECT_EQ(to_text(answer["data"].as_array().at(3)),
              to_text(get("/v3/traces/00000000000000000000000000000001")["trace"]));
    EXPECT_EQ(found(kSearch, R"("sort":[{"field":"end_time","order":"desc"}],"page_token":"")"), "04 03 02 01 ");
}

TEST_F(TraceSearchHandlersTest, SearchesTheLastSevenDaysUnlessToldOtherwise) {
    record(1, 0, "talk");
    EXPECT_EQ(post(kSearch, "{}")["data"].as_array().size(), 0u);
    EXPECT_EQ(post(kSearch, "")["data"].as_array().size(), 0u);
    otlp::SpanInput fresh = trace::span(2, 1, 0);
    fresh.start = fresh.end = static_cast<std::uint64_t>(to_unix_nanos(now()));
    recorder_.record({fresh}, workspace_);
    EXPECT_EQ(post(kSearch, "")["data"].as_array().size(), 1u);
    EXPECT_EQ(found(kSearch, ""), "01 ");
}

TEST_F(TraceSearchHandlersTest, TakesTheEndsOfTime) {
    record(1, 0, "talk");
    EXPECT_EQ(post(kSearch, R"({"from":"1678-01-01T00:00:00Z","to":"2261-12-31T23:59:59Z"})")["data"].as_array().size(),
              1u);
    EXPECT_EQ(post(kSearch, R"({"to":"1678-01-01T00:00:00Z"})")["data"].as_array().size(), 0u);
    const std::string token = "8000000000000000" + ("7fffffffffffffff" + std::string(16, 'f')) + std::string(32, 'f');
    EXPECT_EQ(post(kSearch, fmt::format(R"({{"page_token":"{}"}})", token)).status, 200u);
}

TEST_F(TraceSearchHandlersTest, Filters) {
    for (std::uint8_t i = 1; i <= 4; ++i) record(i, i, i < 3 ? "one" : "two");
    constexpr std::string_view kOne = R"({"field":"session_id","op":"eq","values":["one"]})";
    constexpr std::string_view kFailed = R"({"field":"status","op":"eq","values":["error"]})";
    EXPECT_EQ(found(kSearch, fmt::format(R"("filters":[{}])", kOne)), "02 01 ");
    EXPECT_EQ(found(kSearch, fmt::format(R"("filters":[{},{}])", kOne, kFailed)), "02 ");
    EXPECT_EQ(found(kSearch, fmt::format(R"("filters":[{},{}],"filter_operator":"or")", kOne, kFailed)), "04 02 01 ");
    EXPECT_EQ(found(kSearch, R"("filters":[{"field":"total_tokens","op":"between","values":["3","4"]}])"), "03 02 ");
    EXPECT_EQ(found(kSearch, R"("filters":[{"field":"model","op":"neq","values":["m-1"]}])"), "03 ");
    EXPECT_EQ(found(kSearch, R"("query":"CALL 3")"), "03 ");
    EXPECT_EQ(found(kSearch, R"("query":"m-1","filters":[])"), "04 02 01 ");
    EXPECT_EQ(found(kQuery, R"("oql":"fetch traces | filter session_id == 'one' and status == 'error'")"), "02 ");
    EXPECT_EQ(found(kQuery, R"("oql":"fetch traces | limit 1","limit":3)"), "04 ");
    EXPECT_EQ(post(kQuery, body(R"("oql":"fetch traces")")).string("object"), "query");
}

TEST_F(TraceSearchHandlersTest, PagesWithATokenWhateverArrives) {
    for (std::uint8_t i = 1; i <= 25; ++i) record(i, i / 3, "talk");  // three end at once
    for (std::string_view path : {kSearch, kQuery}) {
        std::string seen, token;
        std::string more = path == kQuery ? R"("oql":"fetch traces","limit":10)" : R"("limit":10)";
        int pages = 0;
        do {
            Answer answer = post(path, body(fmt::format(R"({},"page_token":"{}")", more, token)));
            ASSERT_EQ(answer.status, 200u) << answer.text;
            const auto& page = path == kQuery ? answer["search"] : answer.body;
            for (const auto& row : page.at("data").as_array())
                seen += std::string(row.at("trace_id").as_string().subview(30)) + " ";
            const auto* next = page.as_object().if_contains("next_page_token");
            EXPECT_EQ(next != nullptr, page.at("has_more").as_bool());
            token = next ? std::string(next->as_string()) : "";
            record(static_cast<std::uint8_t>((path == kSearch ? 100 : 200) + pages), 50 + pages, "later");
            ++pages;
        } while (!token.empty());
        EXPECT_EQ(pages, path == kSearch ? 3 : 3);
        EXPECT_TRUE(seen.ends_with("05 04 03 02 01 ")) << seen;
        EXPECT_EQ(seen.size(), 3u * (path == kSearch ? 25 : 28)) << seen;
    }
    // The window of the first page stays.
    std::string first = post(kSearch, body(R"("limit":1)")).string("next_page_token");
    EXPECT_EQ(post(kSearch, fmt::format(R"({{"page_token":"{}"}})", first))["meta"].at("from").as_string(),
              "2025-10-09T00:00:00.000Z");
}

TEST_F(TraceSearchHandlersTest, RefusesByName) {
    const std::pair<std::string_view, std::string_view> searches[] = {
        {R"("filters":[{"field":"nope","op":"eq","values":["x"]}])", "filters[0].field is none of a trace: \"nope\""},
        {R"("filters":[{"field":"attributes.x","op":"eq","values":["x"]}])", "filters[0].field names an attribute"},
        {R"("filters":[{"field":"name","op":"like","values":["x"]}])", "filters[0].op of name must be one of eq, neq"},
        {R"("filters":[{"field":"name","operator":"eq","value":"x"}])", "filters[0].operator is not known here"},
        {R"("filters":[{"field":"name","op":"eq","values":[1]}])", "filters[0].values must be an array of strings"},
        {R"("filters":[{"field":"name","op":"eq","values":"x"}])", "filters[0].values must be an array of strings"},
        {R"("filters":[{"op":"eq","values":["x"]}])", "filters[0].field is required"},
        {R"("filters":[{"field":"name","op":"eq"}])", "filters[0].values must be one"},
        {R"("filters":{})", "filters must be an array"},
        {R"("filter_operator":"not")", "filter_operator must be and or or"},
        {R"("sort":[{"field":"name"}])", "sort[0].field must be end_time"},
        {R"("sort":[{"field":"end_time","order":"asc"}])", "sort[0].order must be desc"},
        {R"("limit":0)", "limit must be 1 or more"},
        {R"("limit":1.5)", "limit must be an integer"},
        {R"("page_token":"zz")", "page_token is not one"},
        {R"("page_token":"00")", "page_token is not one"},
        {R"("query":7)", "query must be a string"},
    };
    for (const auto& [more, message] : searches)
        EXPECT_TRUE(refusal(kSearch, more).starts_with(message)) << refusal(kSearch, more);
    EXPECT_EQ(post(kSearch, R"({"from":"2025-10-10T00:00:00Z","to":"2025-10-09T00:00:00Z"})").string("message"),
              "from is later than to");
    EXPECT_EQ(post(kSearch, R"({"from":5})").status, 400u);
    EXPECT_EQ(post(kSearch, "[]").status, 400u);
    EXPECT_EQ(refusal(kQuery, ""), "oql is required");
    EXPECT_TRUE(refusal(kQuery, R"("oql":"fetch logs")").starts_with("oql at character 7"));
    const std::pair<std::string_view, std::string_view> aggregates[] = {
        {R"("group_by":["duration_ms"])", "group_by cannot have \"duration_ms\""},
        {R"("group_by":["nope"])", "group_by cannot have \"nope\""},
        {R"("compute":[{"metric":"name","op":"sum"}])", "compute[0].metric must be one of duration_ms, prompt_tokens"},
        {R"("compute":[{"metric":"duration_ms","op":"median"}])", "compute[0].op must be one of count, sum"},
        {R"("compute":[{"metric":"duration_ms"}])", "compute[0].op must be one of count, sum"},
        {R"("compute":[{"op":"sum"}])", "compute[0].metric must be one of duration_ms"},
    };
    for (const auto& [more, message] : aggregates)
        EXPECT_TRUE(refusal(kAggregate, more).starts_with(message)) << refusal(kAggregate, more);
}

TEST_F(TraceSearchHandlersTest, BoundsWhatIsAsked) {
    auto repeated = [](std::string_view one, std::size_t times) {
        std::string text(one);
        for (std::size_t i = 1; i < times; ++i) text += fmt::format(",{}", one);
        return text;
    };
    auto status = [&](std::string_view path, std::string more) { return post(path, body(more)).status; };
    constexpr std::string_view kFilter = R"({"field":"name","op":"contains","values":["x"]})";
    EXPECT_EQ(status(kSearch, fmt::format(R"("filters":[{}])", repeated(kFilter, kMaxFilters))), 200u);
    EXPECT_EQ(status(kSearch, fmt::format(R"("filters":[{}])", repeated(kFilter, kMaxFilters + 1))), 400u);
    auto with_values = [&](std::size_t count) {
        return fmt::format(R"("filters":[{{"field":"name","op":"in","values":[{}]}}])", repeated(R"("x")", count));
    };
    EXPECT_EQ(status(kSearch, with_values(kMaxFilterValues)), 200u);
    EXPECT_EQ(status(kSearch, with_values(kMaxFilterValues + 1)), 400u);
    EXPECT_EQ(status(kSearch, fmt::format(R"("query":"{}")", std::string(kMaxSearchText, 'x'))), 200u);
    EXPECT_EQ(status(kSearch, fmt::format(R"("query":"{}")", std::string(kMaxSearchText + 1, 'x'))), 400u);
    EXPECT_EQ(status(kSearch, fmt::format(R"("sort":[{}])", repeated("{}", kMaxSortKeys + 1))), 400u);
    EXPECT_EQ(status(kSearch, R"("limit":100000)"), 200u);
    EXPECT_EQ(status(kAggregate, fmt::format(R"("group_by":[{}])", repeated(R"("name")", kMaxGroupBy))), 200u);
    EXPECT_EQ(status(kAggregate, fmt::format(R"("group_by":[{}])", repeated(R"("name")", kMaxGroupBy + 1))), 400u);
    EXPECT_EQ(status(kAggregate, fmt::format(R"("compute":[{}])", repeated("{}", kMaxMetrics))), 200u);
    EXPECT_EQ(status(kAggregate, fmt::format(R"("compute":[{}])", repeated("{}", kMaxMetrics + 1))), 400u);
    EXPECT_EQ(read_search_body(R"({"limit":100000})", now())->limit, static_cast<std::size_t>(kMaxTraceLimit));
    EXPECT_EQ(read_search_body("{}", now())->limit, static_cast<std::size_t>(kDefaultTraceLimit));
    EXPECT_EQ(read_oql_body(R"({"oql":"fetch traces | limit 100000"})", now())->limit,
              static_cast<std::size_t>(kMaxTraceLimit));
}

TEST_F(TraceSearchHandlersTest, FindsContentInConditionsThatMustHold) {
    for (std::uint8_t i = 1; i <= 3; ++i) record(i, i, "talk");
    auto filters = [](std::string_view more, std::string_view joined = "and") {
        return fmt::format(
            R"("filter_operator":"{}","filters":[{{"field":"content","op":"contains","values":["TALK"]}}{}])", joined,
            more);
    };
    EXPECT_EQ(found(kSearch, filters("")), "03 02 01 ") << "the session's key is an attribute";
    EXPECT_EQ(found(kSearch, filters("", "or")), "03 02 01 ") << "joined with nothing";
    EXPECT_EQ(found(kSearch, filters(R"(,{"field":"model","op":"eq","values":["m-2"]})")),
              found(kSearch, R"("filters":[{"field":"model","op":"eq","values":["m-2"]}])"));
    EXPECT_EQ(found(kSearch, filters(R"(,{"field":"content","op":"contains","values":["nowhere"]})")), "");
    EXPECT_EQ(found(kQuery, R"("oql":"fetch traces | filter content contains 'talk'")"), "03 02 01 ");
    EXPECT_EQ(found(kQuery, R"("oql":"fetch traces | filter (content contains ['no', 'talk']) and name exists")"),
              "03 02 01 ");
    const std::string refused = "can ask for content only in conditions that are joined by and";
    EXPECT_EQ(refusal(kSearch, filters(R"(,{"field":"name","op":"exists"})", "or")), "filters " + refused);
    EXPECT_EQ(refusal(kQuery, R"("oql":"fetch traces | filter content contains 'a' or name exists")"),
              "oql " + refused);
    EXPECT_EQ(refusal(kAggregate, filters("")),
              "filters cannot have content: it can be searched for and not be added up");
    EXPECT_TRUE(refusal(kSearch, R"("filters":[{"field":"content","op":"eq","values":["a"]}])")
                    .starts_with("filters[0].op of content must be one of contains"));
}

TEST_F(TraceSearchHandlersTest, Aggregates) {
    for (std::uint8_t i = 1; i <= 4; ++i) record(i, i, i < 4 ? "one" : "two");
    EXPECT_EQ(post(kAggregate, body("")).text, R"({"object":"aggregate","data":[{"group":{},"metrics":{"count":4}}]})");
    EXPECT_EQ(
        post(kAggregate, body(R"("group_by":["session_id"],"compute":[{"metric":"count","op":"count"},)"
                              R"({"metric":"total_tokens","op":"sum"},{"metric":"duration_ms","op":"p95"},)"
                              R"({"metric":"total_cost","op":"sum"}])"))
            .text,
        R"({"object":"aggregate","data":[{"group":{"session_id":"one"},"metrics":{"count":3,"sum_total_tokens":9,)"
        R"("p95_duration_ms":1000}},{"group":{"session_id":"two"},"metrics":{"count":1,"sum_total_tokens":5,)"
        R"("p95_duration_ms":1000}}]})");
    EXPECT_EQ(post(kAggregate, body(R"("group_by":["models","status"],"limit":1)")).text,
              R"({"object":"aggregate","data":[{"group":{"model":"m-1","status":"error"},"metrics":{"count":2}}]})");
}

TEST_F(TraceSearchHandlersTest, ListsFacetsAndTheirValues) {
    for (std::uint8_t i = 1; i <= 4; ++i) record(i, i, fmt::format("talk {}", i));
    EXPECT_GT(get("/v3/traces/facets")["data"].as_array().size(), 5u);
    EXPECT_GT(get("/v3/traces/fields")["data"].as_array().size(), 15u);
    const std::string window = "?from=2025-10-09T00%3A00%3A00Z&to=2025-10-10T00%3A00%3A00Z";
    EXPECT_EQ(get("/v3/traces/facets/model" + window).text,
              R"({"field":"model","values":[{"value":"m-1","count":3},{"value":"m-2","count":1}],"has_more":false})");
    EXPECT_EQ(get("/v3/traces/facets/session_id" + window + "&limit=3&filter_operator=or").text,
              R"({"field":"session_id","values":[{"value":"talk 1","count":1},{"value":"talk 2","count":1},)"
              R"({"value":"talk 3","count":1}],"has_more":true})");
    EXPECT_EQ(get("/v3/traces/facets/provider" + window).text, R"({"field":"provider","values":[],"has_more":false})");
    EXPECT_EQ(get("/v3/traces/facets/model").text, R"({"field":"model","values":[],"has_more":false})");
    EXPECT_EQ(get("/v3/traces/facets/nope").status, 404u);
    EXPECT_EQ(get("/v3/traces/facets/duration_ms").status, 404u);
    for (std::string_view bad : {"limit=0", "limit=x", "from=yesterday", "filter_operator=xor",
                                 "from=2025-10-10T00:00:00Z&to=2025-10-09T00:00:00Z"})
        EXPECT_EQ(get(fmt::format("/v3/traces/facets/model?{}", bad)).status, 400u) << bad;
}

TEST_F(TraceSearchHandlersTest, AKeySeesItsOwn) {
    record(1, 1, "talk");
    record(2, 2, "talk", "p1");
    record(3, 3, "talk", "p2");
    EXPECT_EQ(found(kSearch, ""), "03 02 01 ");
    EXPECT_EQ(found(kSearch, "", project_key_), "02 ");
    EXPECT_EQ(found(kSearch, R"("filters":[{"field":"project_id","op":"eq","values":["p2"]}])", project_key_), "");
    EXPECT_EQ(found(kSearch, R"("filters":[{"field":"project_id","op":"not_exists"}])"), "01 ");
    EXPECT_EQ(found(kSearch, "", other_key_), "");
    EXPECT_EQ(found(kQuery, R"("oql":"fetch traces")", project_key_), "02 ");
    EXPECT_EQ(post(kAggregate, body(""), project_key_).text,
              R"({"object":"aggregate","data":[{"group":{},"metrics":{"count":1}}]})");
    const std::string window = "?from=2025-10-09T00%3A00%3A00Z&to=2025-10-10T00%3A00%3A00Z";
    EXPECT_EQ(get("/v3/traces/facets/project_id" + window, project_key_).text,
              R"({"field":"project_id","values":[{"value":"p1","count":1}],"has_more":false})");
    for (std::string_view path : {kSearch, kQuery, kAggregate}) EXPECT_EQ(post(path, "{}", "sk_none").status, 401u);
    for (std::string_view path : {"/v3/traces/facets", "/v3/traces/fields", "/v3/traces/facets/name"})
        EXPECT_EQ(get(path, "sk_none").status, 401u);
}

}  // namespace
}  // namespace spanreel::api::orq
