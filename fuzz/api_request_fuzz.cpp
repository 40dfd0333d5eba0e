// SPDX-License-Identifier: Apache-2.0
// Requests that read, through the routes of every API over a server with something of each kind: paths, ids, queries,
// page tokens, credentials, origins and ranges. A first byte chooses method and key; then comes the target, and a line
// for each header. `$` and a letter stand for a name that there is. No request may be a fault of the server, and what
// says it is JSON must be.
#include <boost/json/parse.hpp>

#include "api/playback/picture_query.hpp"
#include "memory_server.hpp"
#include "net/dispatch.hpp"
#include "net/http1_head.hpp"
#include "net/request_target.hpp"
#include "require.hpp"

namespace {

using namespace spanreel;
using net::Method;

constexpr std::size_t kMostRead = 4096;  ///< of a streamed body

const MemoryServer& server() {
    static const auto* made = new MemoryServer;
    return *made;
}

/// `$a` is the first of the names.
std::string with_names(std::string_view text) {
    const std::vector<std::string>& names = server().names();
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t name = i + 1 < text.size() ? static_cast<std::size_t>(text[i + 1] - 'a') : names.size();
        if (text[i] == '$' && name < names.size())
            out += names[name], ++i;
        else
            out += text[i];
    }
    return out;
}

std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
}

std::optional<net::Request> read_request(std::uint8_t choice, std::string_view text) {
    auto target = net::parse_target(with_names(take_line(text)));
    if (!target) return std::nullopt;
    constexpr std::array kMethods{Method::get, Method::get, Method::head, Method::options};
    net::Request request{.method = kMethods[choice % 4],
                         .target = target->origin,
                         .path = target->path,
                         .query = net::Query::parse(target->query)};
    const std::size_t secret = choice / 4 % (server().secrets().size() + 1);
    if (secret < server().secrets().size())
        request.headers.add("Authorization", "Bearer " + server().secrets()[secret]);
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        const std::size_t colon = std::min(line.find(':'), line.size());
        request.headers.set(line.substr(0, colon), with_names(line.substr(std::min(colon + 1, line.size()))));
    }
    return request;
}

bool is_json(const net::Response& response) {
    const std::string_view type = response.headers.get("Content-Type").value_or("");
    return type.starts_with("application/json") && !response.headers.contains("Content-Encoding");
}

bool is_api(std::string_view path) {
    return path.starts_with("/api/") || path.starts_with("/v1/") || path.starts_with("/v2/sessions") ||
           path.starts_with("/v3/traces");
}

void check(const net::Request& request, net::Response response) {
    require(response.status < 500 || response.status == http_status(Code::unsupported));
    const std::string head = net::response_head(response, net::Connection::keep, {});
    require(head.find("\r\n\r\n") == head.size() - 4);
    if (auto* file = std::get_if<net::StreamedBody>(&response.body)) {
        if (file->length == 0) return;
        const std::uint64_t most = std::min<std::uint64_t>(file->length.value_or(kMostRead), kMostRead);
        auto bytes = file->read(0, static_cast<std::size_t>(most));
        require(bytes.has_value());
        require(*bytes ? (*bytes)->size() <= most && (!file->length || !(*bytes)->empty()) : !file->length);
        return;
    }
    const std::string& body = std::get<std::string>(response.body);
    if (is_json(response)) {
        // The library's own reading: what answers look like is not what the target is to explore.
        boost::json::error_code error;
        const boost::json::value answer = boost::json::parse(body, error);
        require(!error && (answer.is_object() || response.status == 200));
    }
    if (response.status >= 400 && is_api(request.path)) require(!body.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    auto request = read_request(data[0], {reinterpret_cast<const char*>(data + 1), size - 1});
    if (!request) return 0;
    const net::RouteMatch match = server().router().match(request->method, request->path);
    const net::Mount& mount = match.mount->options;
    if (auto answer = net::preflight(*request, mount)) {
        check(*request, *std::move(answer));
        return 0;
    }
    if (match.route && std::holds_alternative<net::AsyncHandler>(match.route->handler)) {
        // Pictures come from another process; what they are asked for is read here.
        (void)api::playback::read_picture_query(request->query, media::picture::ImageFormat::png);
        return 0;
    }
    check(*request, net::call_plain(match, *request, net::ResponsePolicy(*request, mount)));
    return 0;
}
