// SPDX-License-Identifier: Apache-2.0
#include "net/http_message.hpp"

#include <gtest/gtest.h>

#include "net/authorization.hpp"
#include "net/http1_head.hpp"
#include "net/range.hpp"
#include "net/request_target.hpp"

namespace spanreel::net {
namespace {

TEST(Headers, CompareNamesWithoutCaseAndKeepOrder) {
    Headers headers{{"Accept", "a"}, {"X", "1"}, {"ACCEPT", "b"}};
    EXPECT_EQ(headers.get("accept"), "a");
    EXPECT_EQ(headers.all("Accept"), (std::vector<std::string_view>{"a", "b"}));
    headers.set("accept", "c");
    EXPECT_EQ(headers.all("Accept"), (std::vector<std::string_view>{"c"}));
    EXPECT_FALSE(headers.get("y"));
    headers.add("Connection", "close , Upgrade;q=1");
    EXPECT_TRUE(headers.has_token("connection", "upgrade"));
    EXPECT_TRUE(headers.has_token("connection", "CLOSE"));
    EXPECT_FALSE(headers.has_token("connection", "clos"));
}

TEST(Request, ContentTypeIsTheBareMediaType) {
    Request request;
    EXPECT_EQ(request.content_type(), "");
    request.headers.set("content-type", "Application/JSON ; charset=utf-8");
    EXPECT_EQ(request.content_type(), "application/json");
}

TEST(Query, ReadsAsBrowsersWrite) {
    Query query = Query::parse("a=1&b=x+y%20z&a=2&flag&c[]=p&c%5B%5D=q&&=v&d=%zz&e=%4");
    EXPECT_EQ(query.get("a"), "1");
    EXPECT_EQ(query.all("a"), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(query.get("b"), "x y z");
    EXPECT_EQ(query.get("flag"), "");
    EXPECT_EQ(query.all("c"), (std::vector<std::string>{"p", "q"}));
    EXPECT_EQ(query.get("c[]"), "p");
    EXPECT_EQ(query.get(""), "v");
    EXPECT_EQ(query.get("d"), "%zz");
    EXPECT_EQ(query.get("e"), "%4");
    EXPECT_FALSE(query.get("missing"));
    EXPECT_TRUE(Query::parse("").pairs().empty());
}

TEST(Query, IsBounded) {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "a&";
    EXPECT_EQ(Query::parse(text).pairs().size(), Query::kMaxPairs);
}

TEST(RequestTarget, KnowsTheThreeForms) {
    auto origin = parse_target("/a/../b%2F?x=1?2");
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->path, "/a/../b%2F");
    EXPECT_EQ(origin->query, "x=1?2");
    auto absolute = parse_target("HTTP://host:80/p?q");
    ASSERT_TRUE(absolute);
    EXPECT_EQ(absolute->authority, "host:80");
    EXPECT_EQ(absolute->origin, "/p?q");
    auto bare = parse_target("http://host?q=1");
    ASSERT_TRUE(bare);
    EXPECT_EQ(bare->path, "/");
    EXPECT_EQ(bare->query, "q=1");
    EXPECT_EQ(parse_target("*")->path, "*");
    EXPECT_FALSE(parse_target("a/b"));
    EXPECT_FALSE(parse_target(""));
    EXPECT_FALSE(parse_target("http:///p"));
    EXPECT_FALSE(parse_target("ftp://h/p"));
}

TEST(Authorization, TellsTheSchemes) {
    Credential bearer = parse_authorization("bEaReR  key-1 ");
    EXPECT_EQ(bearer.scheme, Scheme::bearer);
    EXPECT_EQ(bearer.secret, "key-1");
    EXPECT_EQ(parse_authorization("Bearer").scheme, Scheme::none);
    EXPECT_EQ(parse_authorization("Bearer  ").scheme, Scheme::none);
    EXPECT_EQ(parse_authorization("").scheme, Scheme::none);
    Credential basic = parse_authorization("Basic cGs6c2s6MQ==");  // pk:sk:1
    EXPECT_EQ(basic.scheme, Scheme::basic);
    EXPECT_EQ(basic.user, "pk");
    EXPECT_EQ(basic.secret, "sk:1");
    for (std::string_view broken : {"Basic", "Basic ***", "Basic cGs="}) {
        Credential none = parse_authorization(broken);
        EXPECT_EQ(none.scheme, Scheme::basic) << broken;
        EXPECT_EQ(none.user + none.secret, "") << broken;
    }
    EXPECT_EQ(parse_authorization("JWT a.b.c").scheme, Scheme::jwt);
    Credential other = parse_authorization("Digest x");
    EXPECT_EQ(other.scheme, Scheme::other);
    EXPECT_EQ(other.scheme_name, "Digest");
}

TEST(Authorization, FallsBackToTheApiKeyHeader) {
    Request request;
    request.headers.set("x-api-key", " k ");
    EXPECT_EQ(credential_of(request).scheme, Scheme::api_key);
    EXPECT_EQ(credential_of(request).secret, "k");
    request.headers.set("authorization", "Bearer b");
    EXPECT_EQ(credential_of(request).secret, "b");
    EXPECT_EQ(credential_of({}).scheme, Scheme::none);
}

struct RangeCase {
    std::string_view header;
    RangeKind kind;
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

TEST(Range, ChoosesAsTheSpecSays) {
    for (const RangeCase& c :
         std::initializer_list<RangeCase>{{"bytes=0-0", RangeKind::part, 0, 1},
                                          {"bytes=2-", RangeKind::part, 2, 8},
                                          {"Bytes=5-100", RangeKind::part, 5, 5},
                                          {"bytes=-3", RangeKind::part, 7, 3},
                                          {"bytes=-30", RangeKind::part, 0, 10},
                                          {"bytes=0-99999999999999999999999", RangeKind::part, 0, 10},
                                          {"bytes=10-", RangeKind::unsatisfiable},
                                          {"bytes=-0", RangeKind::unsatisfiable},
                                          {"bytes=3-2", RangeKind::whole},
                                          {"bytes=0-1,3-4", RangeKind::whole},
                                          {"bytes=", RangeKind::whole},
                                          {"bytes=-", RangeKind::whole},
                                          {"bytes=a-b", RangeKind::whole},
                                          {"items=0-1", RangeKind::whole},
                                          {"", RangeKind::whole}}) {
        RangeChoice choice = choose_range(c.header, 10);
        EXPECT_EQ(choice.kind, c.kind) << c.header;
        EXPECT_EQ(choice.range.first, c.first) << c.header;
        EXPECT_EQ(choice.range.length, c.length) << c.header;
    }
    EXPECT_EQ(choose_range("bytes=0-", 0).kind, RangeKind::unsatisfiable);
    EXPECT_EQ(choose_range("bytes=-5", 0).kind, RangeKind::unsatisfiable);
}

StreamedBody digits() {
    return {10, [](std::uint64_t offset, std::size_t max) -> Result<std::string> {
                return std::string("0123456789").substr(offset, max);
            }};
}

Response ask_range(Headers headers, Method method = Method::get, std::string etag = "\"e\"") {
    Request request;
    request.method = method;
    request.headers = std::move(headers);
    return range_response(request, digits(), "video/mp4", std::move(etag));
}

TEST(RangeResponse, CoversTheStatuses) {
    Response whole = ask_range({});
    EXPECT_EQ(whole.status, 200u);
    EXPECT_EQ(whole.body_length(), 10u);
    EXPECT_EQ(whole.headers.get("accept-ranges"), "bytes");
    EXPECT_EQ(whole.headers.get("etag"), "\"e\"");

    Response part = ask_range({{"Range", "bytes=2-4"}});
    EXPECT_EQ(part.status, 206u);
    EXPECT_EQ(part.headers.get("content-range"), "bytes 2-4/10");
    EXPECT_EQ(part.body_length(), 3u);
    EXPECT_EQ(std::get<StreamedBody>(part.body).read(1, 2), "34");

    Response beyond = ask_range({{"Range", "bytes=10-"}});
    EXPECT_EQ(beyond.status, 416u);
    EXPECT_EQ(beyond.headers.get("content-range"), "bytes */10");
    EXPECT_EQ(beyond.body_length(), 0u);

    EXPECT_EQ(ask_range({{"Range", "bytes=2-4"}}, Method::head).status, 200u);
    EXPECT_EQ(ask_range({{"Range", "bytes=2-4"}, {"If-Range", "\"e\""}}).status, 206u);
    EXPECT_EQ(ask_range({{"Range", "bytes=2-4"}, {"If-Range", "\"old\""}}).status, 200u);
    EXPECT_EQ(ask_range({{"Range", "bytes=2-4"}, {"If-Range", ""}}, Method::get, "").status, 200u);
    Response unchanged = ask_range({{"If-None-Match", "\"a\", W/\"e\""}});
    EXPECT_EQ(unchanged.status, 304u);
    EXPECT_EQ(unchanged.body_length(), 0u);
    EXPECT_EQ(ask_range({{"If-None-Match", "*"}}).status, 304u);
    EXPECT_EQ(ask_range({{"If-None-Match", "\"a,\", e"}}).status, 200u);
}

TEST(ResponseHead, CannotBeSplitByAValue) {
    Response response = text_response(200, "x");
    response.headers.set("X-Echo", "a\r\nSet-Cookie: b");
    std::string head = response_head(response, Connection::keep, {});
    EXPECT_NE(head.find("X-Echo: a  Set-Cookie: b\r\n"), std::string::npos);
    EXPECT_NE(head.find("Content-Length: 1\r\n"), std::string::npos);
    EXPECT_NE(head.find("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"), std::string::npos);
    EXPECT_EQ(response_head(empty_response(204), Connection::close, {}).find("Content-Length"), std::string::npos);
}

}  // namespace
}  // namespace spanreel::net
