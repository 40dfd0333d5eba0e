// SPDX-License-Identifier: Apache-2.0
// Create, get, update and delete by the book, both generations.
#include "api/orq/session_handlers.hpp"

#include "api/json/json_text.hpp"
#include "api/orq/session_body.hpp"
#include "api/orq/test_api.hpp"
#include "base/encoding.hpp"

namespace spanreel::api::orq {
namespace {

using SessionHandlersTest = ApiTest;
using net::Method;

std::string path_of(std::string_view base, const std::string& id) { return fmt::format("{}/{}", base, id); }

TEST_F(SessionHandlersTest, TheFirstGenerationShowsAllItsFields) {
    Answer made = post(kFirst, whole_body("conv-1", R"(,"project_id":"p9","started_at":"2026-01-02T03:04:05.678Z",)"
                                                    R"("updated_at":"2026-01-02T03:05:05+01:00","extra":{"x":[1]})"));
    ASSERT_EQ(made.status, 200u) << made.text;
    std::string id = made.string("_id");
    EXPECT_EQ(made.text,
              fmt::format(R"({{"_id":"{}","external_id":"conv-1","duration":789.62,"contact_ids":["c1"],)"
                          R"("billing":{{"input_cost":400.03,"output_cost":5357.48,"total_cost":2072.38}},)"
                          R"("usage":{{"prompt_tokens":4574,"completion_tokens":1378,"total_tokens":5952}},)"
                          R"("traces_count":2974,"tags":["a","b"],"workspace_id":"{}","project_id":"p9",)"
                          R"("started_at":"2026-01-02T03:04:05.678Z","updated_at":"2026-01-02T02:05:05.000Z"}})",
                          id, workspace_));
    EXPECT_EQ(get(path_of(kFirst, id)).text, made.text);
}

TEST_F(SessionHandlersTest, RefusesMoreThanListsKeepInMemory) {
    const std::string id = post(kSecond, whole_body("conv-1", "")).string("_id");
    auto answer = [&](std::string_view key, boost::json::value value) {
        return patch(path_of(kSecond, id), to_text(boost::json::object{{key, value}}));
    };
    for (std::string_view key : {"external_id", "title", "client", "repo", "project_id"}) {
        EXPECT_EQ(answer(key, boost::json::string(kMaxTextBytes, 'x')).status, 200u) << key;
        Answer refused = answer(key, boost::json::string(kMaxTextBytes + 1, 'x'));
        EXPECT_EQ(refused.status, 400u) << key;
        EXPECT_NE(refused.string("message").find(key), std::string::npos);
    }
    for (std::string_view key : {"tags", "contact_ids"}) {
        EXPECT_EQ(answer(key, boost::json::array(kMaxListed, "t")).status, 200u) << key;
        EXPECT_EQ(answer(key, boost::json::array(kMaxListed + 1, "t")).status, 400u) << key;
        EXPECT_EQ(answer(key, boost::json::array{boost::json::string(kMaxListedBytes, 't')}).status, 200u) << key;
        EXPECT_EQ(answer(key, boost::json::array{boost::json::string(kMaxListedBytes + 1, 't')}).status, 400u) << key;
    }
}

TEST_F(SessionHandlersTest, TheSecondGenerationLeavesOutWhatIsNotThere) {
    Answer made = post(
        kSecond, whole_body("conv-1", R"(,"started_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z")"));
    ASSERT_EQ(made.status, 200u) << made.text;
    std::string id = made.string("_id");
    EXPECT_EQ(made.text,
              fmt::format(R"({{"_id":"{}","external_id":"conv-1","duration":789.62,"contact_ids":["c1"],)"
                          R"("billing":{{"input_cost":400.03,"output_cost":5357.48,"total_cost":2072.38}},)"
                          R"("usage":{{"prompt_tokens":4574,"completion_tokens":1378,"total_tokens":5952}},)"
                          R"("traces_count":2974,"tags":["a","b"],)"
                          R"("started_at":"2026-01-02T03:04:05.000Z","updated_at":"2026-01-02T03:04:05.000Z"}})",
                          id));
    Answer changed = patch(path_of(kSecond, id), R"({"title":"T","client":"C","repo":"R","project_id":"P",)"
                                                 R"("kind":"THREAD_KIND_CODING_AGENT"})");
    EXPECT_EQ(changed.string("title"), "T");
    EXPECT_EQ(changed.string("client"), "C");
    EXPECT_EQ(changed.string("repo"), "R");
    EXPECT_EQ(changed.string("project_id"), "P");
    EXPECT_EQ(changed.string("kind"), "THREAD_KIND_CODING_AGENT");
    Answer seen_by_first = get(path_of(kFirst, id));
    EXPECT_EQ(seen_by_first.string("project_id"), "P");
    EXPECT_FALSE(seen_by_first.body.as_object().contains("title"));
    patch(path_of(kFirst, id), R"({"project_id":null})");
    EXPECT_TRUE(get(path_of(kFirst, id))["project_id"].is_null());
    Answer cleared = get(path_of(kSecond, id));
    EXPECT_FALSE(cleared.body.as_object().contains("project_id"));
    EXPECT_EQ(cleared.string("title"), "T");
}

TEST_F(SessionHandlersTest, FractionsAreKeptAndShownRoundedHalfUp) {
    std::string body =
        R"({"external_id":"x","duration":0,"contact_ids":[],"billing":{"input_cost":0,"output_cost":0,"total_cost":0},)"
        R"("usage":{"prompt_tokens":4574.5,"completion_tokens":0.49999999999999994,"total_tokens":7450.28},)"
        R"("traces_count":2.5,"tags":[]})";
    Answer made = post(kFirst, body);
    ASSERT_EQ(made.status, 200u) << made.text;
    EXPECT_EQ(to_text(made["usage"]),
              R"({"prompt_tokens":4574.5,"completion_tokens":0.49999999999999994,"total_tokens":7450.28})");
    Answer seen = get(path_of(kSecond, made.string("_id")));
    EXPECT_EQ(to_text(seen["usage"]), R"({"prompt_tokens":4575,"completion_tokens":0,"total_tokens":7450})");
    EXPECT_EQ(to_text(seen["traces_count"]), "3");
}

TEST_F(SessionHandlersTest, CreateWithoutABodyGivesDefaults) {
    Answer made = post(kFirst, "");
    ASSERT_EQ(made.status, 200u) << made.text;
    EXPECT_EQ(made.string("external_id"), made.string("_id"));
    EXPECT_EQ(made.string("_id").size(), 26u);
    EXPECT_EQ(to_text(made["duration"]), "0");
    EXPECT_EQ(to_text(made["billing"]), R"({"input_cost":0,"output_cost":0,"total_cost":0})");
    EXPECT_EQ(to_text(made["usage"]), R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})");
    EXPECT_EQ(to_text(made["tags"]), "[]");
    EXPECT_EQ(to_text(made["contact_ids"]), "[]");
    EXPECT_EQ(made.string("started_at"), made.string("updated_at"));
    EXPECT_NE(post(kFirst, "").string("_id"), made.string("_id"));
    EXPECT_EQ(post(kSecond, "").status, 400u);
}

TEST_F(SessionHandlersTest, RefusesMalformedBodiesAndStoresNothing) {
    struct Case {
        std::string_view base;
        std::string body;
        std::string_view named;
    };
    std::vector<Case> cases{
        {kFirst, "{", "JSON"},
        {kFirst, "[]", "object"},
        {kFirst, "null", "object"},
        {kFirst, "{}", "external_id"},
        {kFirst, whole_body("x", R"(,"duration":"1")"), "duration"},
        {kFirst, whole_body("x", R"(,"duration":null)"), "duration"},
        {kFirst, whole_body("x", R"(,"duration":-1)"), "duration"},
        {kFirst, whole_body("x", R"(,"contact_ids":"c")"), "contact_ids"},
        {kFirst, whole_body("x", R"(,"tags":[1])"), "tags"},
        {kFirst, whole_body("x", R"(,"tags":null)"), "tags"},
        {kFirst, whole_body("x", R"(,"billing":{"input_cost":1,"output_cost":2})"), "billing.total_cost"},
        {kFirst, whole_body("x", R"(,"usage":{"prompt_tokens":"1","completion_tokens":2,"total_tokens":3})"),
         "usage.prompt_tokens"},
        {kFirst, whole_body("x", R"(,"usage":[])"), "usage"},
        {kFirst, whole_body("x", R"(,"traces_count":true)"), "traces_count"},
        {kFirst, whole_body("x", R"(,"project_id":5)"), "project_id"},
        {kFirst, whole_body("x", R"(,"started_at":null)"), "started_at"},
        {kFirst, whole_body("x", R"(,"started_at":1767323045678)"), "started_at"},
        {kFirst, whole_body("x", R"(,"updated_at":"yesterday")"), "updated_at"},
        {kSecond, whole_body("x", R"(,"project_id":null)"), "project_id"},
        {kSecond, whole_body("x", R"(,"traces_count":1.5)"), "traces_count"},
        {kSecond, whole_body("x", R"(,"usage":{"prompt_tokens":1,"completion_tokens":2.5,"total_tokens":3})"),
         "usage.completion_tokens"},
        {kSecond, whole_body("x", R"(,"title":null)"), "title"},
        {kSecond, whole_body("x", R"(,"kind":"THREAD_KIND_OTHER")"), "kind"},
        {kSecond, whole_body("x", R"(,"kind":1)"), "kind"},
    };
    for (std::string_view key :
         {"external_id", "duration", "contact_ids", "billing", "usage", "traces_count", "tags"}) {
        boost::json::object body = parse_json(whole_body("x")).value().as_object();
        body.erase(key);
        cases.push_back({kFirst, to_text(body), key});
        cases.push_back({kSecond, to_text(body), key});
    }
    for (const Case& one : cases) {
        Answer answer = post(one.base, one.body);
        EXPECT_EQ(answer.status, 400u) << one.body;
        EXPECT_NE(answer.string("message").find(one.named), std::string::npos) << answer.text << " for " << one.body;
    }
    EXPECT_EQ(to_text(post("/v2/traces/sessions/query", "")["data"]), "[]");
    EXPECT_EQ(post(kSecond, whole_body("whole", R"(,"traces_count":3.0)")).status, 200u);
}

TEST_F(SessionHandlersTest, ATakenExternalIdIs409AndNamesTheHolder) {
    std::string id = post(kFirst, whole_body("conv")).string("_id");
    for (std::string_view base : {kFirst, kSecond}) {
        Answer again = post(base, whole_body("conv"));
        EXPECT_EQ(again.status, 409u);
        EXPECT_NE(again.string("message").find(id), std::string::npos);
    }
    EXPECT_EQ(post(kFirst, whole_body("conv", R"(,"project_id":"p2")")).status, 200u);
    Answer other = post(kFirst, whole_body("other"));
    Answer renamed = patch(path_of(kFirst, other.string("_id")), R"({"external_id":"conv"})");
    EXPECT_EQ(renamed.status, 409u);
    EXPECT_EQ(get(path_of(kFirst, other.string("_id"))).text, other.text);
}

TEST_F(SessionHandlersTest, UpdateMergesByTopLevelKey) {
    Answer made = post(kFirst, whole_body("conv"));
    std::string one = path_of(kFirst, made.string("_id"));
    Answer changed = patch(one, R"({"_id":"x","workspace_id":"w2","duration":5,"tags":[],"unknown":null,)"
                                R"("usage":{"prompt_tokens":0.5,"completion_tokens":1,"total_tokens":1.5}})");
    ASSERT_EQ(changed.status, 200u) << changed.text;
    EXPECT_EQ(changed.string("_id"), made.string("_id"));
    EXPECT_EQ(changed.string("workspace_id"), workspace_);
    EXPECT_EQ(to_text(changed["duration"]), "5");
    EXPECT_EQ(to_text(changed["tags"]), "[]");
    EXPECT_EQ(to_text(changed["usage"]), R"({"prompt_tokens":0.5,"completion_tokens":1,"total_tokens":1.5})");
    EXPECT_EQ(changed["billing"], made["billing"]);
    EXPECT_EQ(changed["contact_ids"], made["contact_ids"]);
    EXPECT_EQ(changed.string("started_at"), made.string("started_at"));
    Answer dated = patch(one, R"({"updated_at":"2030-01-01T00:00:00.000Z"})");
    EXPECT_EQ(dated.string("updated_at"), "2030-01-01T00:00:00.000Z");
    EXPECT_NE(patch(one, R"({"duration":6})").string("updated_at"), "2030-01-01T00:00:00.000Z");
    EXPECT_EQ(patch(one, R"({"usage":{"prompt_tokens":1}})").status, 400u);
    EXPECT_EQ(patch(one, R"({"external_id":null})").status, 400u);
    EXPECT_EQ(patch(one, R"({"duration":)").status, 400u);
}

TEST_F(SessionHandlersTest, AnEmptyUpdateChangesNothing) {
    Answer made = post(kFirst, whole_body("conv", R"(,"updated_at":"2020-01-01T00:00:00Z")"));
    for (std::string_view body : {"", "{}", R"({"_id":"x","unknown":1})"})
        EXPECT_EQ(patch(path_of(kFirst, made.string("_id")), body).text, made.text) << body;
}

TEST_F(SessionHandlersTest, TheSecondGenerationClearsLists) {
    std::string one = path_of(kSecond, post(kSecond, whole_body("conv")).string("_id"));
    EXPECT_EQ(patch(one, R"({"clear_tags":true,"tags":["x"]})").status, 400u);
    EXPECT_EQ(patch(one, R"({"clear_contact_ids":true,"contact_ids":[]})").status, 400u);
    EXPECT_EQ(patch(one, R"({"clear_tags":"yes"})").status, 400u);
    EXPECT_EQ(to_text(patch(one, R"({"clear_tags":false})")["tags"]), R"(["a","b"])");
    EXPECT_EQ(to_text(patch(one, R"({"clear_tags":true})")["tags"]), "[]");
    Answer cleared = patch(one, R"({"clear_contact_ids":true,"tags":["n"],"clear_tags":false})");
    EXPECT_EQ(to_text(cleared["contact_ids"]), "[]");
    EXPECT_EQ(to_text(cleared["tags"]), R"(["n"])");
    // The first generation does not know the flags.
    std::string id = one.substr(kSecond.size());
    EXPECT_EQ(to_text(patch(std::string(kFirst) + id, R"({"clear_tags":true})")["tags"]), R"(["n"])");
}

TEST_F(SessionHandlersTest, DeleteTwiceIs404) {
    for (std::string_view base : {kFirst, kSecond}) {
        std::string one = path_of(base, post(kFirst, whole_body("conv")).string("_id"));
        Answer gone = remove(one);
        EXPECT_EQ(gone.status, 204u);
        EXPECT_EQ(gone.text, "");
        EXPECT_EQ(remove(one).status, 404u);
        EXPECT_EQ(get(one).status, 404u);
        EXPECT_EQ(patch(one, "{}").status, 404u);
    }
}

TEST_F(SessionHandlersTest, UnknownIdsAndPathsAre404InTheSameShape) {
    for (std::string_view base : {kFirst, kSecond})
        for (std::string_view id : {"01JD00000000000000000000AA", "%3Cid%3E", "a%2Fb%20%C3%A9%3F%23%25", "x", ""})
            EXPECT_EQ(get(fmt::format("{}/{}", base, id)).status, 404u) << id;
    EXPECT_EQ(get("/v2/sessions/a/b").status, 404u);
    EXPECT_EQ(call(Method::put, path_of(kFirst, "x"), "{}").status, 405u);
    EXPECT_EQ(get(kFirst).status, 405u);
}

TEST_F(SessionHandlersTest, SessionsOfTracesAreThere) {
    recorder_.record({trace::model_call(1, 1, 0, "talk", 10, 5)}, workspace_);
    Answer list = post("/v2/sessions/query", R"({"filters":{"interval":"SESSION_INTERVAL_ALL_TIME"}})");
    const auto& row = list["data"].as_array().at(0);
    EXPECT_EQ(row.at("external_id").as_string(), "talk");
    EXPECT_EQ(to_text(row.at("usage")), R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})");
    EXPECT_EQ(to_text(row.at("traces_count")), "1");
    EXPECT_EQ(to_text(row.at("duration")), "1000");
    EXPECT_EQ(row.at("started_at").as_string(), "2025-10-09T08:53:20.000Z");
    std::string one = path_of(kFirst, std::string(row.at("_id").as_string()));
    EXPECT_EQ(remove(one).status, 204u);
    EXPECT_EQ(recorder_.record({trace::model_call(1, 2, 0, "talk", 10, 5)}, workspace_).deleted, 1u);
}

