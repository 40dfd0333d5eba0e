// SPDX-License-Identifier: Apache-2.0
#include "answer.hpp"

#include "ascii.hpp"
#include "json_model.hpp"

namespace spanreel::sdk {

namespace {

constexpr std::size_t kShortBody = 100, kMostBody = 10'000;  // bytes of a body in a message

struct NotFound {
    std::optional<std::string> code;
    std::string message;
};

template <class Visitor, class Self>
    requires IsModel<Self, NotFound>
void members(Visitor& visit, Self& self) {
    visit("code", self.code);
    visit("message", self.message);
}

std::string first_wording(const HttpResponse& response) {
    return "Status " + std::to_string(response.status) + " Content-Type " +
           response.headers.get("content-type").value_or("") + " Body " +
           (response.body.empty() ? "" : "\n" + response.body);
}

std::string second_wording(const HttpResponse& response) {
    std::string text = "Status " + std::to_string(response.status);
    std::string type = response.headers.get("content-type").value_or("");
    if (type.empty()) type = "\"\"";
    if (type != "application/json")
        text += " Content-Type " + (type.find(' ') == std::string::npos ? type : "\"" + type + "\"");
    const std::string body = response.body.empty() ? "\"\"" : response.body;
    text += body.size() > kShortBody ? "\n" : ". ";
    text += "Body: " + body.substr(0, kMostBody);
    if (body.size() > kMostBody) text += "...and " + std::to_string(body.size() - kMostBody) + " more chars";
    return text;
}

}  // namespace

bool has_content_type(const HttpResponse& response, std::string_view wanted) {
    const std::string type = response.content_type();
    return same_letters(trimmed(type.substr(0, type.find(';'))), wanted);
}

Error api_error(HttpResponse response, Wording wording) {
    const bool refused = response.status >= 400 && response.status < 600;
    std::string message = refused                     ? "API error occurred"
                          : wording == Wording::first ? "Unexpected API response status or content-type"
                                                      : "Unexpected Status or Content-Type";
    message += ": " + (wording == Wording::first ? first_wording(response) : second_wording(response));
    return {.kind = Error::Kind::api, .message = std::move(message), .cause = {}, .response = std::move(response)};
}

Error not_found_error(HttpResponse response) {
    Result<NotFound> found = read_body<NotFound>(response);
    if (!found) return std::move(found).error();
    return {.kind = Error::Kind::not_found,
            .message = found->message.empty() ? "Not found, for which the server gives no reason" : found->message,
            .cause = {},
            .response = std::move(response),
            .code = std::move(found->code),
            .api_message = found->message};
}

}  // namespace spanreel::sdk
