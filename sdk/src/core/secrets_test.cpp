// SPDX-License-Identifier: Apache-2.0
#include "secrets.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace spanreel::sdk {
namespace {

TEST(Secrets, AreKnownByTheirNames) {
    for (const char* secret : {"Authorization",
                               "proxy-authorization",
                               "Cookie",
                               "Set-Cookie",
                               "X-Api-Key",
                               "x-goog-api-key",
                               "X-Auth-Token",
                               "X-CSRF-Token",
                               "x-hub-signature-256",
                               "api_key",
                               "apikey",
                               "streamKey",
                               "sharedSecret",
                               "client_secret",
                               "accessToken",
                               "page_token",
                               "jwt",
                               "password",
                               "X-Amz-Credential",
                               "passphrase"})
        EXPECT_TRUE(names_secret(secret)) << secret;
    for (const char* open : {"", "Accept", "Content-Type", "User-Agent", "X-Request-Id", "name", "external_id",
                             "playbackId", "record", "tags", "interval"})
        EXPECT_FALSE(names_secret(open)) << open;
}

TEST(Secrets, AreTakenOutOfUrls) {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"http://h/p", "http://h/p"},
        {"http://h/p?limit=5&name=a%20b", "http://h/p?limit=5&name=a%20b"},
        {"http://h/p?api_key=1&limit=5", "http://h/p?api_key=(hidden)&limit=5"},
        {"http://h/p?limit=5&Access-Token=a=b#part", "http://h/p?limit=5&Access-Token=(hidden)#part"},
        {"http://h/p?key&token=", "http://h/p?key&token=(hidden)"},
        {"http://h/token=1", "http://h/token=1"},
        {"rtmp://me:hush@h/app", "rtmp://(hidden)@h/app"},
        {"http://h/a@b?to=c@d", "http://h/a@b?to=c@d"},
        {"<http://h/p?token=1>; rel=\"next\", <http://h?key=2&x=3>",
         "<http://h/p?token=(hidden)>; rel=\"next\", <http://h?key=(hidden)&x=3>"},
        {"see http://u@h/?jwt=1 and token=2", "see http://(hidden)@h/?jwt=(hidden) and token=2"},
    };
    for (const auto& [text, shown] : rows) EXPECT_EQ(without_secrets(text), shown);
}

TEST(Secrets, AreTakenOutOfJson) {
    const std::vector<std::pair<std::string, std::string>> rows{
        {R"json({"name":"n","total_tokens":7})json", R"json({"name":"n","total_tokens":7})json"},
        {R"json({"streamKey":"1","a":[{"apiKey":"2","b":"c"}]})json",
         R"json({"streamKey":"(hidden)","a":[{"apiKey":"(hidden)","b":"c"}]})json"},
        {R"json({"secrets":["1",{"two":"2","three":3}],"ok":true})json",
         R"json({"secrets":["(hidden)",{"two":"(hidden)","three":3}],"ok":true})json"},
        {R"json({"url":"rtmp://u:p@h/live?token=1"})json",
         R"json({"url":"rtmp://(hidden)@h/live?token=(hidden)"})json"},
        {R"json("plain")json", R"json("plain")json"},
    };
    for (const auto& [text, shown] : rows) {
        boost::json::value value = boost::json::parse(text);
        hide_secrets(value);
        EXPECT_EQ(boost::json::serialize(value), shown);
    }
}

}  // namespace
}  // namespace spanreel::sdk