TEST_F(SessionHandlersTest, OtherWorkspacesSeeNothing) {
    std::string one = path_of(kFirst, post(kFirst, whole_body("conv")).string("_id"));
    EXPECT_EQ(get(one, other_key_).status, 404u);
    EXPECT_EQ(patch(one, R"({"duration":1})", other_key_).status, 404u);
    EXPECT_EQ(remove(one, other_key_).status, 404u);
    EXPECT_EQ(to_text(post("/v2/traces/sessions/query", "", other_key_)["data"]), "[]");
    EXPECT_EQ(post(kFirst, whole_body("conv"), other_key_).status, 200u);
    EXPECT_EQ(get(one).status, 200u);
}

TEST_F(SessionHandlersTest, AKeyOfAProjectSeesThatProjectOnly) {
    std::string outside = path_of(kFirst, post(kFirst, whole_body("outside")).string("_id"));
    EXPECT_EQ(get(outside, project_key_).status, 404u);
    EXPECT_EQ(patch(outside, R"({"duration":1})", project_key_).status, 404u);
    EXPECT_EQ(remove(outside, project_key_).status, 404u);

    Answer made = post(kFirst, whole_body("mine", R"(,"project_id":null)"), project_key_);
    EXPECT_EQ(made.string("project_id"), "p1");
    EXPECT_EQ(post(kFirst, "", project_key_).string("project_id"), "p1");
    EXPECT_EQ(post(kSecond, whole_body("named", R"(,"project_id":"p1")"), project_key_).string("project_id"), "p1");
    for (std::string_view base : {kFirst, kSecond}) {
        Answer refused = post(base, whole_body("theirs", R"(,"project_id":"p2")"), project_key_);
        EXPECT_EQ(refused.status, 403u);
        EXPECT_NE(refused.string("message").find("p1"), std::string::npos);
    }
    std::string mine = path_of(kFirst, made.string("_id"));
    EXPECT_EQ(patch(mine, R"({"project_id":"p2"})", project_key_).status, 403u);
    EXPECT_EQ(patch(mine, R"({"project_id":null})", project_key_).status, 403u);
    EXPECT_EQ(patch(mine, R"({"project_id":"p1","duration":3})", project_key_).status, 200u);
    EXPECT_EQ(post("/v2/traces/sessions/query", "", project_key_)["data"].as_array().size(), 3u);
    EXPECT_EQ(post("/v2/traces/sessions/query", "")["data"].as_array().size(), 4u);
    EXPECT_EQ(patch(mine, R"({"project_id":"p2"})").status, 200u);
    EXPECT_EQ(get(mine, project_key_).status, 404u);
}

