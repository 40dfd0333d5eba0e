// SPDX-License-Identifier: Apache-2.0
#include "net/http_message.hpp"

#include <array>

namespace spanreel::net {

namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> kMethods{{{Method::get, "GET"},
                                                                       {Method::head, "HEAD"},
                                                                       {Method::post, "POST"},
                                                                       {Method::put, "PUT"},
                                                                       {Method::patch, "PATCH"},
                                                                       {Method::delete_, "DELETE"},
                                                                       {Method::options, "OPTIONS"}}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::string_view to_string(Method method) { return kMethods[static_cast<std::size_t>(method)].second; }

std::optional<Method> method_from(std::string_view name) {
    for (const auto& [method, text] : kMethods)
        if (text == name) return method;
    return std::nullopt;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (const auto& [field, value] : fields_)
        if (equal_ignoring_case(field, name)) return value;
    return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [field, value] : fields_)
        if (equal_ignoring_case(field, name)) values.push_back(value);
    return values;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
    for (std::string_view list : all(name)) {
        while (!list.empty()) {
            std::size_t comma = std::min(list.find(','), list.size());
            std::string_view item = list.substr(0, comma);
            if (equal_ignoring_case(trim(item.substr(0, item.find(';'))), token)) return true;
            list.remove_prefix(std::min(comma + 1, list.size()));
        }
    }
    return false;
}

void Headers::set(std::string_view name, std::string value) {
    remove(name);
    fields_.emplace_back(name, std::move(value));
}

void Headers::remove(std::string_view name) {
    std::erase_if(fields_, [name](const Field& field) { return equal_ignoring_case(field.first, name); });
}

std::string Request::content_type() const {
    std::string_view value = headers.get("content-type").value_or("");
    std::string type(trim(value.substr(0, value.find(';'))));
    std::ranges::transform(type, type.begin(), lower);
    return type;
}

std::optional<std::uint64_t> Response::body_length() const {
    if (const auto* streamed = std::get_if<StreamedBody>(&body)) return streamed->length;
    return std::get<std::string>(body).size();
}

Response json_response(unsigned status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

Response text_response(unsigned status, std::string body) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

Response empty_response(unsigned status) { return {status, {}, std::string()}; }

}  // namespace spanreel::net
