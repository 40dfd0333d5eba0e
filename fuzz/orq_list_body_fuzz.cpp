// SPDX-License-Identifier: Apache-2.0
// List bodies of both generations (the first byte chooses): what is taken keeps its bounds, and every engine query made
// of it runs.
#include <cstdlib>

#include "api/orq/list_body.hpp"
#include "api/orq/query_filter.hpp"
#include "store/embedded/index_save.hpp"
#include "store/embedded/migrations.hpp"
#include "store/embedded/session_query_sql.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::api::orq;

void require(bool holds) {
    if (!holds) std::abort();
}

/// An index with one session.
store::Connection& index() {
    static store::Connection connection(":memory:", {.writer = true});
    static const bool filled = [] {
        require(store::migrate(connection, store::migrations(), ":memory:").has_value());
        store::IndexChanges changes;
        changes.sessions.push_back({.id = "01JD00000000000000000000AA", .workspace = "w", .external_id = "key"});
        store::write_slice(connection, changes, 0);
        return true;
    }();
    (void)filled;
    return connection;
}

void check(const store::Filter& filter) {
    require(filter.values.size() <= kMaxFilterValues && filter.paths.size() <= kMaxSearchPaths);
    require(filter.numbers.size() <= kMaxFilterNumbers && filter.children.size() <= kMaxFilters + 2);
    for (const store::Filter& child : filter.children) check(child);
}

void check(const store::SessionQuery& query) {
    require(query.limit >= 1 && query.limit <= kMaxPageLimit && query.page >= 1);
    require(query.after.empty() || query.before.empty());
    require(query.sort.size() <= kMaxSortKeys);
    for (const store::SortKey& key : query.sort) require(store::is_sortable(key.path));
    check(query.filter);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    Generation generation = data[0] % 2 == 0 ? Generation::first : Generation::second;
    std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
    auto query = read_list_body(generation, body, from_unix_millis(1'760'000'000'000));
    if (!query) {
        require(query.error().code == Code::invalid);
        return 0;
    }
    check(*query);
    query->workspace = "w";
    auto page = store::catch_sqlite(":memory:", [&] { return store::run_session_query(index(), *query, {}); });
    bool unknown_cursor = !query->after.empty() || !query->before.empty();
    require(page || (unknown_cursor && page.error().code == Code::invalid));
    auto count = store::catch_sqlite(
        ":memory:", [&]() -> Result<std::int64_t> { return store::count_sessions(index(), *query, {}); });
    require(count && *count >= 0 && *count <= 1);
    if (page && !unknown_cursor && query->page == 1) require(page->rows.size() == static_cast<std::size_t>(*count));
    return 0;
}
