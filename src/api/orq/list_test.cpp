// SPDX-License-Identifier: Apache-2.0
// Lists by the book, both generations.
#include <gmock/gmock.h>

#include "api/json/json_text.hpp"
#include "api/orq/list_body.hpp"
#include "api/orq/test_api.hpp"

namespace spanreel::api::orq {
namespace {

using Texts = std::vector<std::string>;

const Time kNow = from_iso("2026-03-31T12:00:00Z").value();

Result<store::SessionQuery> first(std::string_view body) { return read_list_body(Generation::first, body, kNow); }
Result<store::SessionQuery> second(std::string_view body) { return read_list_body(Generation::second, body, kNow); }

TEST(ListBody, WithoutABodyIsTheFirstPage) {
    for (auto generation : {Generation::first, Generation::second})
        for (std::string_view body : {"", "{}"}) {
            store::SessionQuery query = read_list_body(generation, body, kNow).value();
            EXPECT_EQ(query.limit, 50);
            EXPECT_EQ(query.page, 1);
            EXPECT_TRUE(query.sort.empty());
            EXPECT_TRUE(query.filter.children.empty());
            EXPECT_FALSE(query.active_from || query.active_to);
        }
}

TEST(ListBody, ReadsPagesAndLimits) {
    EXPECT_EQ(first(R"({"pagination":{"page":3,"limit":7}})")->page, 3);
    EXPECT_EQ(first(R"({"pagination":{"page":3,"limit":7.0}})")->limit, 7);
    EXPECT_EQ(first(R"({"pagination":{}})")->limit, 50);
    EXPECT_EQ(first(R"({"pagination":{"limit":100000}})")->limit, 1000);
    EXPECT_EQ(second(R"({"limit":1001,"page":2})")->limit, 1000);
    EXPECT_EQ(second(R"({"limit":1,"page":2})")->page, 2);
    EXPECT_EQ(first(R"({"pagination":{"lastId":"x","firstId":null}})")->after, "x");
    EXPECT_EQ(first(R"({"pagination":{"lastId":null,"firstId":"y"}})")->before, "y");
}

TEST(ListBody, SortsInTheGivenOrder) {
    auto sort =
        first(R"({"sortingProps":[{"key":"billing.total_cost","direction":"desc"},{"key":"external_id"}]})")->sort;
    ASSERT_EQ(sort.size(), 2u);
    EXPECT_EQ(sort[0].path, "billing.total_cost");
    EXPECT_TRUE(sort[0].descending);
    EXPECT_FALSE(sort[1].descending);
}

TEST(ListBody, IntervalsAreWindowsOnActivity) {
    auto from = [](std::string_view word) {
        auto query = second(fmt::format(R"({{"filters":{{"interval":"SESSION_INTERVAL_{}"}}}})", word)).value();
        EXPECT_EQ(query.active_to.has_value(), query.active_from.has_value());
        return query.active_from ? to_iso_millis(from_unix_millis(*query.active_from)) : "";
    };
    EXPECT_EQ(from("UNSPECIFIED"), "");
    EXPECT_EQ(from("ALL_TIME"), "");
    EXPECT_EQ(from("LAST_30_MINUTES"), "2026-03-31T11:30:00.000Z");
    EXPECT_EQ(from("LAST_1_HOUR"), "2026-03-31T11:00:00.000Z");
    EXPECT_EQ(from("LAST_6_HOURS"), "2026-03-31T06:00:00.000Z");
    EXPECT_EQ(from("LAST_24_HOURS"), "2026-03-30T12:00:00.000Z");
    EXPECT_EQ(from("LAST_3_DAYS"), "2026-03-28T12:00:00.000Z");
    EXPECT_EQ(from("LAST_7_DAYS"), "2026-03-24T12:00:00.000Z");
    EXPECT_EQ(from("LAST_14_DAYS"), "2026-03-17T12:00:00.000Z");
    EXPECT_EQ(from("LAST_1_MONTH"), "2026-03-01T12:00:00.000Z");
    EXPECT_EQ(from("LAST_3_MONTHS"), "2025-12-31T12:00:00.000Z");
    auto dated = second(R"({"filters":{"interval":"SESSION_INTERVAL_LAST_1_HOUR","start_date":"1000"}})").value();
    EXPECT_EQ(dated.active_from, 1000);
    EXPECT_EQ(dated.active_to, std::nullopt);
    EXPECT_EQ(second(R"({"filters":{"end_date":"-5"}})")->active_to, -5);
}

TEST(ListBody, EmptyFiltersOfTheSecondGenerationAskForNothing) {
    auto query =
        second(R"({"filters":{"project_id":"","client":"","repo":"","tags":[],"kind":"THREAD_KIND_UNSPECIFIED"}})");
    EXPECT_TRUE(query->filter.children.empty());
    EXPECT_EQ(
        second(
            R"({"filters":{"project_id":"p","client":"c","repo":"r","tags":["t"],"kind":"THREAD_KIND_CONVERSATION"}})")
            ->filter.children.size(),
        5u);
}

TEST(ListBody, RefusesWhatItCannotRead) {
    for (auto [body, named] : std::vector<std::pair<std::string_view, std::string_view>>{
             {"nonsense", "JSON"},
             {R"({"filters":{}})", "filters"},
             {R"({"filters":null})", "filters"},
             {R"({"filters":[1]})", "filters"},
             {R"({"filters":[{}]})", "filters[0].type"},
             {R"({"filters":[{"type":"number","path":"x"}]})", "filters[0].type"},
             {R"({"filters":[{"type":"id","id":"x"}]})", "filters[0].path"},
             {R"({"filters":[{"type":"id","id":5,"path":"_id"}]})", "filters[0].id"},
             {R"({"filters":[{"type":"string","operator":"is","value":"v","path":"x"}]})", "filters[0].operator"},
             {R"({"filters":[{"type":"string","operator":"equals","path":"x"}]})", "filters[0].value"},
             {R"({"filters":[{"type":"string_array","operator":"equals","values":[],"path":"x"}]})", "operator"},
             {R"({"filters":[{"type":"string_array","operator":"in","values":["a",1],"path":"x"}]})", "values"},
             {R"({"filters":[{"type":"search","value":"v","searchPaths":"x"}]})", "searchPaths"},
             {R"({"pagination":[]})", "pagination"},
             {R"({"pagination":null})", "pagination"},
             {R"({"pagination":{"page":0}})", "pagination.page"},
             {R"({"pagination":{"page":1.5}})", "pagination.page"},
             {R"({"pagination":{"page":"1"}})", "pagination.page"},
             {R"({"pagination":{"limit":0}})", "pagination.limit"},
             {R"({"pagination":{"limit":-3}})", "pagination.limit"},
             {R"({"pagination":{"limit":null}})", "pagination.limit"},
             {R"({"pagination":{"lastId":"a","firstId":"b"}})", "firstId"},
             {R"({"pagination":{"lastId":""}})", "lastId"},
             {R"({"pagination":{"lastId":5}})", "lastId"},
             {R"({"sortingProps":[{"key":"nowhere"}]})", "\"nowhere\""},
             {R"({"sortingProps":[{"key":"tags"}]})", "\"tags\""},
             {R"({"sortingProps":[{"key":"title","direction":"up"}]})", "direction"},
             {R"({"sortingProps":[{"direction":"asc"}]})", "sortingProps[0].key"},
             {R"({"includedFields":[]})", "includedFields"},
             {R"({"query":{"search":"x"}})", "query.operator"},
             {R"({"query":{"operator":"xor"}})", "query.operator"},
             {R"({"query":{"operator":"and","search":5}})", "query.search"}}) {
        auto query = first(body);
        ASSERT_FALSE(query) << body;
        EXPECT_EQ(query.error().code, Code::invalid) << body;
        EXPECT_NE(query.error().message.find(named), std::string::npos) << query.error().message << " for " << body;
    }
    for (auto [body, named] : std::vector<std::pair<std::string_view, std::string_view>>{
             {R"({"filters":[]})", "filters"},
             {R"({"filters":{"interval":"LAST_1_HOUR"}})", "interval"},
             {R"({"filters":{"interval":7}})", "interval"},
             {R"({"filters":{"interval":null}})", "interval"},
             {R"({"filters":{"start_date":1767323045678}})", "start_date"},
             {R"({"filters":{"start_date":"2026-01-01"}})", "start_date"},
             {R"({"filters":{"end_date":""}})", "end_date"},
             {R"({"filters":{"tags":"t"}})", "tags"},
             {R"({"filters":{"client":[]}})", "client"},
             {R"({"limit":0})", "limit"},
             {R"({"limit":1.5})", "limit"},
             {R"({"page":0})", "page"},
             {R"({"page":"2"})", "page"}}) {
        auto query = second(body);
        ASSERT_FALSE(query) << body;
        EXPECT_NE(query.error().message.find(named), std::string::npos) << query.error().message << " for " << body;
    }
}

TEST(ListBody, BoundsWhatOneRequestMayAsk) {
    auto repeated = [](std::string_view one, std::size_t count) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i) all += fmt::format("{}{}", i ? "," : "", one);
        return all;
    };
    auto filters = [&](std::size_t count) {
        return fmt::format(R"({{"filters":[{}]}})", repeated(R"({"type":"id","id":"x","path":"_id"})", count));
    };
    EXPECT_TRUE(first(filters(kMaxFilters)));
    EXPECT_FALSE(first(filters(kMaxFilters + 1)));
    auto values = [&](std::size_t count) {
        return fmt::format(R"({{"filters":[{{"type":"string_array","operator":"in","path":"tags","values":[{}]}}]}})",
                           repeated("\"v\"", count));
    };
    EXPECT_TRUE(first(values(kMaxFilterValues)));
    EXPECT_FALSE(first(values(kMaxFilterValues + 1)));
    auto paths = [&](std::size_t count) {
        return fmt::format(R"({{"filters":[{{"type":"search","value":"v","searchPaths":[{}]}}]}})",
                           repeated("\"tags\"", count));
    };
    EXPECT_TRUE(first(paths(kMaxSearchPaths)));
    EXPECT_FALSE(first(paths(kMaxSearchPaths + 1)));
    auto keys = [&](std::size_t count) {
        return fmt::format(R"({{"sortingProps":[{}]}})", repeated(R"({"key":"title"})", count));
    };
    EXPECT_TRUE(first(keys(kMaxSortKeys)));
    EXPECT_FALSE(first(keys(kMaxSortKeys + 1)));
    EXPECT_FALSE(second(fmt::format(R"({{"filters":{{"tags":[{}]}}}})", repeated("\"v\"", kMaxFilterValues + 1))));
}

