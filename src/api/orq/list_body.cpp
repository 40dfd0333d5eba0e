// SPDX-License-Identifier: Apache-2.0
#include "api/orq/list_body.hpp"

#include <array>
#include <charconv>

#include "api/json/json_members.hpp"
#include "api/orq/query_filter.hpp"

namespace spanreel::api::orq {

namespace {

using store::Filter;
using store::SessionQuery;

constexpr std::array<std::string_view, 5> kSearchedPaths{"external_id", "_id", "tags", "contact_ids", "title"};

Filter equals(std::string_view path, std::vector<std::string> values) {
    return {.kind = Filter::Kind::equals, .paths = {std::string(path)}, .values = std::move(values)};
}

Filter contains(std::vector<std::string> paths, std::string value) {
    return {.kind = Filter::Kind::contains, .paths = std::move(paths), .values = {std::move(value)}};
}

void check_size(const JsonMembers& in, std::string_view key, std::size_t size, std::size_t limit) {
    if (size > limit) in.refuse(key, fmt::format("has {} elements, more than {}", size, limit));
}

std::vector<std::string> bounded_strings(const JsonMembers& in, std::string_view key, std::size_t limit) {
    auto strings = in.required<std::vector<std::string>>(key);
    check_size(in, key, strings.size(), limit);
    return strings;
}

std::int64_t positive(const JsonMembers& in, std::string_view key, std::int64_t otherwise) {
    std::int64_t value = in.optional<std::int64_t>(key).value_or(otherwise);
    if (value < 1) in.refuse(key, "must be 1 or more");
    return value;
}

void read_page(const JsonMembers& in, SessionQuery& query) {
    query.page = positive(in, "page", 1);
    query.limit = std::min(positive(in, "limit", kDefaultPageLimit), kMaxPageLimit);
}

// First generation.

/// One of the four variants, told apart by `type`.
Filter read_filter(const JsonMembers& in) {
    auto type = in.required<std::string>("type");
    if (type == "id") return equals(in.required<std::string>("path"), {in.required<std::string>("id")});
    if (type == "search")
        return contains(bounded_strings(in, "searchPaths", kMaxSearchPaths), in.required<std::string>("value"));
    if (type != "string" && type != "string_array") {
        in.refuse("type", "must be one of id, search, string, string_array");
        return {};
    }
    auto word = in.required<std::string>("operator");
    auto path = in.required<std::string>("path");
    if (type == "string_array") {
        if (word != "in") in.refuse("operator", "must be in");
        return equals(path, bounded_strings(in, "values", kMaxFilterValues));
    }
    auto value = in.required<std::string>("value");
    if (word == "contains") return contains({path}, value);
    if (word != "equals") in.refuse("operator", "must be contains or equals");
    return equals(path, {value});
}

void read_pagination(const JsonMembers& in, SessionQuery& query) {
    read_page(in, query);
    auto last = in.nullable<std::string>("lastId");
    auto first = in.nullable<std::string>("firstId");
    if (last && first) return in.refuse("firstId", "cannot stand beside lastId");
    if ((last && last->empty()) || (first && first->empty()))
        return in.refuse(last ? "lastId" : "firstId", "is empty: no session to continue from");
    query.after = last.value_or("");
    query.before = first.value_or("");
}

void read_sorting(const JsonMembers& in, SessionQuery& query) {
    auto keys = in.optional<std::vector<JsonMembers>>("sortingProps");
    if (!keys) return;
    check_size(in, "sortingProps", keys->size(), kMaxSortKeys);
    for (const JsonMembers& key : *keys) {
        auto path = key.required<std::string>("key");
        if (!store::is_sortable(path)) key.refuse("key", fmt::format("cannot be sorted by: \"{}\"", path));
        auto direction = key.optional<std::string>("direction").value_or("asc");
        if (direction != "asc" && direction != "desc") key.refuse("direction", "must be asc or desc");
        query.sort.push_back({std::move(path), direction == "desc"});
    }
}

void read_query(const JsonMembers& in, Time now, SessionQuery& query) {
    auto word = in.required<std::string>("operator");
    if (word != "and" && word != "or") in.refuse("operator", "must be and or or");
    auto search = in.optional<std::string>("search").value_or("");
    if (!search.empty())
        query.filter.children.push_back(contains({kSearchedPaths.begin(), kSearchedPaths.end()}, search));
    auto filters = in.optional<std::vector<JsonMembers>>("filters").value_or(std::vector<JsonMembers>());
    if (filters.empty()) return;
    check_size(in, "filters", filters.size(), kMaxFilters);
    Filter joined{.kind = word == "or" ? Filter::Kind::any : Filter::Kind::all};
    for (const JsonMembers& filter : filters) joined.children.push_back(read_query_filter(filter, now));
    query.filter.children.push_back(std::move(joined));
}

void read_first(const JsonMembers& in, Time now, SessionQuery& query) {
    auto filters = in.optional<std::vector<JsonMembers>>("filters").value_or(std::vector<JsonMembers>());
    check_size(in, "filters", filters.size(), kMaxFilters);
    for (const JsonMembers& filter : filters) query.filter.children.push_back(read_filter(filter));
    if (auto pagination = in.optional<JsonMembers>("pagination")) read_pagination(*pagination, query);
    read_sorting(in, query);
    (void)in.optional<JsonMembers>("includedFields");  // all fields are always there: clients refuse a part of them
    if (auto part = in.optional<JsonMembers>("query")) read_query(*part, now, query);
}

// Second generation.

struct Interval {
    std::string_view word;
    std::optional<std::chrono::minutes> length;
};

constexpr std::chrono::hours kDay(24);
constexpr std::array<Interval, 11> kIntervals{{{"SESSION_INTERVAL_UNSPECIFIED", std::nullopt},
                                               {"SESSION_INTERVAL_ALL_TIME", std::nullopt},
                                               {"SESSION_INTERVAL_LAST_30_MINUTES", std::chrono::minutes(30)},
                                               {"SESSION_INTERVAL_LAST_1_HOUR", std::chrono::hours(1)},
                                               {"SESSION_INTERVAL_LAST_6_HOURS", std::chrono::hours(6)},
                                               {"SESSION_INTERVAL_LAST_24_HOURS", kDay},
                                               {"SESSION_INTERVAL_LAST_3_DAYS", 3 * kDay},
                                               {"SESSION_INTERVAL_LAST_7_DAYS", 7 * kDay},
                                               {"SESSION_INTERVAL_LAST_14_DAYS", 14 * kDay},
                                               {"SESSION_INTERVAL_LAST_1_MONTH", 30 * kDay},
                                               {"SESSION_INTERVAL_LAST_3_MONTHS", 90 * kDay}}};

std::optional<std::int64_t> unix_millis(const JsonMembers& in, std::string_view key) {
    auto text = in.optional<std::string>(key);
    if (!text) return std::nullopt;
    std::int64_t millis = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), millis);
    if (error != std::errc{} || end != text->data() + text->size())
        in.refuse(key, "must be a string of Unix milliseconds");
    return millis;
}

