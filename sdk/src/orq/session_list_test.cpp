// SPDX-License-Identifier: Apache-2.0
// List, count and the walk through pages of the first generation.
#include "spanreel/orq/session_list.hpp"

#include <limits>
#include <sstream>

#include "test_service.hpp"

namespace spanreel::orq {
namespace {

std::string row(const std::string& id) {
    return R"({"_id":")" + id +
           R"(","external_id":"e","duration":0,"contact_ids":[],)"
           R"("billing":{"input_cost":0,"output_cost":0,"total_cost":0},)"
           R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0},)"
           R"("traces_count":0,"tags":[],"workspace_id":"W"})";
}

std::string page(const std::string& rows, bool has_more) {
    return R"({"object":"list","data":[)" + rows + R"(],"has_more":)" + (has_more ? "true}" : "false}");
}

class SessionListTest : public ::testing::Test, protected TestService {
  protected:
    std::string body_of(const SessionList& list) {
        seen->requests.clear();
        answer(200, page("", false));
        EXPECT_TRUE(sessions_list(core_, list));
        return body();
    }
    OrqCore core_ = core();
};

TEST_F(SessionListTest, ListSendsNoBodyWithoutARequest) {
    answer(200, page(row("S1"), false));
    const Result<SessionPage> found = sessions_list(core_);
    ASSERT_TRUE(found);
    EXPECT_EQ(sent(), "POST http://host/v2/traces/sessions/query json");
    EXPECT_EQ(found->object, "list");
    ASSERT_EQ(found->data.size(), 1u);
    EXPECT_EQ(found->data[0].id, "S1");
    EXPECT_FALSE(found->has_more);
    std::ostringstream printed;
    printed << *found;
    EXPECT_EQ(printed.str(), page(row("S1"), false));
}

TEST_F(SessionListTest, SendsTheSimpleFilters) {
    EXPECT_EQ(body_of({}), R"({"filters":[]})");
    EXPECT_EQ(body_of({.filters = {field("_id").is_id("S1"), search("ada", {"tags", "contact_ids"}),
                                   field("external_id").contains("a"), field("external_id").equals("b"),
                                   field("tags").in({"x", "y"})}}),
              R"({"filters":[{"type":"id","id":"S1","path":"_id"},)"
              R"({"type":"search","value":"ada","searchPaths":["tags","contact_ids"]},)"
              R"({"type":"string","operator":"contains","value":"a","path":"external_id"},)"
              R"({"type":"string","operator":"equals","value":"b","path":"external_id"},)"
              R"({"type":"string_array","operator":"in","values":["x","y"],"path":"tags"}]})");
}

TEST_F(SessionListTest, SendsPaginationSortingAndIncludedFields) {
    EXPECT_EQ(body_of({.pagination = Pagination{}}), R"({"pagination":{"limit":50},"filters":[]})");
    EXPECT_EQ(body_of({.query = Query{.search = "x", .op = QueryOperator::or_},
                       .sorting_props = {{{.key = "started_at", .direction = SortDirection::desc},
                                          {.key = "usage.total_tokens"}}},
                       .pagination = Pagination{.page = 2, .limit = 10, .last_id = nullptr, .first_id = "S1"},
                       .included_fields = {{{"b", "1"}, {"a", "2"}}}}),
              R"({"pagination":{"page":2,"limit":10,"lastId":null,"firstId":"S1"},)"
              R"("sortingProps":[{"key":"started_at","direction":"desc"},{"key":"usage.total_tokens"}],)"
              R"("query":{"search":"x","operator":"or"},"filters":[],"includedFields":{"a":"2","b":"1"}})");
    EXPECT_EQ(body_of({.query = Query{.filters = std::vector<QueryFilter>{}}}),
              R"({"query":{"operator":"and","filters":[]},"filters":[]})");
}