/// Six sessions, s1 started last.
class ListTest : public ApiTest {
  protected:
    ListTest() {
        for (int i = 1; i <= 6; ++i) {
            std::string more = fmt::format(R"(,"tags":["t{}","{}"],"duration":{},"started_at":"2026-01-0{}T00:00:00Z",)"
                                           R"("updated_at":"2026-02-0{}T00:00:00Z","title":"Title {}")",
                                           i, i % 2 ? "odd" : "even", i * 1.5, 7 - i, i, i);
            if (i == 2) more += R"(,"client":"C","repo":"R","kind":"THREAD_KIND_CODING_AGENT","project_id":"p1")";
            ids_.push_back(post(kSecond, whole_body(fmt::format("s{}", i), more)).string("_id"));
        }
    }
    Texts names(const Answer& answer) {
        Texts names;
        EXPECT_EQ(answer.status, 200u) << answer.text;
        if (answer.status != 200) return names;
        EXPECT_EQ(answer.string("object"), "list");
        EXPECT_TRUE(answer["has_more"].is_bool());
        EXPECT_EQ(answer.body.as_object().size(), 3u);
        for (const auto& row : answer["data"].as_array()) names.emplace_back(row.at("external_id").as_string());
        return names;
    }
    Texts first_names(std::string_view body) { return names(post("/v2/traces/sessions/query", body)); }
    Texts second_names(std::string_view body) { return names(post("/v2/sessions/query", body)); }
    Texts filtered(std::string_view filter) { return first_names(fmt::format(R"({{"filters":[{}]}})", filter)); }

