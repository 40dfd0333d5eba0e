// SPDX-License-Identifier: Apache-2.0
// What the first generation's SDK puts on the wire, call by call (tests/data): every call has the answer that makes
// the SDK succeed, or names what this version does not have yet.
#include <fstream>
#include <sstream>

#include "api/json/json_text.hpp"
#include "api/orq/test_api.hpp"

namespace spanreel::api::orq {
namespace {

namespace json = boost::json;

constexpr std::string_view kRecordedId = "01JD00000000000000000000AA";

json::array recorded_calls() {
    std::ifstream file(SPANREEL_SOURCE_DIR "/tests/data/orq-first-generation-requests.json");
    std::stringstream text;
    text << file.rdbuf();
    return parse_json(text.str()).value().as_array();
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// What the SDK's validation asks of a session.
void expect_session(const json::value& value) {
    const json::object& session = value.as_object();
    for (const char* key : {"_id", "external_id", "workspace_id", "started_at", "updated_at"})
        EXPECT_TRUE(session.at(key).is_string()) << key;
    for (const char* key : {"duration", "traces_count"}) EXPECT_TRUE(session.at(key).is_number()) << key;
    for (const char* key : {"input_cost", "output_cost", "total_cost"})
        EXPECT_TRUE(session.at("billing").at(key).is_number()) << key;
    for (const char* key : {"prompt_tokens", "completion_tokens", "total_tokens"})
        EXPECT_TRUE(session.at("usage").at(key).is_number()) << key;
    for (const char* key : {"tags", "contact_ids"})
        for (const json::value& element : session.at(key).as_array()) EXPECT_TRUE(element.is_string());
    EXPECT_TRUE(session.at("project_id").is_null() || session.at("project_id").is_string());
}

unsigned expected_status(const std::string& call) {
    if (call == "create(projectId null)") return 409;  // its external id is taken by then
    if (call == "get(<id>)" || call.starts_with("get(a/b")) return 404;
    if (call.starts_with("delete(")) return 204;
    return 200;
}

using FirstGenerationTest = ApiTest;

TEST_F(FirstGenerationTest, EveryRecordedCallIsAnsweredByTheBook) {
    json::array calls = recorded_calls();
    ASSERT_EQ(calls.size(), 81u);
    std::vector<std::string> made;
    int sent = 0;
    for (const json::value& entry : calls) {
        std::string call(entry.at("call").as_string());
        SCOPED_TRACE(call);
        if (entry.as_object().contains("refusedBeforeSending")) continue;
        ++sent;
        net::Request request{.method = net::method_from(std::string(entry.at("method").as_string())).value(),
                             .target = std::string(entry.at("path").as_string()),
                             .body = entry.at("body").is_null() ? "" : to_text(entry.at("body"))};
        for (const auto& header : entry.at("headers").as_object()) {
            std::string value(header.value().as_string());
            replace_all(value, "KEY", key_);
            request.headers.add(std::string(header.key()), value);
        }
        // The first session made is the one that is read, changed and deleted; lists continue from the second.
        std::string id = made.empty() ? std::string(kRecordedId) : made[call.starts_with("list ") ? 1 : 0];
        replace_all(request.target, kRecordedId, id);
        replace_all(request.body, kRecordedId, id);

        Answer answer = send(std::move(request));
        ASSERT_EQ(answer.status, expected_status(call)) << answer.text;
        if (answer.status != 200) continue;
        if (call.starts_with("count(")) {
            EXPECT_GT(answer["count"].as_int64(), 0);
        } else if (!call.starts_with("list ")) {
            expect_session(answer.body);
        } else {
            EXPECT_EQ(answer.string("object"), "list");
            EXPECT_TRUE(answer["has_more"].is_bool());
            for (const json::value& row : answer["data"].as_array()) expect_session(row);
        }
        if (call.starts_with("create(")) made.push_back(answer.string("_id"));
        if (call == "create(required)" || call == "create(all)") {
            json::object given = entry.at("body").as_object(), shown = answer.body.as_object();
            for (const auto& member : given) EXPECT_EQ(shown.at(member.key()), member.value()) << member.key();
        }
        if (call == "update(id, some)") {
            EXPECT_EQ(to_text(answer["tags"]), "[]");
            EXPECT_TRUE(answer["project_id"].is_null());
        }
        if (call == "update(id, all)") {
            EXPECT_EQ(answer.string("_id"), made[0]);
            EXPECT_EQ(answer.string("workspace_id"), workspace_);
            EXPECT_EQ(answer.string("project_id"), "p2");
        }
    }
    EXPECT_EQ(sent, 80);
}

}  // namespace
}  // namespace spanreel::api::orq
