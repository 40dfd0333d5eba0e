// SPDX-License-Identifier: Apache-2.0
#include "net/response_policy.hpp"

#include <fmt/format.h>

#include <array>

#include "base/encoding.hpp"
#include "net/content_coding.hpp"
#include "net/range.hpp"

namespace spanreel::net {

namespace {

constexpr std::size_t kMinCompressed = 1 << 10;
/// Larger texts are sent as they are rather than hold a thread.
constexpr std::size_t kMaxCompressed = 32 << 20;
constexpr std::string_view kCorsMethods = "GET,HEAD,PUT,PATCH,POST,DELETE";

std::string media_type(const Response& response) {
    std::string_view value = response.headers.get("content-type").value_or("");
    return std::string(value.substr(0, value.find(';')));
}

bool is_compressible(std::string_view type) {
    constexpr std::array<std::string_view, 6> kTypes{"application/json",     "application/javascript",
                                                     "application/xml",      "application/vnd.apple.mpegurl",
                                                     "application/dash+xml", "image/svg+xml"};
    if (equal_ignoring_case(type.substr(0, 5), "text/")) return true;
    return std::ranges::any_of(kTypes, [type](std::string_view known) { return equal_ignoring_case(type, known); });
}

}  // namespace

std::optional<Response> preflight(const Request& request, const Mount& mount) {
    if (request.method != Method::options || mount.cors == Cors::none) return std::nullopt;
    if (mount.cors != Cors::any_origin && request.headers.contains("authorization")) return std::nullopt;
    if (mount.cors == Cors::any_origin && !request.headers.contains("access-control-request-method"))
        return std::nullopt;
    Response response = empty_response(204);
    auto origin = request.headers.get("origin");
    if (mount.cors == Cors::keyed && origin) response.headers.set("Access-Control-Allow-Origin", std::string(*origin));
    response.headers.set("Access-Control-Allow-Methods", std::string(kCorsMethods));
    if (auto wanted = request.headers.get("access-control-request-headers"))
        response.headers.set("Access-Control-Allow-Headers", std::string(*wanted));
    return response;
}

ResponsePolicy::ResponsePolicy(const Request& request, const Mount& mount)
    : mount_(&mount),
      method_(request.method),
      gzip_(accepts_gzip(request.headers.get("accept-encoding").value_or(""))),
      if_none_match_(request.headers.get("if-none-match").value_or("")),
      origin_(request.headers.get("origin").value_or("")) {}

void ResponsePolicy::apply(Response& response) const {
    if (mount_->weak_etags) apply_etag(response);
    apply_gzip(response);
    apply_cors(response);
}

void ResponsePolicy::apply_cors(Response& response) const {
    switch (mount_->cors) {
        case Cors::none: return;
        case Cors::any_origin: response.headers.set("Access-Control-Allow-Origin", "*"); break;
        case Cors::echoed_origin:
            if (!origin_.empty()) response.headers.set("Access-Control-Allow-Origin", origin_);
            [[fallthrough]];
        case Cors::keyed:
            response.headers.add("Vary", "Authorization, Origin");
            response.headers.set("Access-Control-Allow-Credentials", "true");
            break;
    }
    response.headers.set("Access-Control-Expose-Headers", "*");
}

void ResponsePolicy::apply_etag(Response& response) const {
    auto* body = std::get_if<std::string>(&response.body);
    if (!body || body->empty() || !equal_ignoring_case(media_type(response), "application/json")) return;
    if (!response.headers.contains("etag")) {
        std::string digest = to_hex(as_bytes(sha256(as_bytes(*body)))).substr(0, 32);
        response.headers.set("ETag", fmt::format("W/\"{:x}-{}\"", body->size(), digest));
    }
    bool conditional = (method_ == Method::get || method_ == Method::head) && response.status == 200;
    if (!conditional || !etag_matches(if_none_match_, *response.headers.get("etag"))) return;
    response.status = 304;
    response.headers.remove("content-type");
    response.body = std::string();
}

void ResponsePolicy::apply_gzip(Response& response) const {
    auto* body = std::get_if<std::string>(&response.body);
    if (!body || body->size() < kMinCompressed || body->size() > kMaxCompressed) return;
    if (!is_compressible(media_type(response)) || response.headers.contains("content-encoding")) return;
    response.headers.add("Vary", "Accept-Encoding");
    if (!gzip_) return;
    auto packed = gzip(*body);
    if (!packed || packed->size() >= body->size()) return;
    *body = *std::move(packed);
    response.headers.set("Content-Encoding", "gzip");
}

}  // namespace spanreel::net
