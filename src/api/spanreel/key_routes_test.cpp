// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/key_routes.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <unistd.h>

#include "access/origins.hpp"
#include "net/dispatch.hpp"
#include "store/embedded/embedded_meta_store.hpp"

namespace spanreel::api::spanreel {
namespace {

namespace json = boost::json;
using net::Method;
using testing::HasSubstr;

class KeyRoutesTest : public testing::Test {
  protected:
    KeyRoutesTest() : directory_(testing::TempDir() + "key_routes_test_" + std::to_string(::getpid())) {
        std::filesystem::create_directories(directory_);
        database_ = store::Database::open(directory_ / "spanreel.db").value();
        meta_.emplace(*database_);
        keys_.emplace(*meta_);
        add_key_routes(router_, *keys_);
        workspace_ = keys_->open_workspace("w").value().id;
        admin_ = make({.name = "admin", .scopes = {.admin = true}});
    }
    ~KeyRoutesTest() override { std::filesystem::remove_all(directory_); }

    std::string make(access::KeySpec spec) { return keys_->create_key(workspace_, std::move(spec)).value().secret; }

    net::Response call(const std::string& secret, Method method, const std::string& path, const std::string& body = {},
                       net::Headers headers = {}) {
        net::Request request{.method = method, .path = path, .headers = std::move(headers), .body = body};
        request.headers.set("Authorization", "Bearer " + secret);
        const net::RouteMatch match = router_.match(method, path);
        return net::call_plain(match, request, net::ResponsePolicy(request, match.mount->options));
    }
    static std::string text(const net::Response& response) { return std::get<std::string>(response.body); }
    json::object create(const std::string& secret, const std::string& body) {
        const net::Response response = call(secret, Method::post, "/v1/keys", body);
        EXPECT_EQ(response.status, 201u) << text(response);
        return json::parse(text(response)).as_object();
    }
    json::array list(const std::string& secret) {
        const net::Response response = call(secret, Method::get, "/v1/keys");
        EXPECT_EQ(response.status, 200u) << text(response);
        return json::parse(text(response)).at("data").as_array();
    }
    std::string refusal(unsigned status, const net::Response& response) {
        EXPECT_EQ(response.status, status) << text(response);
        return std::string(json::parse(text(response)).at("error").at("message").as_string());
    }

    Path directory_;
    std::unique_ptr<store::Database> database_;
    std::optional<store::EmbeddedMetaStore> meta_;
    std::optional<access::KeyRing> keys_;
    net::Router router_;
    std::string workspace_, admin_;
};

TEST_F(KeyRoutesTest, AKeyIsMadeShownWithoutItsSecretAndRevoked) {
    json::object made = create(admin_, R"({"name":"exporter","scopes":["ingest"],"project":"p",)"
                                       R"("expires_at":"2099-01-31T00:00:00Z"})");
    const std::string secret(made.at("secret").as_string()), id(made.at("id").as_string());
    access::Principal principal = keys_->authenticate(secret).value();
    EXPECT_EQ(principal.scopes, (KeyScopes{false, false, true, false}));
    EXPECT_EQ(principal.project, "p");
    EXPECT_EQ(made.at("expires_at").as_string(), "2099-01-31T00:00:00.000Z");

    made.erase("secret");
    ASSERT_EQ(list(admin_).size(), 2u);
    EXPECT_EQ(list(admin_).back(), made);
    EXPECT_EQ(list(admin_).front().at("scopes"), json::parse(R"(["read","write","ingest","admin"])"));

    EXPECT_EQ(call(admin_, Method::delete_, "/v1/keys/" + id).status, 204u);
    EXPECT_FALSE(keys_->authenticate(secret));
    EXPECT_TRUE(list(admin_).back().as_object().contains("revoked_at"));
    EXPECT_EQ(call(admin_, Method::delete_, "/v1/keys/" + id).status, 404u);
}

TEST_F(KeyRoutesTest, WithoutScopesAKeyMayAllButAdministrate) {
    json::object made = create(admin_, R"({"name":"plain"})");
    EXPECT_EQ(made.at("scopes"), json::parse(R"(["read","write","ingest"])"));
    for (auto method : {Method::get, Method::post})
        EXPECT_THAT(refusal(403, call(std::string(made.at("secret").as_string()), method, "/v1/keys")),
                    HasSubstr("\"admin\""));
}

TEST_F(KeyRoutesTest, AKeyOfAProjectStaysInIt) {
    const std::string of_project = make({.name = "of p", .project = "p", .scopes = {.admin = true}});
    const json::object foreign = create(admin_, R"({"name":"whole workspace"})");
    EXPECT_EQ(create(of_project, R"({"name":"n"})").at("project").as_string(), "p");
    EXPECT_THAT(refusal(403, call(of_project, Method::post, "/v1/keys", R"({"name":"n","project":"q"})")),
                HasSubstr("its own project"));
    EXPECT_EQ(list(of_project).size(), 2u);
    EXPECT_EQ(call(of_project, Method::delete_, "/v1/keys/" + std::string(foreign.at("id").as_string())).status, 404u);
    EXPECT_EQ(list(admin_).size(), 4u);
}

TEST_F(KeyRoutesTest, AnotherWorkspaceIsNotSeen) {
    const std::string other =
        keys_->create_key(keys_->open_workspace("other").value().id, {.name = "o", .scopes = {.admin = true}})
            .value()
            .secret;
    EXPECT_EQ(list(other).size(), 1u);
    EXPECT_EQ(call(other, Method::delete_, "/v1/keys/" + std::string(list(admin_).front().at("id").as_string())).status,
              404u);
}

TEST_F(KeyRoutesTest, RefusesWhatCannotBe) {
    for (const auto& [body, named] : std::vector<std::pair<std::string, std::string>>{
             {"", "JSON"},
             {"{}", "name"},
             {R"({"name":5})", "name"},
             {R"({"name":"n","scopes":["all"]})", "\"all\""},
             {R"({"name":"n","scopes":[]})", "scope"},
             {R"({"name":"n","scopes":"read"})", "scopes"},
             {R"({"name":"n","expires_at":"tomorrow"})", "expires_at"},
             {R"({"name":"n","expires_at":"2001-01-01T00:00:00Z"})", "expired"},
             {R"({"name":"n","allowed_origins":["example.com"]})", "example.com"},
             {R"({"name":"n","allowed_origins":["https://example.com/path"]})", "origin"},
             {R"({"name":"n","full_access":true})", "allowed origins"}})
        EXPECT_THAT(refusal(400, call(admin_, Method::post, "/v1/keys", body)), HasSubstr(named)) << body;
    json::array many;
    for (std::size_t i = 0; i <= access::kMaxOrigins; ++i) many.emplace_back("https://example.com");
    EXPECT_THAT(refusal(400, call(admin_, Method::post, "/v1/keys",
                                  json::serialize(json::object{{"name", "n"}, {"allowed_origins", many}}))),
                HasSubstr("origins"));
}

TEST_F(KeyRoutesTest, KeysOfWebPagesDoNotAdministrate) {
    for (bool full_access : {false, true}) {
        const std::string page = make({.name = "page",
                                       .scopes = {.admin = true},
                                       .cors = {.allowed_origins = {"https://a.example"}, .full_access = full_access}});
        EXPECT_THAT(refusal(403, call(page, Method::get, "/v1/keys")), HasSubstr("web pages"));
    }
}

}  // namespace
}  // namespace spanreel::api::spanreel
