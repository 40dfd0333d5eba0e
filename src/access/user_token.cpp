// SPDX-License-Identifier: Apache-2.0
#include "access/user_token.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <jwt.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

namespace spanreel::access {

namespace json = boost::json;

namespace {

struct FreeToken {
    void operator()(jwt_t* token) const { jwt_free(token); }
};
using Token = std::unique_ptr<jwt_t, FreeToken>;

struct FreeText {
    void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, FreeText>;

std::unexpected<Error> refuse(std::string why) { return fail(Code::unauthorized, std::move(why)); }

/// Null when it cannot be read or, with a secret, is not signed by it. Without a secret nothing is verified.
Token decode(const std::string& text, std::string_view secret) {
    jwt_t* token = nullptr;
    const auto* key = secret.empty() ? nullptr : reinterpret_cast<const unsigned char*>(secret.data());
    if (jwt_decode(&token, text.c_str(), key, static_cast<int>(secret.size())) != 0) return nullptr;
    return Token(token);
}

/// The algorithm is fixed before the secret is used: the token's own word for it decides nothing.
Result<json::object> read_signed(const std::string& text, const std::string& secret) {
    const Token unverified = decode(text, "");
    if (!unverified) return refuse("jwt malformed");
    const char* algorithm = jwt_get_header(unverified.get(), "alg");
    if (!algorithm || std::string_view(algorithm) != "HS256") return refuse("invalid algorithm: sign the jwt by HS256");
    const Token token = decode(text, secret);
    if (!token) return refuse("invalid signature");
    // What is critical there must be understood (RFC 7515 section 4.1.11), and nothing is.
    if (Text(jwt_get_headers_json(token.get(), "crit"))) return refuse("the jwt has critical extensions");
    const Text claims(jwt_get_grants_json(token.get(), nullptr));
    boost::system::error_code error;
    const json::value parsed = json::parse(claims ? claims.get() : "", error);
    if (error || !parsed.is_object()) return refuse("jwt malformed");
    return parsed.get_object();
}

/// A claim in seconds, with or without a fraction (RFC 7519 section 2, NumericDate).
Result<std::optional<double>> read_date(const json::object& claims, std::string_view name) {
    const json::value* value = claims.if_contains(name);
    if (!value) return std::optional<double>();
    if (!value->is_number()) return refuse(fmt::format("invalid {} value", name));
    return std::optional(value->to_number<double>());
}

bool is_for(const json::object& claims, std::string_view audience) {
    const json::value* value = claims.if_contains("aud");
    if (!value) return false;
    if (const auto* all = value->if_array())
        return std::ranges::any_of(*all, [&](const json::value& one) { return one == json::value(audience); });
    return *value == json::value(audience);
}

}  // namespace

Result<std::string> verify_token(const TokenSettings& settings, std::string_view token, Time now) {
    if (token.size() > kMaxTokenLength) return refuse(fmt::format("jwt is longer than {} bytes", kMaxTokenLength));
    SPANREEL_TRY(const json::object claims, read_signed(std::string(token), settings.secret));
    SPANREEL_TRY(const std::optional<double> not_before, read_date(claims, "nbf"));
    SPANREEL_TRY(const std::optional<double> end, read_date(claims, "exp"));
    if (!end) return refuse("the jwt needs an end: exp");
    const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
    const auto leeway = static_cast<double>(kTokenLeeway.count());
    if (not_before && *not_before > seconds + leeway) return refuse("jwt not active");
    if (*end <= seconds - leeway) return refuse("access token expired");
    if (!is_for(claims, settings.audience))
        return refuse(fmt::format("jwt audience invalid. expected: {}", settings.audience));
    const json::value* subject = claims.if_contains("sub");
    if (!subject || !subject->is_string()) return refuse("the jwt names no user: sub");
    return std::string(subject->get_string());
}

}  // namespace spanreel::access
