// SPDX-License-Identifier: Apache-2.0
// Sessions::list: two lists, each newest first, read as one. A page ends somewhere in each of them, and the name of
// the next page says where: `<trace session>~<creation of the stream session, Unix ms>~<stream session>`.
#include <algorithm>
#include <charconv>

#include "timeline/sessions.hpp"

namespace spanreel::timeline {

namespace {

struct PageStart {
    std::string trace_session;    ///< the last one shown; empty: none yet
    std::string stream_session;   ///< likewise
    std::int64_t created_at = 0;  ///< of the stream session, Unix milliseconds
};

Result<PageStart> read_page_start(std::string_view text) {
    PageStart start;
    if (text.empty()) return start;
    const std::size_t first = text.find('~');
    const std::size_t second = text.find('~', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) return fail(Code::invalid, "after is not a page of this list", "after");
    start.trace_session = text.substr(0, first);
    start.stream_session = text.substr(second + 1);
    const std::string_view number = text.substr(first + 1, second - first - 1);
    const auto [end, error] = std::from_chars(number.begin(), number.end(), start.created_at);
    if (error != std::errc() || end != number.end())
        return fail(Code::invalid, "after is not a page of this list", "after");
    return start;
}

std::string write(const PageStart& start) {
    return fmt::format("{}~{}~{}", start.trace_session, start.created_at, start.stream_session);
}

std::int64_t millis(UnixMillis time) { return time.time_since_epoch().count(); }

/// Up to `count` behind the page's start. Sessions of one millisecond are ordered by id.
Result<std::vector<StreamSession>> stream_sessions_from(store::MetaStore& meta, const live::Scope& scope,
                                                        const PageStart& start, std::size_t count) {
    store::ListQuery query{
        .workspace = scope.workspace, .project = scope.project, .order = {{"createdAt", true}}, .limit = count};
    if (start.stream_session.empty()) {
        SPANREEL_TRY(auto page, meta.list_sessions(query));
        return std::move(page.items);
    }
    query.filters = {{"createdAt", store::FilterOperator::less, start.created_at}};
    SPANREEL_TRY(auto older, meta.list_sessions(query));
    query.filters = {{"createdAt", store::FilterOperator::equal, start.created_at}};
    query.after_id = start.stream_session;
    SPANREEL_TRY(auto page, meta.list_sessions(query));
    std::ranges::move(older.items, std::back_inserter(page.items));
    return std::move(page.items);
}

}  // namespace

Result<SessionList> Sessions::list(const live::Scope& scope, std::size_t limit, std::string_view after) const {
    SPANREEL_TRY(PageStart at, read_page_start(after));
    const store::SessionQuery query{.workspace = scope.workspace,
                                    .project = scope.project,
                                    .limit = static_cast<std::int64_t>(limit) + 1,
                                    .after = at.trace_session};
    SPANREEL_TRY(const store::SessionPage traces, recorder_.ledger().query(query));
    SPANREEL_TRY(const auto streams, stream_sessions_from(meta_, scope, at, limit + 1));
    auto trace = traces.rows.begin();
    auto stream = streams.begin();
    SessionList list;
    while (list.sessions.size() < limit && (trace != traces.rows.end() || stream != streams.end())) {
        const bool take_trace = stream == streams.end() ||
                                (trace != traces.rows.end() && (*trace)->started_at >= millis(stream->created_at));
        if (take_trace) {
            at.trace_session = (*trace)->id;
            list.sessions.emplace_back(*trace++);
            continue;
        }
        at.stream_session = stream->id;
        at.created_at = millis(stream->created_at);
        SPANREEL_TRY(Reel reel, reel_of(*stream++));
        list.sessions.emplace_back(std::move(reel));
    }
    if (trace != traces.rows.end() || stream != streams.end()) list.next = write(at);
    return list;
}

}  // namespace spanreel::timeline