/// A window on the last activity.
void read_window(const JsonMembers& in, Time now, SessionQuery& query) {
    auto word = in.optional<std::string>("interval").value_or("SESSION_INTERVAL_ALL_TIME");
    auto interval = std::ranges::find(kIntervals, word, &Interval::word);
    if (interval == kIntervals.end())
        return in.refuse("interval", fmt::format("\"{}\" is no SESSION_INTERVAL_...", word));
    query.active_from = unix_millis(in, "start_date");
    query.active_to = unix_millis(in, "end_date");
    if (query.active_from || query.active_to || !interval->length) return;
    query.active_from = to_unix_millis(now - *interval->length);
    query.active_to = to_unix_millis(now);
}

/// An empty text or list asks for nothing, as where this generation comes from it cannot be told from an absent one.
void read_thread_filters(const JsonMembers& in, SessionQuery& query) {
    for (std::string_view key : {"project_id", "client", "repo", "kind"}) {
        auto value = in.optional<std::string>(key).value_or("");
        bool open = value.empty() || (key == "kind" && value == "THREAD_KIND_UNSPECIFIED");
        if (!open) query.filter.children.push_back(equals(key, {value}));
    }
    if (!in.has("tags")) return;
    auto tags = bounded_strings(in, "tags", kMaxFilterValues);
    if (!tags.empty()) query.filter.children.push_back(equals("tags", std::move(tags)));
}

void read_second(const JsonMembers& in, Time now, SessionQuery& query) {
    read_page(in, query);
    JsonMembers filters = in.optional<JsonMembers>("filters").value_or(JsonMembers());
    read_window(filters, now, query);
    read_thread_filters(filters, query);
}

}  // namespace

Result<SessionQuery> read_list_body(Generation generation, std::string_view body, Time now) {
    SessionQuery query;
    query.limit = kDefaultPageLimit;
    if (body.empty()) return query;
    SPANREEL_TRY(boost::json::object object, parse_body(body));
    JsonMembers in(object);
    if (generation == Generation::first)
        read_first(in, now, query);
    else
        read_second(in, now, query);
    SPANREEL_CHECK(in.failure());
    return query;
}

}  // namespace spanreel::api::orq
