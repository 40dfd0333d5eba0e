// SPDX-License-Identifier: Apache-2.0
#include "spanreel/sdk/http.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "curl_transport.hpp"

namespace spanreel::sdk {

Headers::Headers(std::initializer_list<Field> fields) {
    for (const auto& [name, value] : fields) add(name, value);
}

void Headers::set(std::string_view name, std::string_view value) {
    const auto same = [&](const Field& field) { return same_letters(field.first, name); };
    const auto found = std::ranges::find_if(fields_, same);
    if (found == fields_.end()) return add(name, value);
    found->second = value;
    fields_.erase(std::remove_if(found + 1, fields_.end(), same), fields_.end());
}

void Headers::add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }

void Headers::remove(std::string_view name) {
    std::erase_if(fields_, [&](const Field& field) { return same_letters(field.first, name); });
}

std::optional<std::string> Headers::get(std::string_view name) const {
    std::optional<std::string> joined;
    for (const auto& [known, value] : fields_) {
        if (!same_letters(known, name)) continue;
        joined = joined ? *joined + ", " + value : value;
    }
    return joined;
}

std::string HttpResponse::content_type() const {
    return headers.get("content-type").value_or("application/octet-stream");
}

HttpClient::HttpClient(TransportOptions options)
    : curl_options_(std::make_shared<const TransportOptions>(std::move(options))) {
    fetcher_ = [curl = std::make_shared<CurlTransport>(curl_options_)](
                   const HttpRequest& request, const SendOptions& how) { return curl->send(request, how); };
}

HttpClient::HookId HttpClient::add_before_request(BeforeRequest hook) {
    before_.push_back({next_hook_, std::move(hook)});
    return next_hook_++;
}

HttpClient::HookId HttpClient::add_response(OnResponse hook) {
    response_.push_back({next_hook_, std::move(hook)});
    return next_hook_++;
}

HttpClient::HookId HttpClient::add_request_error(OnError hook) {
    error_.push_back({next_hook_, std::move(hook)});
    return next_hook_++;
}

bool HttpClient::remove_hook(HookId id) {
    const auto is = [id](const auto& named) { return named.id == id; };
    return std::erase_if(before_, is) + std::erase_if(response_, is) + std::erase_if(error_, is) > 0;
}

void HttpClient::before(HttpRequest& request) const {
    for (const auto& named : before_) named.hook(request);
}

void HttpClient::after(const SendResult& result, const HttpRequest& request) const {
    if (result)
        for (const auto& named : response_) named.hook(*result, request);
    else
        for (const auto& named : error_) named.hook(result.error(), request);
}

SendResult HttpClient::fetch(const HttpRequest& request, const SendOptions& options) const {
    if (auto error = ended(options)) return std::unexpected(*std::move(error));
    return fetcher_(request, options);
}

}  // namespace spanreel::sdk