TEST_F(SessionHandlersTest, TakesTheKeyFromEachHeaderAndNoOther) {
    auto status = [&](net::Headers headers, std::string_view target) {
        return send({.method = Method::get, .target = std::string(target), .headers = std::move(headers)}).status;
    };
    std::string one = path_of(kSecond, post(kSecond, whole_body("conv")).string("_id"));
    EXPECT_EQ(status({{"Authorization", "bEaReR " + key_}}, one), 200u);
    EXPECT_EQ(status({{"x-api-key", key_}}, one), 200u);
    EXPECT_EQ(status({{"Authorization", "Basic " + to_base64(as_bytes("any:" + key_))}}, one), 200u);
    EXPECT_EQ(status({}, one), 401u);
    EXPECT_EQ(status({{"Authorization", ""}}, one), 401u);
    EXPECT_EQ(status({{"Authorization", "Bearer sk_unknown"}}, one), 401u);
    EXPECT_EQ(status({{"Cookie", "key=" + key_}}, one), 401u);
    for (std::string_view target : {"/v3/traces/00", "/v2/sessions/tags", "/v3/traces/00/spans", "/v3/traces/facets"})
        EXPECT_EQ(status({}, target), 401u) << target;
    EXPECT_EQ(send({.method = Method::post, .target = "/v2/sessions/query"}).status, 401u);
}

}  // namespace
}  // namespace spanreel::api::orq
