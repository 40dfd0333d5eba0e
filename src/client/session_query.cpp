// SPDX-License-Identifier: Apache-2.0
#include "client/session_query.hpp"

#include <CLI/CLI.hpp>

#include "client/amounts.hpp"

namespace spanreel::client {

using orq::ThreadKind;

namespace {

struct KindWord {
    std::string_view word;
    ThreadKind kind;
};
constexpr std::array<KindWord, 2> kKinds{
    {{"conversation", ThreadKind::conversation}, {"coding-agent", ThreadKind::coding_agent}}};

struct Window {
    std::optional<UnixMillis> since, until;
};

Result<Window> window_of(const SessionQuery& query, Time now) {
    Window window;
    if (!query.since.empty()) {
        SPANREEL_TRY(window.since, moment_from(query.since, now));
    }
    if (!query.until.empty()) {
        SPANREEL_TRY(window.until, moment_from(query.until, now));
    }
    return window;
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

/// started_at, or started_at:desc
Result<orq::Sorting> sorting_of(const std::string& text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string direction = text.substr(std::min(colon + 1, text.size()));
    if (colon == 0 || (colon < text.size() && direction != "asc" && direction != "desc"))
        return fail(Code::invalid, fmt::format("--sort \"{}\": write a field, and :asc or :desc behind it", text));
    return orq::Sorting{.key = text.substr(0, colon),
                        .direction = direction == "desc" ? orq::SortDirection::desc : orq::SortDirection::asc};
}

}  // namespace

bool SessionQuery::needs_search() const {
    return !search.empty() || !external_id.empty() || !title.empty() || !sort.empty();
}

void add_session_query(CLI::App& command, SessionQuery& query) {
    constexpr const char* kGroup = "Which";
    const auto add = [&command](const std::string& flag, std::string& value, const std::string& type,
                                const std::string& help) {
        command.add_option(flag, value, help)->type_name(type)->group(kGroup);
    };
    add("--search", query.search, "TEXT", "A part of an id, external id, title, tag or contact, in any case");
    add("--external-id", query.external_id, "ID", "The caller's own id, as session.id of spans");
    add("--title", query.title, "TEXT", "A part of the title, in any case");
    command.add_option("--tag", query.tags, "With this tag; several: with any of them")
        ->type_name("TAG")
        ->group(kGroup)
        ->allow_extra_args(false);
    add("--client", query.client, "NAME", "Of this client");
    add("--repo", query.repo, "NAME", "Of this repository");
    add_kind(command, query.kind, "Of this kind");
    command.get_option("--kind")->group(kGroup);
    add("--project", query.project, "ID", "Of this project");
    add("--since", query.since, "TIME",
        "Active since: 2027-01-31, 2027-01-31T08:30:00Z (UTC), or how long ago: 90m, 24h, 7d");
    add("--until", query.until, "TIME", "Active until, written like --since");
    command
        .add_option("--sort", query.sort,
                    "Field to sort by, such as started_at, duration, usage.total_tokens, billing.total_cost, and "
                    ":desc for the largest first; several: the next where the first are equal")
        ->type_name("FIELD")
        ->group(kGroup)
        ->allow_extra_args(false);
}

Result<orq::ThreadQuery> threads_request(const SessionQuery& query, std::size_t page_size, Time now) {
    SPANREEL_TRY(const Window window, window_of(query, now));
    orq::ThreadQuery request{.filters = {.interval = orq::SessionInterval::all_time,
                                         .project_id = unless_empty(query.project),
                                         .client = unless_empty(query.client),
                                         .repo = unless_empty(query.repo)},
                             .limit = static_cast<std::int64_t>(page_size)};
    if (!query.tags.empty()) request.filters.tags = query.tags;
    if (const auto kind = kind_from(query.kind)) request.filters.kind = *kind;
    if (window.since) request.filters.start_date = *window.since;
    if (window.until) request.filters.end_date = *window.until;
    return request;
}

Result<orq::SessionList> sessions_request(const SessionQuery& query, std::size_t page_size, Time now) {
    SPANREEL_TRY(const Window window, window_of(query, now));
    orq::SessionList request{.query = orq::Query{.search = unless_empty(query.search)},
                             .pagination = orq::Pagination{.limit = static_cast<double>(page_size)}};
    const auto equals = [&request](const std::string& path, const std::string& value) {
        if (!value.empty()) request.filters.push_back(orq::field(path).equals(value));
    };
    equals("external_id", query.external_id);
    equals("client", query.client);
    equals("repo", query.repo);
    equals("project_id", query.project);
    if (const auto kind = kind_from(query.kind)) equals("kind", sdk::OpenEnum(*kind).word());
    if (!query.title.empty()) request.filters.push_back(orq::field("title").contains(query.title));
    if (!query.tags.empty()) request.filters.push_back(orq::field("tags").in(query.tags));
    if (window.since || window.until)
        request.query->filters = {
            {orq::date("updated_at", orq::DateMode::datetime).between(window.since, window.until)}};
    for (const std::string& text : query.sort) {
        SPANREEL_TRY(orq::Sorting sorting, sorting_of(text));
        if (!request.sorting_props) request.sorting_props.emplace();
        request.sorting_props->push_back(std::move(sorting));
    }
    return request;
}

std::optional<ThreadKind> kind_from(std::string_view word) {
    const auto known = std::ranges::find(kKinds, word, &KindWord::word);
    return known == kKinds.end() ? std::nullopt : std::optional(known->kind);
}

std::string kind_text(const std::optional<sdk::OpenEnum<ThreadKind>>& kind) {
    if (!kind || kind->value() == ThreadKind::unspecified) return "";
    const auto known = std::ranges::find_if(kKinds, [&](const KindWord& row) { return kind->value() == row.kind; });
    return known == kKinds.end() ? kind->word() : std::string(known->word);
}

void add_kind(CLI::App& command, std::string& kind, const std::string& help) {
    std::vector<std::string> words;
    for (const KindWord& row : kKinds) words.emplace_back(row.word);
    command.add_option("--kind", kind, help)->check(CLI::IsMember(words));
}

}  // namespace spanreel::client
