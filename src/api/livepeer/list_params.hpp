// SPDX-License-Identifier: Apache-2.0
// The query parameters of lists and what answers say about the next page (contract, livepeer 1.3 and 6).
#pragma once
#include <string>

#include "api/livepeer/urls.hpp"
#include "base/error.hpp"
#include "live/scope.hpp"
#include "net/http_message.hpp"
#include "store/meta_store.hpp"

namespace spanreel::api::livepeer {

/// limit, cursor, order, filters and count of a list of `noun`, of what `scope` sees.
Result<store::ListQuery> read_list_query(const net::Request& request, const live::Scope& scope,
                                         const store::MetaStore& store, store::Noun noun, UnixMillis now);

/// A flag counts when it is there and not "false".
bool is_flag_set(const net::Request& request, std::string_view name);

/// What the next page begins behind.
struct PageEnd {
    std::string last_id;
    bool has_more = false;
    std::optional<std::uint64_t> total;
};

/// Adds Link when another object follows, and X-Total-Count when it was counted.
void add_page_headers(net::Response& response, const net::Request& request, const Urls& urls,
                      const store::ListQuery& query, const PageEnd& end);

/// An empty page says nothing of others.
template <class T>
void add_page_headers(net::Response& response, const net::Request& request, const Urls& urls,
                      const store::ListQuery& query, const store::Page<T>& page) {
    if (!page.items.empty())
        add_page_headers(response, request, urls, query, PageEnd{page.items.back().id, page.has_more, page.total});
}

}  // namespace spanreel::api::livepeer
