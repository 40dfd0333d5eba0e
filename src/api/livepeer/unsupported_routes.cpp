// SPDX-License-Identifier: Apache-2.0
// Routes of Livepeer's API that this server knows by name and answers with 501, so that a client learns what is
// missing. Everything else is an unknown route.
#include "api/livepeer/errors.hpp"
#include "api/livepeer/handlers.hpp"

namespace spanreel::api::livepeer {

using net::Method;

namespace {

struct Unsupported {
    Method method;
    std::string_view pattern;
    std::string_view what;
};

constexpr std::array kUnsupported{
    Unsupported{Method::put, "/api/stream/pull", "pull"},
    Unsupported{Method::post, "/api/stream/{id}/start-pull", "pull"},
    Unsupported{Method::post, "/api/stream/{id}/create-multistream-target", "multistream"},
    Unsupported{Method::delete_, "/api/stream/{id}/multistream/{target}", "multistream"},
    Unsupported{Method::post, "/api/asset/request-upload", "uploading assets"},
    Unsupported{Method::post, "/api/asset/upload/url", "importing assets"},
};

/// Whole branches of the API: every method on every path below.
struct UnsupportedBranch {
    std::string_view path;
    std::string_view what;
};

constexpr std::array kBranches{
    UnsupportedBranch{"/api/webhook", "webhooks"},
    UnsupportedBranch{"/api/multistream", "multistream targets"},
    UnsupportedBranch{"/api/access-control", "access control"},
    UnsupportedBranch{"/api/data", "viewership and usage data"},
    UnsupportedBranch{"/api/transcode", "transcoding"},
    UnsupportedBranch{"/api/room", "rooms"},
    UnsupportedBranch{"/api/project", "projects"},
    UnsupportedBranch{"/api/generate", "generation"},
    UnsupportedBranch{"/api/api/generate", "generation"},  // as SDK 3.5.0 asks below a server URL that ends in /api
};

constexpr std::array kMethods{Method::get, Method::post, Method::put, Method::patch, Method::delete_};

}  // namespace

void add_unsupported_routes(net::Router& router, const SharedServices& services) {
    const auto refuse = [&]<class... Path>(Method method, const std::string& pattern, std::string_view what) {
        add_call<Path...>(router, services, method, pattern,
                          [what](Call&, const Path&...) -> Result<net::Response> { return not_here_yet(what); });
    };
    for (const auto& [method, pattern, what] : kUnsupported) {
        const auto parameters = std::ranges::count(pattern, '{');
        if (parameters == 0) refuse.operator()<>(method, std::string(pattern), what);
        if (parameters == 1) refuse.operator()<std::string>(method, std::string(pattern), what);
        if (parameters == 2) refuse.operator()<std::string, std::string>(method, std::string(pattern), what);
    }
    for (const auto& [path, what] : kBranches)
        for (const Method method : kMethods) {
            refuse.operator()<>(method, std::string(path), what);
            refuse.operator()<std::string>(method, std::string(path) + "/{rest...}", what);
        }
}

}  // namespace spanreel::api::livepeer
