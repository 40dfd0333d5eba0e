// SPDX-License-Identifier: Apache-2.0
#include "url.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <ranges>

#include "ascii.hpp"

namespace spanreel::sdk {

namespace {

using CurlUrl = std::unique_ptr<CURLU, decltype([](CURLU* url) { curl_url_cleanup(url); })>;

CurlUrl parse_with_curl(const std::string& text) {
    CurlUrl url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return nullptr;
    return url;
}

std::string part(CURLU* url, CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, CURLU_NO_DEFAULT_PORT) != CURLUE_OK) return {};
    const std::unique_ptr<char, decltype([](char* made) { curl_free(made); })> owner(text);
    return text;
}

bool is_http(CURLU* url) {
    const std::string scheme = part(url, CURLUPART_SCHEME);
    return scheme == "http" || scheme == "https";
}

std::string origin(CURLU* url) {
    const std::string port = part(url, CURLUPART_PORT);
    return part(url, CURLUPART_SCHEME) + "://" + lower(part(url, CURLUPART_HOST)) + (port.empty() ? "" : ":" + port);
}

}  // namespace

std::optional<ServerUrl> ServerUrl::parse(std::string_view text) {
    const CurlUrl url = parse_with_curl(std::string(text));
    if (!url || !is_http(url.get())) return std::nullopt;
    ServerUrl server{.origin = sdk::origin(url.get()),
                     .path = part(url.get(), CURLUPART_PATH),
                     .query = part(url.get(), CURLUPART_QUERY)};
    while (server.path.ends_with('/')) server.path.pop_back();
    return server;
}

std::string ServerUrl::with_path(std::string_view operation) const { return origin + path + std::string(operation); }

bool walks_up(std::string_view path) {
    return std::ranges::any_of(std::views::split(path, '/'), [](auto&& segment) {
        const std::string_view text(segment);
        return text == "." || text == "..";
    });
}

std::string encode_component(std::string_view text) {
    constexpr std::string_view kKept = "-_.!~*'()";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || kKept.find(c) != std::string_view::npos)
            out += c;
        else
            out.append({'%', kHex[byte >> 4u], kHex[byte & 15u]});
    }
    return out;
}

std::optional<std::string> resolve_url(const std::string& base, const std::string& reference) {
    const CurlUrl url = parse_with_curl(base);
    if (!url || curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), 0) != CURLUE_OK || !is_http(url.get()))
        return std::nullopt;
    return part(url.get(), CURLUPART_URL);
}

std::string origin_of(const std::string& text) {
    const CurlUrl url = parse_with_curl(text);
    return url ? origin(url.get()) : std::string();
}

}  // namespace spanreel::sdk