    Texts ids_;
};

TEST_F(ListTest, PagesThroughTheDefaultOrder) {
    EXPECT_EQ(first_names(""), (Texts{"s1", "s2", "s3", "s4", "s5", "s6"}));
    EXPECT_EQ(second_names("{}"), first_names("{}"));
    Answer page = post("/v2/traces/sessions/query", R"({"pagination":{"page":2,"limit":4},"filters":[]})");
    EXPECT_EQ(names(page), (Texts{"s5", "s6"}));
    EXPECT_FALSE(page["has_more"].as_bool());
    page = post("/v2/sessions/query", R"({"limit":4,"filters":{"interval":"SESSION_INTERVAL_ALL_TIME"}})");
    EXPECT_EQ(names(page), (Texts{"s1", "s2", "s3", "s4"}));
    EXPECT_TRUE(page["has_more"].as_bool());
    page = post("/v2/sessions/query", R"({"limit":4,"page":99999999999})");
    EXPECT_TRUE(names(page).empty());
    EXPECT_FALSE(page["has_more"].as_bool());
    auto at = [&](std::string_view which, int index) {
        return first_names(fmt::format(R"({{"pagination":{{"limit":2,"page":9,"{}":"{}"}}}})", which,
                                       ids_[static_cast<std::size_t>(index)]));
    };
    EXPECT_EQ(at("lastId", 1), (Texts{"s3", "s4"}));
    EXPECT_EQ(at("lastId", 5), Texts{});
    EXPECT_EQ(at("firstId", 3), (Texts{"s2", "s3"}));
    EXPECT_EQ(at("firstId", 0), Texts{});
    EXPECT_EQ(post("/v2/traces/sessions/query", R"({"pagination":{"lastId":"01JD00000000000000000000AA"}})").status,
              400u);
    EXPECT_EQ(
        post("/v2/traces/sessions/query", fmt::format(R"({{"pagination":{{"lastId":"{}"}}}})", ids_[0]), project_key_)
            .status,
        400u);
}

