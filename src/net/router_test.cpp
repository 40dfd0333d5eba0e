// SPDX-License-Identifier: Apache-2.0
#include "net/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace spanreel::net {
namespace {

/// A handler that says who it is and what it got.
auto named(std::string name) {
    return [name](const Request&) { return text_response(200, name); };
}
auto named1(std::string name) {
    return [name](const Request&, std::string a) { return text_response(200, name + "|" + a); };
}

std::string ask(const Router& router, Method method, std::string_view path) {
    RouteMatch match = router.match(method, path);
    if (!match.route) {
        if (auto* error = std::get_if<Error>(&match.failure)) return "error " + std::string(to_string(error->code));
        std::string out = "none";
        for (Method allowed : std::get<Unmatched>(match.failure).allowed) out += " " + std::string(to_string(allowed));
        return out;
    }
    auto result = std::get<PlainHandler>(match.route->handler)({}, match.arguments);
    if (!result) return "error " + std::string(to_string(result.error().code));
    return std::get<std::string>(result->body);
}

TEST(Router, LiteralsBeatParametersPerMethod) {
    Router router;
    router.add(Method::get, "/v2/sessions/{id}", RunOn::io_thread, named1("get"));
    router.add(Method::post, "/v2/sessions/query", RunOn::io_thread, named("query"));
    router.add(Method::post, "/v2/sessions", RunOn::io_thread, named("create"));
    EXPECT_EQ(ask(router, Method::post, "/v2/sessions/query"), "query");
    EXPECT_EQ(ask(router, Method::get, "/v2/sessions/query"), "get|query");
    EXPECT_EQ(ask(router, Method::post, "/v2/sessions"), "create");
    EXPECT_EQ(ask(router, Method::patch, "/v2/sessions/query"), "none GET POST");
    EXPECT_EQ(ask(router, Method::get, "/v2/sessions/a/b"), "none");
    EXPECT_EQ(ask(router, Method::get, "/v2"), "none");
}

TEST(Router, GoesBackFromALiteralThatLeadsNowhere) {
    Router router;
    router.add(Method::get, "/s/all/x", RunOn::io_thread, named("x"));
    router.add(Method::get, "/s/{id}/y", RunOn::io_thread, named1("y"));
    EXPECT_EQ(ask(router, Method::get, "/s/all/y"), "y|all");
    EXPECT_EQ(ask(router, Method::get, "/s/all/x"), "x");
}

TEST(Router, DecodesAfterSplitting) {
    Router router;
    router.add(Method::get, "/s/{id}", RunOn::io_thread, named1("one"));
    EXPECT_EQ(ask(router, Method::get, "/s/a%2Fb"), "one|a/b");
    EXPECT_EQ(ask(router, Method::get, "/s/.."), "one|..");
    EXPECT_EQ(ask(router, Method::get, "/%73/a%20+"), "one|a +");
    EXPECT_EQ(ask(router, Method::get, "/s/%zz"), "error invalid");
    EXPECT_EQ(ask(router, Method::get, "/s/%2"), "error invalid");
}

TEST(Router, ParametersTakeNoEmptySegment) {
    Router router;
    router.add(Method::get, "/s/{id}", RunOn::io_thread, named1("one"));
    EXPECT_EQ(ask(router, Method::get, "/s/"), "none");
    EXPECT_EQ(ask(router, Method::get, "//x"), "none");
    EXPECT_EQ(ask(router, Method::get, "*"), "none");
}

TEST(Router, RelaxedMountsIgnoreCaseAndOneSlashOfLiteralsOnly) {
    Router router;
    router.mount("/api", {.matching = Matching::relaxed});
    router.add(Method::get, "/api/stream/{id}", RunOn::io_thread, named1("stream"));
    router.add(Method::get, "/v2/stream/{id}", RunOn::io_thread, named1("exact"));
    EXPECT_EQ(ask(router, Method::get, "/API/Stream/AbC"), "stream|AbC");
    EXPECT_EQ(ask(router, Method::get, "/api/stream/AbC/"), "stream|AbC");
    EXPECT_EQ(ask(router, Method::get, "/api/stream/AbC//"), "none");
    EXPECT_EQ(ask(router, Method::get, "/V2/stream/a"), "none");
    EXPECT_EQ(ask(router, Method::get, "/v2/stream/a/"), "none");
    EXPECT_EQ(ask(router, Method::get, "/apiary/stream/a"), "none");
}

TEST(Router, TheLongestWholeSegmentPrefixIsTheMount) {
    Router router;
    router.mount("/api/public/otel", {});
    router.mount("/api", {.matching = Matching::relaxed});
    router.fallback("/v1", [](const Request&, const Unmatched&) { return empty_response(404); });
    EXPECT_EQ(router.mount_of("/api/public/otel/v1/traces").prefix, "/api/public/otel");
    EXPECT_EQ(router.mount_of("/Api/public/x").prefix, "/api");
    EXPECT_EQ(router.mount_of("/api").prefix, "/api");
    EXPECT_EQ(router.mount_of("/apix").prefix, "");
    EXPECT_EQ(router.mount_of("*").prefix, "");
    EXPECT_TRUE(router.mount_of("/v1/x").options.fallback);
    router.mount("/api", {});
    EXPECT_EQ(router.mount_of("/Api").prefix, "");
}

TEST(Router, TailsKeepInsideTheirFolder) {
    Router router;
    router.add(Method::get, "/{file...}", RunOn::io_thread, named1("file"));
    router.add(Method::get, "/a/{id}", RunOn::io_thread, named1("a"));
    EXPECT_EQ(ask(router, Method::get, "/"), "file|");
    EXPECT_EQ(ask(router, Method::get, "/js/app%20x.js"), "file|js/app x.js");
    EXPECT_EQ(ask(router, Method::get, "/a/b"), "a|b");
    EXPECT_EQ(ask(router, Method::get, "/a/b/c"), "file|a/b/c");
    EXPECT_EQ(ask(router, Method::get, "/js/../secret"), "none");
    EXPECT_EQ(ask(router, Method::get, "/js/%2e%2e/secret"), "none");
    EXPECT_EQ(ask(router, Method::get, "/js/..%2fsecret"), "none");
    EXPECT_EQ(ask(router, Method::get, "/js/a%00"), "none");
    EXPECT_EQ(ask(router, Method::post, "/x"), "none GET");
}

TEST(Router, HeadFallsBackToGet) {
    Router router;
    router.add(Method::get, "/a", RunOn::io_thread, named("get"));
    router.add(Method::get, "/b", RunOn::io_thread, named("get"));
    router.add(Method::head, "/b", RunOn::io_thread, named("head"));
    EXPECT_EQ(ask(router, Method::head, "/a"), "get");
    EXPECT_EQ(ask(router, Method::head, "/b"), "head");
}

TEST(Router, ConvertsTypedParameters) {
    Router router;
    router.add(Method::get, "/n/{n}/{name}", RunOn::io_thread,
               [](const Request&, std::int64_t n, std::string name) -> Result<Response> {
                   if (n < 0) return fail(Code::conflict, "negative");
                   return text_response(200, std::to_string(n + 1) + name);
               });
    EXPECT_EQ(ask(router, Method::get, "/n/41/x"), "42x");
    EXPECT_EQ(ask(router, Method::get, "/n/-1/x"), "error conflict");
    EXPECT_EQ(ask(router, Method::get, "/n/4x/x"), "error invalid");
    EXPECT_EQ(ask(router, Method::get, "/n/99999999999999999999/x"), "error invalid");
}

TEST(Router, RefusesMistakesWhenWired) {
    Router router;
    router.add(Method::get, "/a/{x}", RunOn::io_thread, named1("a"));
    EXPECT_THROW(router.add(Method::get, "/a/{y}", RunOn::io_thread, named1("b")), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "/b/{y}", RunOn::io_thread, named("b")), std::logic_error);
    EXPECT_THROW(router.add(Method::get, "/c/{y...}/d", RunOn::io_thread, named1("c")), std::logic_error);
}

TEST(Responder, CountsTheFirstAnswerAndMissesNone) {
    std::vector<std::string> seen;
    auto note = [&](Result<Response> answer) {
        seen.push_back(answer ? std::to_string(answer->status) : answer.error().message);
    };
    {
        Responder responder(note);
        Responder copy = responder;  // NOLINT(performance-unnecessary-copy-initialization): copies are the subject
        copy(empty_response(204));
        responder(empty_response(200));
    }
    {
        Responder dropped(note);
    }
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0], "204");
    EXPECT_EQ(seen[1], "The request was dropped without an answer");
}

}  // namespace
}  // namespace spanreel::net
