// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/console.hpp"

#include <algorithm>

#include "api/spanreel/console_files.hpp"
#include "net/range.hpp"

namespace spanreel::api::spanreel {

namespace {

using net::Method;
using net::Request;
using net::RunOn;

constexpr std::string_view kPage = "index.html";

/// The page runs its own files and talks to its own server, nothing else; MediaSource plays from blob: URLs.
constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

net::Response respond(const Request& request, const ConsoleFile& file) {
    const bool known = net::etag_matches(request.headers.get("if-none-match").value_or(""), file.etag);
    net::Response response{known ? 304u : 200u, {}, std::string(known ? std::string_view() : file.content)};
    if (!known) response.headers.set("Content-Type", std::string(file.content_type));
    response.headers.set("ETag", std::string(file.etag));
    response.headers.set("Cache-Control", "no-cache");  // asked for anew, answered with 304 until the next version
    response.headers.set("Content-Security-Policy", kPolicy);
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Referrer-Policy", "no-referrer");
    return response;
}

Result<net::Response> find(const Request& request, std::string_view name) {
    const auto file = std::ranges::find(kConsoleFiles, name, &ConsoleFile::name);
    if (file == std::end(kConsoleFiles)) return fail(Code::not_found, "Not found");
    return respond(request, *file);
}

}  // namespace

void add_console(net::Router& router) {
    router.add(Method::get, "/", RunOn::io_thread, [](const Request& request) { return find(request, kPage); });
    router.add(Method::get, "/sessions/{id}", RunOn::io_thread,
               [](const Request& request, const std::string&) { return find(request, kPage); });
    router.add(Method::get, "/web/{name}", RunOn::io_thread,
               [](const Request& request, const std::string& name) { return find(request, name); });
}

}  // namespace spanreel::api::spanreel
