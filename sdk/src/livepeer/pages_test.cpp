// SPDX-License-Identifier: Apache-2.0
#include "spanreel/livepeer/pages.hpp"

#include <gtest/gtest.h>

#include "link_header.hpp"
#include "scripted.hpp"
#include "spanreel/livepeer.hpp"

namespace spanreel::livepeer {
namespace {

using test::json;
using test::Script;

static_assert(std::ranges::input_range<decltype(pages(std::declval<sdk::Core>(), session_get_all))>);

sdk::HttpResponse page(std::string name, std::string link) {
    sdk::HttpResponse answer = json(200, R"([{"name":")" + name + "\"}]");
    if (!link.empty()) answer.headers.add("Link", "<" + link + ">; rel=\"next\"");
    return answer;
}

/// Names of the sessions of all pages, "!" for an error, and the URLs that were asked.
std::string walk(Script& script, const CallOptions& options = {}) {
    std::string out;
    for (const Result<SessionsResponse>& result : pages(script.core, session_get_all, {}, options)) {
        out += result ? result->data->at(0).name : "!";
    }
    for (const auto& request : script.requests) out += " " + request.url;
    return out;
}

TEST(Pages, FollowLinks) {
    Script script({page("a", "http://server.test/api/session?cursor=skip20&limit=2"),
                   page("b", "/api/session?cursor=%3C"), page("c", "?cursor=3#x"), page("d", "")});
    EXPECT_EQ(walk(script),
              "abcd http://server.test/api/session http://server.test/api/session?cursor=skip20&limit=2 "
              "http://server.test/api/session?cursor=%3C http://server.test/api/session?cursor=3");
    EXPECT_EQ(script.requests.at(3).headers.get("authorization"), "Bearer key");
}

TEST(Pages, FollowALinkAboveTheServersPath) {
    Script script({page("a", "http://server.test/v2/session"), page("b", "")});
    EXPECT_EQ(walk(script), "ab http://server.test/api/session http://server.test/v2/session");
}

TEST(Pages, ReadLinksFromWhereTheAnswerCame) {
    for (const auto& [from, walked] :
         {std::pair{"http://server.test/moved/session",
                    "ab http://server.test/api/session http://server.test/moved/session?cursor=1"},
          {"http://other.test/api/session", "a! http://server.test/api/session"}}) {
        sdk::HttpResponse first = page("a", "?cursor=1");
        first.url = from;
        Script script({first, page("b", "")});
        EXPECT_EQ(walk(script), walked);
    }
}

TEST(Pages, EndWithAnErrorRatherThanGoElsewhere) {
    for (const char* link :
         {"http://other.test/api/session", "https://server.test/api/session", "http://server.test:81/api/session",
          "http://server.test@other.test/", "ftp://server.test/", "//other.test/"}) {
        Script script({page("a", link), page("b", "")});
        EXPECT_EQ(walk(script), "a! http://server.test/api/session") << link;
    }
}

TEST(Pages, KnowTheServerOfTheCall) {
    Script script({page("a", "http://call.test:80/x"), page("b", "http://server.test/y")});
    EXPECT_EQ(walk(script, {.server_url = "http://call.test/base"}),
              "ab! http://call.test/base/session http://call.test/x");
}

TEST(Pages, EndAtTheFirstFailure) {
    Script script({page("a", "?cursor=1"), json(500, "{}"), page("b", "")});
    EXPECT_EQ(walk(script), "a! http://server.test/api/session http://server.test/api/session?cursor=1");
    Script odd({page("a", "?cursor=1"), [] {
                    sdk::HttpResponse answer = page("b", "?cursor=2");
                    answer.body = "{}";
                    return answer;
                }()});
    EXPECT_EQ(walk(odd), "a! http://server.test/api/session http://server.test/api/session?cursor=1");
}

TEST(Pages, TakeTheRequestOfTheOperation) {
    Script script({json(200, "[]")});
    for (const auto& result : pages(script.core, session_get_clips, "i")) EXPECT_TRUE(result);
    EXPECT_EQ(script.requests.at(0).url, "http://server.test/api/session/i/clips");
}

TEST(Pages, OfMethodsThrow) {
    Script script({page("a", "?cursor=1"), json(500, "{}")});
    const Livepeer livepeer(script.core);
    std::string names;
    EXPECT_THROW(
        {
            for (const SessionsResponse& response : livepeer.session.pages()) names += response.data->at(0).name;
        },
        sdk::ApiError);
    EXPECT_EQ(names, "a");
}

TEST(Pages, OfMethodsAreThoseOfTheirNoun) {
    Script script({json(200, "[]"), json(200, "[]"), json(200, "[]")});
    const Livepeer livepeer(script.core);
    for (const auto& response : livepeer.stream.pages({.streamsonly = "1"})) EXPECT_TRUE(response.data);
    for (const auto& response : livepeer.asset.pages()) EXPECT_TRUE(response.data);
    for (const auto& response : livepeer.task.pages()) EXPECT_TRUE(response.data);
    EXPECT_EQ(script.requests.at(0).url, "http://server.test/api/stream?streamsonly=1");
    EXPECT_EQ(script.requests.at(1).url, "http://server.test/api/asset");
    EXPECT_EQ(script.requests.at(2).url, "http://server.test/api/task");
}

TEST(LinkHeader, NamesTheNextPage) {
    EXPECT_EQ(next_link("<u>; rel=\"next\""), "u");
    EXPECT_EQ(next_link("<u>;rel=next"), "u");
    EXPECT_EQ(next_link("<u> ; title=\"a, \\\"b\\\" <c>; rel=x\" ; REL = \"last NEXT\""), "u");
    EXPECT_EQ(next_link("<a,b>; rel=prev, <c;d>; rel=next; x"), "c;d");
    EXPECT_EQ(next_link(", <a>; rel=prev; rel=next,, <b>; rel=next"), "b");
    for (const char* none :
         {"", "<u>", "<u>; rel=nextpage", "<u>; rel=\"prev\"", "u; rel=next", "<u", "<u>; rel=\"next page\\", ";"})
        EXPECT_EQ(next_link(none),
                  none == std::string_view("<u>; rel=\"next page\\") ? std::optional<std::string>("u") : std::nullopt)
            << none;
}

}  // namespace
}  // namespace spanreel::livepeer