TEST_F(SessionListTest, RefusesNan) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    auto why = [&](const SessionList& list) {
        const Result<SessionPage> refused = sessions_list(core_, list);
        EXPECT_KIND(refused, input_validation);
        EXPECT_KIND(sessions_count(core_, list), input_validation);
        return refused.error().message;
    };
    auto query = [](QueryFilter filter) { return SessionList{.query = Query{.filters = {{std::move(filter)}}}}; };
    const std::string not_nan = ": expected a number, not NaN";
    EXPECT_EQ(why({.pagination = Pagination{.limit = kNan}}), "Input validation failed: pagination.limit" + not_nan);
    EXPECT_EQ(why(query(number("duration").equals(kNan))), "Input validation failed: query.filters[0].value" + not_nan);
    EXPECT_EQ(why(query(number("duration").between(1, kNan))),
              "Input validation failed: query.filters[0].value[1]" + not_nan);
    EXPECT_EQ(why(query(date("started_at").relative_time(kNan, TimeUnit::hours_ago))),
              "Input validation failed: query.filters[0].value.criteria.count" + not_nan);
    EXPECT_EQ(why(query(choice("kind", {kNan}).is_empty())),
              "Input validation failed: query.filters[0].options[0]" + not_nan);
    EXPECT_EQ(why(query(object("o").where(FilterOperator::is, sdk::JsonText{"{"}))),
              "Input validation failed: query.filters[0].value: expected JSON");
    EXPECT_TRUE(seen->requests.empty());
}

TEST_F(SessionListTest, Counts) {
    answer(200, R"({"count":7})");
    answer(200, R"({"count":7})");
    const Result<SessionCount> count = sessions_count(core_);
    ASSERT_TRUE(count);
    EXPECT_EQ(count->count, 7);
    EXPECT_EQ(to_json(*count), R"({"count":7})");
    EXPECT_EQ(sent(), "POST http://host/v2/traces/sessions/count json");
    ASSERT_TRUE(sessions_count(core_, SessionList{}));
    EXPECT_EQ(sent(1), R"(POST http://host/v2/traces/sessions/count json {"filters":[]})");
}

TEST_F(SessionListTest, ErrorsAreThoseOfTheApiAlsoWhenNothingIsThere) {
    for (int status : {400, 404, 500}) {
        answer(status, R"({"code":"404","message":"m"})");
        EXPECT_KIND(sessions_list(core_), api);
        answer(status, R"({"code":"404","message":"m"})");
        EXPECT_KIND(sessions_count(core_), api);
    }
    answer(200, R"({"object":"list","data":null,"has_more":false})");
    EXPECT_KIND(sessions_list(core_), response_validation);
    answer(200, page("{}", false));
    EXPECT_EQ(sessions_list(core_).error().cause, "data[0]._id: expected to be there");
    answer(200, R"({"count":"7"})");
    EXPECT_KIND(sessions_count(core_), response_validation);
}

TEST_F(SessionListTest, WalksByTheLastRow) {
    answer(200, page(row("S1") + "," + row("S2"), true));
    answer(200, page(row("S3"), false));
    std::vector<std::string> ids;
    for (const Result<SessionPage>& result : sessions_pages(core_)) {
        ASSERT_TRUE(result);
        for (const Session& session : result->data) ids.push_back(session.id);
    }
    EXPECT_EQ(ids, (std::vector<std::string>{"S1", "S2", "S3"}));
    ASSERT_EQ(seen->requests.size(), 2u);
    EXPECT_EQ(body(0), "none");
    EXPECT_EQ(body(1), R"({"pagination":{"limit":50,"lastId":"S2"},"filters":[]})");
}

TEST_F(SessionListTest, WalksByNumberWhenTheRequestNamesAPage) {
    for (int i = 0; i < 2; ++i) answer(200, page(row("S1"), true));
    answer(200, page("", true));  // a page without rows is the last one, whatever it says
    SessionList list{.filters = {field("tags").in({"x"})}, .pagination = Pagination{.page = 1, .limit = 1}};
    int pages = 0;
    for (const auto& result : sessions_pages(core_, list)) pages += result.has_value();
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(body(2), R"({"pagination":{"page":3,"limit":1},"filters":)"
                       R"([{"type":"string_array","operator":"in","values":["x"],"path":"tags"}]})");
}

TEST_F(SessionListTest, AWalkEndsBehindAnError) {
    answer(200, page(row("S1"), true));
    answer(500, "");
    std::vector<bool> good;
    for (const auto& result : sessions_pages(core_)) good.push_back(result.has_value());
    EXPECT_EQ(good, (std::vector<bool>{true, false}));
    EXPECT_EQ(seen->requests.size(), 2u);
}

static_assert(std::input_iterator<Pages<SessionPage>::Iterator>);

}  // namespace
}  // namespace spanreel::orq
