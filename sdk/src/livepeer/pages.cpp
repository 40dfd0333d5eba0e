// SPDX-License-Identifier: Apache-2.0
#include "spanreel/livepeer/pages.hpp"

#include "../core/state.hpp"
#include "link_header.hpp"

namespace spanreel::livepeer::detail {

namespace {

sdk::Error elsewhere(const std::string& link, const sdk::HttpResponse& answer) {
    const std::string what = "the next page is not on the server that was asked: " + link;
    return {.kind = sdk::Error::Kind::response_validation,
            .message = "Response validation failed: " + what,
            .cause = what,
            .response = answer};
}

}  // namespace

std::optional<Result<sdk::Prepared>> next_page(const sdk::Core& core, const CallOptions& options,
                                               const sdk::Prepared& request, const sdk::HttpResponse& answer) {
    const std::optional<std::string> link = next_link(answer.headers.get("link").value_or(""));
    if (!link) return std::nullopt;
    const sdk::ServerUrl server =
        options.server_url ? sdk::ServerUrl::parse(*options.server_url).value() : core.state().server;
    const std::string asked = request.from_root ? server.origin + request.path : server.with_path(request.path);
    const std::optional<std::string> url = sdk::resolve_url(answer.url.empty() ? asked : answer.url, *link);
    if (!url || sdk::origin_of(*url) != server.origin) return std::unexpected(elsewhere(*link, answer));

    sdk::Prepared next = request;
    const std::size_t path = std::min(url->find_first_of("/?#", url->find("://") + 3), url->size());
    const std::string rest = url->substr(path, url->find('#') - path);
    const std::size_t question = std::min(rest.find('?'), rest.size());
    next.path = rest.substr(0, question);
    next.query = rest.substr(std::min(question + 1, rest.size()));
    next.from_root = true;
    return next;
}

}  // namespace spanreel::livepeer::detail
