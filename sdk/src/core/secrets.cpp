// SPDX-License-Identifier: Apache-2.0
#include "secrets.hpp"

#include <boost/json.hpp>

#include <array>

#include "ascii.hpp"

namespace spanreel::sdk {

namespace {

constexpr auto kSecretWords = std::to_array<std::string_view>(
    {"auth", "cookie", "credential", "jwt", "key", "passphrase", "password", "secret", "signature", "token"});
constexpr std::string_view kEndOfUrl = " \t\r\n\"<>";

void hide_texts(boost::json::value& value) {
    if (value.is_string()) value = kHidden;
    if (auto* array = value.if_array())
        for (boost::json::value& item : *array) hide_texts(item);
    if (auto* object = value.if_object())
        for (auto& member : *object) hide_texts(member.value());
}

/// Behind "//": user and password, which end at the last "@" before the path.
std::size_t user_size(std::string_view text) {
    const auto at = text.substr(0, text.find_first_of("/?#")).substr(0, text.find_first_of(kEndOfUrl)).rfind('@');
    return at == std::string_view::npos ? 0 : at;
}

}  // namespace

bool names_secret(std::string_view name) {
    const std::string known = lower(name);
    return std::ranges::any_of(kSecretWords, [&](std::string_view word) { return known.contains(word); });
}

std::string without_secrets(std::string_view text) {
    std::string out;
    bool query = false;
    while (!text.empty()) {
        const char c = text.front();
        out += c;
        text.remove_prefix(1);
        if (kEndOfUrl.contains(c)) query = false;
        if (c == '?') query = true;
        if (out.ends_with("://"))
            if (const std::size_t size = user_size(text); size > 0) {
                out += kHidden;
                text.remove_prefix(size);
            }
        if (!query || (c != '?' && c != '&')) continue;
        const std::string_view parameter =
            text.substr(0, text.find_first_of("&#")).substr(0, text.find_first_of(kEndOfUrl));
        const auto equals = parameter.find('=');
        if (equals == std::string_view::npos || !names_secret(parameter.substr(0, equals))) continue;
        out.append(parameter, 0, equals + 1).append(kHidden);
        text.remove_prefix(parameter.size());
    }
    return out;
}

void hide_secrets(boost::json::value& value) {
    if (auto* text = value.if_string()) *text = without_secrets(*text);
    if (auto* array = value.if_array())
        for (boost::json::value& item : *array) hide_secrets(item);
    if (auto* object = value.if_object())
        for (auto& member : *object) {
            if (names_secret(member.key()))
                hide_texts(member.value());
            else
                hide_secrets(member.value());
        }
}

}  // namespace spanreel::sdk
