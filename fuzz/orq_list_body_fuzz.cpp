// SPDX-License-Identifier: Apache-2.0
// List bodies of both generations (the first byte chooses): what is taken keeps its bounds, and lists of sessions
// answer it with a page and a count that fit each other.
#include <fmt/format.h>

#include <set>

#include "answer.hpp"
#include "api/orq/list_body.hpp"
#include "api/orq/query_filter.hpp"
#include "api/orq/session_json.hpp"
#include "store/embedded/session_lists.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::api::orq;

constexpr std::int64_t kNow = 1'760'000'000'000;
constexpr std::size_t kSessions = 24;

/// Sessions that differ in all that a filter can ask.
std::vector<std::shared_ptr<const store::SessionRow>> sessions() {
    std::vector<std::shared_ptr<const store::SessionRow>> rows;
    for (std::size_t i = 0; i < kSessions; ++i) {
        const auto number = static_cast<double>(i);
        const auto step = static_cast<std::int64_t>(i) * 10'800'000;
        store::SessionRow row{.id = fmt::format("s{}", i),
                              .workspace = "w",
                              .project = i % 3 == 0 ? "" : fmt::format("p{}", i % 3),
                              .external_id = fmt::format("Key {}", i),
                              .duration = number * 1000,
                              .started_at = kNow - step,
                              .updated_at = kNow - step / 2,
                              .traces_count = number,
                              .input_cost = number / 8,
                              .output_cost = number / 4,
                              .total_cost = number * 0.375,
                              .prompt_tokens = number * 10,
                              .completion_tokens = number,
                              .total_tokens = number * 11};
        if (i % 2 == 0) row.title = i % 4 == 0 ? "\xc3\x84rger" : "title";
        if (i % 5 == 0) row.kind = "THREAD_KIND_CODING_AGENT";
        if (i % 7 == 0) row.client = "c", row.repo = "r";
        for (std::size_t tag = 0; tag < i % 4; ++tag) row.tags.push_back(std::string(1, static_cast<char>('a' + tag)));
        if (i % 6 == 0) row.contact_ids = {"contact", ""};
        rows.push_back(std::make_shared<const store::SessionRow>(std::move(row)));
    }
    return rows;
}

const store::SessionLists& lists() {
    static const auto* made = [] {
        auto* lists = new store::SessionLists();
        lists->show(sessions(), {});
        return lists;
    }();
    return *made;
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

void check(const store::SessionQuery& query, const store::SessionPage& page, std::int64_t count) {
    require(count >= 0 && count <= static_cast<std::int64_t>(kSessions));
    const auto shown = static_cast<std::int64_t>(page.rows.size());
    require(shown <= query.limit && shown <= count);
    if (query.after.empty() && query.before.empty()) {
        const std::int64_t passed = std::min(count, query.page > count ? count : (query.page - 1) * query.limit);
        require(shown == std::min(query.limit, count - passed));
        require(page.has_more == (passed + shown < count));
    }
    std::set<std::string_view> ids;
    for (const auto& row : page.rows) {
        require(ids.insert(row->id).second && row->workspace == "w");
        require(!query.project || row->project == *query.project);
    }
}

/// The whole of the list, and the part that a key of a project sees.
void run(store::SessionQuery query, Generation generation) {
    query.workspace = "w";
    for (const std::optional<std::string>& project : {std::optional<std::string>(), std::optional<std::string>("p1")}) {
        query.project = project;
        auto count = lists().count(query);
        if (!count) return require(count.error().code == Code::unavailable);  // the machine was busy elsewhere
        auto page = lists().query(query);
        if (!page) {
            if (page.error().code == Code::unavailable) return;
            require(!query.after.empty() || !query.before.empty());  // from a session that is not there
            check_refusal(page.error());
            continue;
        }
        check(query, *page, *count);
        read_answer(api::to_text(page_json(generation, *page)));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    Generation generation = data[0] % 2 == 0 ? Generation::first : Generation::second;
    std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
    auto query = read_list_body(generation, body, from_unix_millis(kNow));
    if (!query) {
        check_refusal(query.error());
        return 0;
    }
    check(*query);
    run(*std::move(query), generation);
    return 0;
}
