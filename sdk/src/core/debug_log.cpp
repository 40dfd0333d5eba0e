// SPDX-License-Identifier: Apache-2.0
#include "debug_log.hpp"

#include <boost/json.hpp>

#include "json_parse.hpp"
#include "secrets.hpp"

namespace spanreel::sdk {

namespace {

/// JSON without its secrets; of anything else only how long it is.
std::string shown(const std::string& body, const std::string& content_type) {
    boost::json::error_code error;
    boost::json::value value = parse_json(body, error);
    if (error || content_type.find("json") == std::string::npos)
        return "<" + std::to_string(body.size()) + " bytes of " + content_type + ">";
    hide_secrets(value);
    return boost::json::serialize(value);
}

void log_headers(const DebugLogger& log, const Headers& headers) {
    for (const auto& [name, value] : headers.fields())
        log("  " + name + ": " + (names_secret(name) ? std::string(kHidden) : without_secrets(value)));
}

std::string line_of(const HttpRequest& request) { return request.method + " " + without_secrets(request.url); }

}  // namespace

void log_request(const DebugLogger& log, const HttpRequest& request) {
    log("> " + line_of(request));
    log_headers(log, request.headers);
    if (request.body) log("  " + shown(*request.body, request.headers.get("content-type").value_or("")));
}

void log_result(const DebugLogger& log, const HttpRequest& request, const SendResult& result) {
    if (!result) return log("< no answer to " + line_of(request) + ": " + without_secrets(result.error().message));
    log("< " + std::to_string(result->status) + " to " + line_of(request));
    log_headers(log, result->headers);
    if (!result->body.empty()) log("  " + shown(result->body, result->content_type()));
}

}  // namespace spanreel::sdk
