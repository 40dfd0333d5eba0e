// SPDX-License-Identifier: Apache-2.0
#include "access/user_token.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/encoding.hpp"

namespace spanreel::access {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::int64_t kNow = 1'700'000'000;

std::string base64url(std::string_view text) {
    std::string encoded = to_base64(as_bytes(text));
    while (encoded.ends_with('=')) encoded.pop_back();
    for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return encoded;
}

/// Signed by HMAC with `hash`, whatever the header says.
std::string sign(std::string_view header, std::string_view claims, std::string_view secret = kSecret,
                 const EVP_MD* hash = EVP_sha256()) {
    const std::string text = base64url(header) + "." + base64url(claims);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned length = 0;
    ::HMAC(hash, secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), mac.data(), &length);
    return text + "." + base64url({reinterpret_cast<const char*>(mac.data()), length});
}

std::string claims(std::string_view more = R"(,"exp":1700000060)") {
    return fmt::format(R"({{"sub":"user","aud":"reel"{}}})", more);
}

Result<std::string> verify(std::string_view token, std::int64_t now = kNow) {
    return verify_token({.secret = kSecret, .audience = "reel", .allowed_origins = {}}, token,
                        Time(std::chrono::seconds(now)));
}

std::string refusal(std::string_view token, std::int64_t now = kNow) {
    const Result<std::string> verified = verify(token, now);
    if (verified) return "taken";
    EXPECT_EQ(verified.error().code, Code::unauthorized);
    EXPECT_EQ(verified.error().message.find(kSecret), std::string::npos);
    return verified.error().message;
}

TEST(UserToken, NamesItsUser) {
    EXPECT_EQ(verify(sign(kHeader, claims())), "user");
    EXPECT_EQ(verify(sign(kHeader, R"({"sub":"user","aud":["other","reel"],"exp":1700000060.5})")), "user");
    EXPECT_EQ(verify(sign(R"({"alg":"HS256"})", claims(R"(,"exp":1700000060,"more":{"a":[1]})"))), "user");
}

TEST(UserToken, WhatIsNoTokenIsMalformed) {
    const std::string good = sign(kHeader, claims());
    for (const std::string& text :
         {std::string(), std::string("."), std::string(".."), std::string("x.y.z"), good.substr(0, good.rfind('.')),
          sign("{", claims()), sign("[]", claims()), sign(kHeader, "{\"sub\":"), sign(R"({"typ":"JWT"})", claims())})
        EXPECT_EQ(refusal(text), "jwt malformed") << text;
    EXPECT_EQ(refusal(good + std::string(kMaxTokenLength, 'x')), "jwt is longer than 4096 bytes");
    for (int depth : {10, 500}) {
        const std::string nested =
            claims(R"(,"exp":1700000060,"a":)" + std::string(depth, '[') + std::string(depth, ']'));
        EXPECT_EQ(refusal(sign(kHeader, nested)), depth == 10 ? "taken" : "jwt malformed");
    }
}

TEST(UserToken, OnlyHs256WithTheSecretIsASignature) {
    const std::string wrong = "invalid algorithm: sign the jwt by HS256";
    const std::string good = sign(kHeader, claims());
    EXPECT_EQ(refusal(sign(kHeader, claims(), "another secret of thirty-two byte")), "invalid signature");
    std::string changed = good;
    changed[changed.size() - 4] = changed[changed.size() - 4] == 'A' ? 'B' : 'A';
    EXPECT_EQ(refusal(changed), "invalid signature");
    EXPECT_EQ(refusal(good.substr(0, good.rfind('.') + 1)), "invalid signature");
    // The claims of one token with the signature of another.
    const std::string other = sign(kHeader, R"({"sub":"admin","aud":"reel","exp":1700000060})");
    EXPECT_EQ(refusal(other.substr(0, other.rfind('.')) + good.substr(good.rfind('.'))), "invalid signature");
    const std::string none = base64url(R"({"alg":"none"})") + "." + base64url(claims()) + ".";
    EXPECT_EQ(refusal(none), wrong);
    EXPECT_EQ(refusal(sign(R"({"alg":"none"})", claims())), wrong);
    EXPECT_EQ(refusal(sign(R"({"alg":"HS512"})", claims(), kSecret, EVP_sha512())), wrong);
    EXPECT_EQ(refusal(sign(R"({"alg":"RS256"})", claims())), wrong) << "the secret is no public key";
    EXPECT_EQ(refusal(sign(R"({"alg":"ES256"})", claims())), wrong);
    EXPECT_EQ(refusal(sign(R"({"alg":"HS256","crit":["b64"],"b64":false})", claims())),
              "the jwt has critical extensions");
}

TEST(UserToken, IsValidFromItsBeginningToItsEndWithSomeLeeway) {
    const std::string token = sign(kHeader, claims(R"(,"nbf":1700000000,"exp":1700000060)"));
    EXPECT_EQ(refusal(token, kNow - kTokenLeeway.count() - 1), "jwt not active");
    EXPECT_EQ(refusal(token, kNow - kTokenLeeway.count()), "taken");
    EXPECT_EQ(refusal(token, kNow + 60 + kTokenLeeway.count() - 1), "taken");
    EXPECT_EQ(refusal(token, kNow + 60 + kTokenLeeway.count()), "access token expired");
}

TEST(UserToken, NeedsAnEndAnAudienceAndAUser) {
    const auto refused = [](std::string_view text) { return refusal(sign(kHeader, text)); };
    EXPECT_EQ(refused(claims("")), "the jwt needs an end: exp");
    EXPECT_EQ(refused(claims(R"(,"exp":"tomorrow")")), "invalid exp value");
    EXPECT_EQ(refused(claims(R"(,"exp":1700000060,"nbf":null)")), "invalid nbf value");
    const std::string expected = "jwt audience invalid. expected: reel";
    EXPECT_EQ(refused(R"({"sub":"user","exp":1700000060})"), expected);
    EXPECT_EQ(refused(R"({"sub":"user","aud":"reels","exp":1700000060})"), expected);
    EXPECT_EQ(refused(R"({"sub":"user","aud":["a",["reel"]],"exp":1700000060})"), expected);
    EXPECT_EQ(refused(R"({"aud":"reel","exp":1700000060})"), "the jwt names no user: sub");
    EXPECT_EQ(refused(R"({"sub":5,"aud":"reel","exp":1700000060})"), "the jwt names no user: sub");
}

}  // namespace
}  // namespace spanreel::access