TEST_F(ListTest, Sorts) {
    EXPECT_EQ(first_names(R"({"sortingProps":[{"key":"duration","direction":"desc"}]})").front(), "s6");
    EXPECT_EQ(first_names(R"({"sortingProps":[{"key":"client"},{"key":"external_id","direction":"desc"}]})"),
              (Texts{"s2", "s6", "s5", "s4", "s3", "s1"}));
    EXPECT_EQ(first_names(R"({"sortingProps":[{"key":"client","direction":"desc"},{"key":"external_id"}]})"),
              (Texts{"s2", "s1", "s3", "s4", "s5", "s6"}));
}

TEST_F(ListTest, FiltersByTheFourVariants) {
    EXPECT_EQ(filtered(fmt::format(R"({{"type":"id","id":"{}","path":"_id"}})", ids_[2])), Texts{"s3"});
    EXPECT_EQ(filtered(R"({"type":"search","value":"TITLE 4","searchPaths":["tags","title"]})"), Texts{"s4"});
    EXPECT_EQ(filtered(R"({"type":"search","value":"eve","searchPaths":["tags"]})"), (Texts{"s2", "s4", "s6"}));
    EXPECT_EQ(filtered(R"({"type":"string","operator":"contains","value":"S5","path":"external_id"})"), Texts{"s5"});
    EXPECT_EQ(filtered(R"({"type":"string","operator":"equals","value":"S5","path":"external_id"})"), Texts{});
    EXPECT_EQ(filtered(R"({"type":"string","operator":"equals","value":"s5","path":"external_id"})"), Texts{"s5"});
    EXPECT_EQ(filtered(R"({"type":"string","operator":"equals","value":"odd","path":"tags"})"),
              (Texts{"s1", "s3", "s5"}));
    EXPECT_EQ(filtered(R"({"type":"string","operator":"equals","value":"4.5","path":"duration"})"), Texts{"s3"});
    EXPECT_EQ(
        filtered(R"({"type":"string","operator":"equals","value":"2026-01-05T00:00:00.000Z","path":"started_at"})"),
        Texts{"s2"});
    EXPECT_EQ(filtered(R"({"type":"string_array","operator":"in","values":["t1","t6"],"path":"tags"})"),
              (Texts{"s1", "s6"}));
    EXPECT_EQ(filtered(R"({"type":"string_array","operator":"in","values":[],"path":"tags"})"), Texts{});
    EXPECT_EQ(filtered(R"({"type":"string","operator":"contains","value":"","path":"nowhere"})"), Texts{});
    EXPECT_EQ(filtered(R"({"type":"string","operator":"equals","value":"odd","path":"tags"},)"
                       R"({"type":"search","value":"s3","searchPaths":["external_id"]})"),
              Texts{"s3"});
}

