// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/routes.hpp"

#include "api/livepeer/errors.hpp"
#include "api/livepeer/handlers.hpp"

namespace spanreel::api::livepeer {

namespace {

constexpr std::size_t kMaxApiBody = 100 * 1024;

net::Mount mount_options(net::Cors cors) {
    return {.matching = net::Matching::relaxed,
            .max_body = kMaxApiBody,
            .max_encoded_body = kMaxApiBody,
            .cors = cors,
            .weak_etags = true,
            .render_error = render_error,
            // A wrong method is an unknown route here.
            .fallback = [](const net::Request&, const net::Unmatched&) {
                return render_error(404, Error{.code = Code::not_found, .message = "not found"});
            }};
}

}  // namespace

void add_routes(net::Router& router, Services services) {
    const auto shared = std::make_shared<const Services>(std::move(services));
    router.mount("/api", mount_options(net::Cors::keyed));
    router.mount("/api/playback", mount_options(net::Cors::echoed_origin));
    add_stream_routes(router, shared);
    add_session_routes(router, shared);
    add_asset_routes(router, shared);
    add_clip_routes(router, shared);
    add_playback_routes(router, shared);
    add_task_routes(router, shared);
    add_unsupported_routes(router, shared);
}

}  // namespace spanreel::api::livepeer
