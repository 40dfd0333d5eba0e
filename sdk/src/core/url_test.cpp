// SPDX-License-Identifier: Apache-2.0
#include "url.hpp"

#include <gtest/gtest.h>

namespace spanreel::sdk {
namespace {

TEST(ServerUrl, KeepsItsPathInFrontOfOperations) {
    const std::vector<std::array<std::string, 3>> rows{
        {"https://my.orq.ai", "/v2/x", "https://my.orq.ai/v2/x"},   {"http://h:81/p//", "/v2/x", "http://h:81/p/v2/x"},
        {"HTTP://H/p/#part", "/v2/x", "http://h/p/v2/x"},           {"http://h/p", "/v2/", "http://h/p/v2/"},
        {"http://[::1]:8080", "/a%2Fb", "http://[::1]:8080/a%2Fb"},
    };
    for (const auto& [server, path, whole] : rows) {
        const auto url = ServerUrl::parse(server);
        ASSERT_TRUE(url) << server;
        EXPECT_EQ(url->with_path(path), whole);
    }
    for (const char* none : {"", "h", "//h", "ftp://h", "http://", "http://h:99999", "http://a b"})
        EXPECT_FALSE(ServerUrl::parse(none)) << none;
}

TEST(Url, WalksUpByWholeSegmentsOfDots) {
    for (const char* up : {"/a/..", "/a/.", "/../a", "/./a", "/a/../b", ".."}) EXPECT_TRUE(walks_up(up)) << up;
    for (const char* none : {"", "/", "/a/...", "/a/..b", "/.a", "/a//", "/%2e%2e"})
        EXPECT_FALSE(walks_up(none)) << none;
}

TEST(Url, EncodesOneComponent) {
    EXPECT_EQ(encode_component("aZ09-_.!~*'()"), "aZ09-_.!~*'()");
    EXPECT_EQ(encode_component("a/b ?&=+%\xc3\xa9"), "a%2Fb%20%3F%26%3D%2B%25%C3%A9");
}

TEST(Url, ResolvesReferences) {
    EXPECT_EQ(resolve_url("http://h/a/b?c", "d"), "http://h/a/d");
    EXPECT_EQ(resolve_url("http://h/a/b", "/d?e=1"), "http://h/d?e=1");
    EXPECT_EQ(resolve_url("http://h/a", "https://i/x"), "https://i/x");
    EXPECT_FALSE(resolve_url("http://h/a", "file:///etc/passwd"));
    EXPECT_EQ(origin_of("http://h:80/a"), "http://h");
    EXPECT_EQ(origin_of("http://h:81/a"), "http://h:81");
    EXPECT_EQ(origin_of("nonsense"), "");
}

}  // namespace
}  // namespace spanreel::sdk