TEST_F(ListTest, SearchesEverywherePeopleLook) {
    auto found = [&](std::string_view text) {
        return first_names(fmt::format(R"({{"filters":[],"query":{{"operator":"or","search":"{}"}}}})", text));
    };
    EXPECT_THAT(found("S3"), testing::Contains("s3"));  // ids, which are random, may have these letters too
    EXPECT_EQ(found("EVEN"), (Texts{"s2", "s4", "s6"}));
    EXPECT_EQ(found("title 6"), Texts{"s6"});
    EXPECT_EQ(found("C1").size(), 6u);
    EXPECT_EQ(found(ids_[3]), Texts{"s4"});
    EXPECT_EQ(found("nothing has this"), Texts{});
    EXPECT_EQ(found("").size(), 6u);
    EXPECT_EQ(first_names(R"({"filters":[{"type":"string","operator":"equals","value":"t2","path":"tags"}],)"
                          R"("query":{"operator":"or","search":"odd"}})"),
              Texts{});
}

TEST_F(ListTest, FiltersOfTheSecondGeneration) {
    auto found = [&](std::string_view filters) {
        return second_names(fmt::format(R"({{"filters":{{{}}}}})", filters));
    };
    EXPECT_EQ(found(R"("project_id":"p1")"), Texts{"s2"});
    EXPECT_EQ(found(R"("client":"C")"), Texts{"s2"});
    EXPECT_EQ(found(R"("client":"c")"), Texts{});
    EXPECT_EQ(found(R"("repo":"R","kind":"THREAD_KIND_CODING_AGENT")"), Texts{"s2"});
    EXPECT_EQ(found(R"("kind":"THREAD_KIND_CONVERSATION")"), Texts{});
    EXPECT_EQ(found(R"("tags":["t4","odd"])"), (Texts{"s1", "s3", "s4", "s5"}));
    EXPECT_EQ(found(R"("start_date":"1770076800000","end_date":"1770163200000")"), (Texts{"s3", "s4"}));
    EXPECT_EQ(found(R"("interval":"SESSION_INTERVAL_LAST_30_MINUTES")"), Texts{});
    patch(fmt::format("{}/{}", kSecond, ids_[4]), R"({"duration":1})");
    EXPECT_EQ(found(R"("interval":"SESSION_INTERVAL_LAST_30_MINUTES")"), Texts{"s5"});
    EXPECT_EQ(names(post("/v2/sessions/query", R"({"filters":{"project_id":"p2"}})", project_key_)), Texts{});
    EXPECT_EQ(names(post("/v2/sessions/query", "", project_key_)), Texts{"s2"});
}

TEST_F(ListTest, RowsAreWholeInEachGenerationsShape) {
    Answer answer = post("/v2/traces/sessions/query", R"({"filters":[],"includedFields":{"tags":"1"}})");
    EXPECT_EQ(to_text(answer["data"].as_array().at(1)), get(fmt::format("{}/{}", kFirst, ids_[1])).text);
    answer = post("/v2/sessions/query", "");
    EXPECT_EQ(to_text(answer["data"].as_array().at(1)), get(fmt::format("{}/{}", kSecond, ids_[1])).text);
}

}  // namespace
}  // namespace spanreel::api::orq
