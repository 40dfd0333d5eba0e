// SPDX-License-Identifier: Apache-2.0
// Finding and counting sessions of the first generation.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spanreel/orq/filters.hpp"
#include "spanreel/orq/pages.hpp"
#include "spanreel/orq/sessions.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

enum class QueryOperator { and_, or_ };
constexpr auto enum_words(QueryOperator) { return std::to_array<std::string_view>({"and", "or"}); }

enum class SortDirection { asc, desc };
constexpr auto enum_words(SortDirection) { return std::to_array<std::string_view>({"asc", "desc"}); }

struct Query {
    std::optional<std::string> search{};                    ///< a part of an id, a tag, a contact or a title
    sdk::OpenEnum<QueryOperator> op = QueryOperator::and_;  ///< joins the filters; sent as "operator"
    std::optional<std::vector<QueryFilter>> filters{};
};

struct Sorting {
    std::string key;  ///< a name on the wire, like "started_at" or "usage.total_tokens"
    std::optional<sdk::OpenEnum<SortDirection>> direction{};
};

/// At most one of page, last_id and first_id is of use.
struct Pagination {
    std::optional<double> page{};                          ///< from 1
    double limit = 50;                                     ///< rows of a page
    std::optional<sdk::Nullable<std::string>> last_id{};   ///< rows behind this one
    std::optional<sdk::Nullable<std::string>> first_id{};  ///< rows just before this one
};

/// Which sessions, in what order, and how many at a time.
struct SessionList {
    std::vector<SessionFilter> filters{};  ///< all must fit, the query too
    std::optional<Query> query{};          ///< a text to search for, and filters that are joined as it says
    std::optional<std::vector<Sorting>> sorting_props{};  ///< the first one first
    std::optional<Pagination> pagination{};               ///< absent: the first 50
    std::optional<std::map<std::string, std::string>> included_fields{};
};

struct SessionPage {
    std::string object;  ///< "list"
    std::vector<Session> data;
    bool has_more = false;
};
std::string to_json(const SessionPage& page);

struct SessionCount {
    double count = 0;
};
std::string to_json(const SessionCount& count);

namespace detail {
Result<sdk::Prepared> prepare_sessions_list(const std::optional<SessionList>& request);
Result<SessionPage> read_sessions_list(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_sessions_count(const std::optional<SessionList>& request);
Result<SessionCount> read_sessions_count(sdk::HttpResponse response);
/// Makes of `request` the one for what is behind `page`; false when that was the last one.
bool advance_sessions(std::optional<SessionList>& request, const SessionPage& page);
}  // namespace detail

// Errors as sessions.hpp has them, none of them `not_found`.

/// ListSessions: POST /v2/traces/sessions/query. Without a request the newest sessions.
inline constexpr sdk::Operation<std::optional<SessionList>, SessionPage> sessions_list{detail::prepare_sessions_list,
                                                                                       detail::read_sessions_list};
/// POST /v2/traces/sessions/count. All that sessions_list would find on all its pages.
inline constexpr sdk::Operation<std::optional<SessionList>, SessionCount> sessions_count{detail::prepare_sessions_count,
                                                                                         detail::read_sessions_count};

/// Page by page: by number when the request names a page, else by the id of the last row seen, which neither repeats
/// nor leaves out a row when sessions are made or deleted meanwhile.
inline Pages<Result<SessionPage>> sessions_pages(OrqCore core, std::optional<SessionList> request = {},
                                                 CallOptions options = {}) {
    return walk(sessions_list, std::move(core), std::move(request), std::move(options), detail::advance_sessions);
}

}  // namespace spanreel::orq
#pragma GCC visibility pop
