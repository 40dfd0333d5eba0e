// SPDX-License-Identifier: Apache-2.0
#include "debug_log.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace spanreel::sdk {

namespace {

constexpr std::string_view kHidden = "(hidden)";
constexpr std::array<std::string_view, 5> kSecretHeaders{"authorization", "proxy-authorization", "cookie", "set-cookie",
                                                         "x-api-key"};
/// Members of bodies by which someone could act for the user.
constexpr std::array<std::string_view, 10> kSecretMembers{
    "apikey", "api_key", "key", "streamkey", "secret", "sharedsecret", "privatekey", "password", "token", "jwt"};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
    return std::ranges::find(names, lower(name)) != names.end();
}

void hide_secrets(boost::json::value& value) {
    if (auto* array = value.if_array())
        for (boost::json::value& item : *array) hide_secrets(item);
    if (auto* object = value.if_object())
        for (auto& member : *object) {
            if (member.value().is_string() && is_one_of(kSecretMembers, member.key()))
                member.value() = kHidden;
            else
                hide_secrets(member.value());
        }
}

/// JSON without its secrets; of anything else only how long it is.
std::string shown(const std::string& body, const std::string& content_type) {
    boost::json::error_code error;
    boost::json::value value = boost::json::parse(body, error);
    if (error || content_type.find("json") == std::string::npos)
        return "<" + std::to_string(body.size()) + " bytes of " + content_type + ">";
    hide_secrets(value);
    return boost::json::serialize(value);
}

void log_headers(const DebugLogger& log, const Headers& headers) {
    for (const auto& [name, value] : headers.fields())
        log("  " + name + ": " + (is_one_of(kSecretHeaders, name) ? std::string(kHidden) : value));
}

}  // namespace

void log_request(const DebugLogger& log, const HttpRequest& request) {
    log("> " + request.method + " " + request.url);
    log_headers(log, request.headers);
    if (request.body) log("  " + shown(*request.body, request.headers.get("content-type").value_or("")));
}

void log_result(const DebugLogger& log, const HttpRequest& request, const SendResult& result) {
    if (!result) return log("< no answer to " + request.method + " " + request.url + ": " + result.error().message);
    log("< " + std::to_string(result->status) + " to " + request.method + " " + request.url);
    log_headers(log, result->headers);
    if (!result->body.empty()) log("  " + shown(result->body, result->content_type()));
}

}  // namespace spanreel::sdk
