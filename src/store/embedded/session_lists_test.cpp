// SPDX-License-Identifier: Apache-2.0
// Lists of sessions against a plain filter and sort in this file.
#include "store/embedded/session_lists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <set>

#include "base/case_folding.hpp"
#include "base/time.hpp"
#include "store/embedded/database.hpp"
#include "store/embedded/index_save.hpp"
#include "store/embedded/span_index.hpp"

namespace spanreel::store {
namespace {

using RowPtr = std::shared_ptr<const SessionRow>;

// A second, plain reading of what a query means.

std::string number_form(double number) {
    char text[64];
    auto whole = static_cast<long long>(number);
    if (static_cast<double>(whole) == number)
        std::snprintf(text, sizeof text, "%lld", whole);
    else
        std::snprintf(text, sizeof text, "%g", number);  // the numbers of these tests have few digits
    return text;
}

/// What the wire shows at a path; nothing when it is absent.
std::vector<std::string> values_at(const SessionRow& row, const std::string& path) {
    auto text = [](const std::string& value) {
        return value.empty() ? std::vector<std::string>() : std::vector<std::string>{value};
    };
    auto date = [](std::int64_t millis) { return std::vector<std::string>{to_iso_millis(from_unix_millis(millis))}; };
    if (path == "_id") return {row.id};
    if (path == "external_id") return {row.external_id};
    if (path == "workspace_id") return {row.workspace};
    if (path == "project_id") return text(row.project);
    if (path == "title") return text(row.title);
    if (path == "client") return text(row.client);
    if (path == "tags") return row.tags;
    if (path == "contact_ids") return row.contact_ids;
    if (path == "duration") return {number_form(row.duration)};
    if (path == "usage.total_tokens") return {number_form(row.total_tokens)};
    if (path == "billing.total_cost") return {number_form(row.total_cost)};
    if (path == "started_at") return date(row.started_at);
    if (path == "updated_at") return date(row.updated_at);
    return {};
}

const std::set<std::string> kNumericPaths{"duration", "usage.total_tokens", "billing.total_cost"};
const std::set<std::string> kDatePaths{"started_at", "updated_at"};

bool lies_in(double value, const Filter::Range& range) {
    if (range.least && (value < *range.least || (value == *range.least && !range.least_included))) return false;
    return !range.most || value < *range.most || (value == *range.most && range.most_included);
}

bool matches(const SessionRow& row, const Filter& filter) {
    auto child = [&](const Filter& one) { return matches(row, one); };
    if (filter.kind == Filter::Kind::all) return std::ranges::all_of(filter.children, child);
    if (filter.kind == Filter::Kind::any) return std::ranges::any_of(filter.children, child);
    if (filter.kind == Filter::Kind::none) return std::ranges::none_of(filter.children, child);
    if (filter.kind == Filter::Kind::empty)
        return std::ranges::all_of(filter.paths, [&](const auto& path) { return values_at(row, path).empty(); });
    for (const std::string& path : filter.paths) {
        for (const std::string& value : values_at(row, path)) {
            if (filter.kind == Filter::Kind::number_is && kNumericPaths.contains(path) &&
                std::ranges::find(filter.numbers, std::stod(value)) != filter.numbers.end())
                return true;
            if (filter.kind == Filter::Kind::number_in && kNumericPaths.contains(path) &&
                lies_in(std::stod(value), filter.range))
                return true;
            if (filter.kind == Filter::Kind::date_in && kDatePaths.contains(path) &&
                lies_in(static_cast<double>(to_unix_millis(from_iso(value).value())), filter.range))
                return true;
            for (const std::string& wanted : filter.values) {
                std::string folded = fold_case(value), needle = fold_case(wanted);
                if (filter.kind == Filter::Kind::equals && value == wanted) return true;
                if (filter.kind == Filter::Kind::contains && folded.find(needle) != std::string::npos) return true;
                if (filter.kind == Filter::Kind::starts_with && folded.starts_with(needle)) return true;
                if (filter.kind == Filter::Kind::ends_with && folded.ends_with(needle)) return true;
            }
        }
    }
    return false;
}

/// -1, 0, 1; an absent value is behind all others whatever the direction.
int compare(const SessionRow& a, const SessionRow& b, const SortKey& key) {
    auto va = values_at(a, key.path), vb = values_at(b, key.path);
    if (va.empty() || vb.empty()) return static_cast<int>(va.empty()) - static_cast<int>(vb.empty());
    int order = va[0] < vb[0] ? -1 : va[0] > vb[0] ? 1 : 0;
    if (kNumericPaths.contains(key.path)) {
        double na = std::stod(va[0]), nb = std::stod(vb[0]);
        order = na < nb ? -1 : na > nb ? 1 : 0;
    }
    return key.descending ? -order : order;
}

std::vector<RowPtr> expected_rows(const std::vector<RowPtr>& rows, const SessionQuery& query) {
    std::vector<RowPtr> found;
    for (const RowPtr& row : rows) {
        bool visible = row->workspace == query.workspace && (!query.project || row->project == *query.project);
        bool active = (!query.active_from || row->updated_at >= *query.active_from) &&
                      (!query.active_to || row->updated_at <= *query.active_to);
        if (visible && active && matches(*row, query.filter)) found.push_back(row);
    }
    auto sort = query.sort;
    if (sort.empty()) sort.push_back({"started_at", true});
    sort.push_back({"_id", false});
    std::ranges::sort(found, [&](const RowPtr& a, const RowPtr& b) {
        for (const SortKey& key : sort)
            if (int order = compare(*a, *b, key)) return order < 0;
        return false;
    });
    return found;
}

std::vector<std::string> ids_of(const std::vector<RowPtr>& rows) {
    std::vector<std::string> ids;
    for (const RowPtr& row : rows) ids.push_back(row->id);
    return ids;
}

class SessionListsTest : public testing::Test {
  protected:
    SessionListsTest() : directory_(testing::TempDir() + "session_lists_test_" + std::to_string(::getpid())) {
        std::filesystem::create_directories(directory_);
        database_ = Database::open(directory_ / "spanreel.db").value();
    }
    ~SessionListsTest() override {
        lists_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    void save(const std::vector<RowPtr>& rows) {
        IndexChanges changes{.applied = 1};
        for (const RowPtr& row : rows) changes.sessions.push_back(*row);
        ASSERT_TRUE(database_->write([&](Connection& connection) -> Result<int> {
            write_slice(connection, changes, 0, SIZE_MAX);
            return 0;
        }));
    }
    /// Reads what was saved until then.
    SessionLists& lists() {
        if (!lists_) {
            lists_ = std::make_unique<SessionLists>();
            EXPECT_TRUE(database_->read([&](Connection& connection) { return lists_->load(connection); }));
        }
        return *lists_;
    }
    Result<SessionPage> run(const SessionQuery& query) { return lists().query(query); }
    std::size_t count(const SessionQuery& query) { return static_cast<std::size_t>(lists().count(query).value()); }
    std::vector<std::string> tags(const SessionQuery& query) { return lists().tags(query).value(); }
    std::vector<std::string> ids(const SessionQuery& query) { return ids_of(run(query).value().rows); }

    Path directory_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<SessionLists> lists_;
};

template <class T>
const T& pick(std::mt19937& random, const std::vector<T>& from) {
    return from[random() % from.size()];
}

SessionRow random_row(std::mt19937& random, int number) {
    const std::vector<std::string> texts{"",       "alpha",        "Alpha",        "BETA",
                                         "beta x", "\xc3\x84rger", "\xc3\xa4RGER", "100%_"};
    SessionRow row;
    row.id = fmt::format("S{:03}", number);
    row.workspace = pick<std::string>(random, {"w1", "w1", "w1", "w2"});
    row.project = pick<std::string>(random, {"", "p1", "p2"});
    row.external_id = fmt::format("{}-{}", pick(random, texts), random() % 5);
    row.duration = pick<double>(random, {0, 1.5, 3, 20});
    row.total_tokens = pick<double>(random, {0, 7, 100});
    row.total_cost = pick<double>(random, {0, 0.25, 12});
    row.started_at = 1'700'000'000'000 + static_cast<std::int64_t>(random() % 6) * 1000;
    row.updated_at = row.started_at + static_cast<std::int64_t>(random() % 6) * 500;
    row.title = pick(random, texts);
    row.client = pick(random, texts);
    for (unsigned i = random() % 4; i > 0; --i) row.tags.push_back(pick(random, texts));
    for (unsigned i = random() % 3; i > 0; --i)
        row.contact_ids.push_back(pick<std::string>(random, {"u1", "U2", "u3"}));
    return row;
}

const std::vector<std::string> kAnyPath{"_id",
                                        "external_id",
                                        "workspace_id",
                                        "project_id",
                                        "title",
                                        "client",
                                        "tags",
                                        "contact_ids",
                                        "duration",
                                        "started_at",
                                        "usage.total_tokens",
                                        "billing.total_cost",
                                        "nowhere",
                                        "updated_at"};

const std::vector<Filter::Kind> kLeaves{Filter::Kind::equals,    Filter::Kind::contains,  Filter::Kind::starts_with,
                                        Filter::Kind::ends_with, Filter::Kind::number_in, Filter::Kind::number_is,
                                        Filter::Kind::date_in,   Filter::Kind::empty};
const std::vector<Filter::Kind> kAnyKind{Filter::Kind::all,       Filter::Kind::any,       Filter::Kind::none,
                                         Filter::Kind::equals,    Filter::Kind::contains,  Filter::Kind::starts_with,
                                         Filter::Kind::ends_with, Filter::Kind::number_in, Filter::Kind::number_is,
                                         Filter::Kind::date_in,   Filter::Kind::empty};

Filter random_filter(std::mt19937& random, unsigned depth) {
    const std::vector<std::string> values{
        "alpha", "Alpha", "beta x", "u1",  "p1", "1.5", "3",   "2023-11-14T22:13:22.000Z",
        "",      "w1",    "S007",   "100", "%",  "_",   "0.25"};
    const std::vector<std::string> needles{"ALPH", "\xc3\x84RG", "s00", "%_", "2023-11-14", "1", "eta X", "", "u"};
    using enum Filter::Kind;
    Filter filter;
    filter.kind = depth == 0 ? pick<Filter::Kind>(random, kLeaves) : pick<Filter::Kind>(random, kAnyKind);
    if (filter.kind == all || filter.kind == any || filter.kind == none) {
        for (unsigned i = random() % 4; i > 0; --i) filter.children.push_back(random_filter(random, depth - 1));
        return filter;
    }
    for (unsigned i = 1 + random() % 3; i > 0; --i) filter.paths.push_back(pick(random, kAnyPath));
    if (filter.kind == equals) {
        for (unsigned i = random() % 4; i > 0; --i) filter.values.push_back(pick(random, values));
    } else if (filter.kind == number_in || filter.kind == date_in) {
        double zero = filter.kind == date_in ? 1'700'000'000'000 : 0, unit = filter.kind == date_in ? 500 : 1.5;
        auto end = [&] { return zero + static_cast<double>(random() % 8) * unit; };
        if (random() % 3) filter.range.least = end();
        if (random() % 3) filter.range.most = end();
        filter.range.least_included = random() % 2;
        filter.range.most_included = random() % 2;
    } else if (filter.kind == number_is) {
        for (unsigned i = 1 + random() % 3; i > 0; --i)
            filter.numbers.push_back(pick<double>(random, {0, 1.5, 3, 7, 100, 0.25}));
    } else if (filter.kind != empty) {
        for (unsigned i = 1 + random() % 2; i > 0; --i) filter.values.push_back(pick(random, needles));
    }
    return filter;
}

SessionQuery random_query(std::mt19937& random) {
    SessionQuery query;
    query.workspace = pick<std::string>(random, {"w1", "w1", "w2", "w3"});
    if (random() % 4 == 0) query.project = pick<std::string>(random, {"", "p1"});
    if (random() % 2 == 0) query.filter = random_filter(random, 2);
    if (random() % 5 == 0) query.active_from = 1'700'000'002'000;
    if (random() % 5 == 0) query.active_to = 1'700'000'004'500;
    const std::vector<std::string> keys{"title", "client",     "duration",   "usage.total_tokens", "billing.total_cost",
                                        "_id",   "started_at", "updated_at", "project_id"};
    for (unsigned i = random() % 4; i > 0; --i) query.sort.push_back({pick(random, keys), random() % 2 == 0});
    query.limit = 1 + static_cast<std::int64_t>(random() % 9);
    return query;
}

TEST_F(SessionListsTest, AgreesWithAPlainFilterOverSavedAndUnsavedRows) {
    std::mt19937 random(11);
    std::map<std::string, RowPtr> all;
    std::vector<RowPtr> saved;
    for (int i = 0; i < 60; ++i) saved.push_back(std::make_shared<const SessionRow>(random_row(random, i)));
    for (const RowPtr& row : saved) all[row->id] = row;
    save(saved);
    for (int round = 0; round < 300; ++round) {
        if (round == 150) {  // from here on rows changed, added and removed since the index was saved
            std::vector<RowPtr> changed;
            for (int i = 50; i < 75; ++i) {
                auto row = std::make_shared<SessionRow>(random_row(random, i));
                if (all.contains(row->id)) row->workspace = all[row->id]->workspace;
                changed.push_back(row);
                all[row->id] = row;
            }
            lists().show(changed, {"S003", "S004", "S049"});
            for (std::string id : {"S003", "S004", "S049"}) all.erase(id);
        }
        std::vector<RowPtr> rows;
        for (const auto& [id, row] : all) rows.push_back(row);
        SessionQuery query = random_query(random);
        std::vector<std::string> expected = ids_of(expected_rows(rows, query));
        SCOPED_TRACE(fmt::format("round {}, {} rows", round, expected.size()));

        // By page numbers.
        std::vector<std::string> seen;
        for (query.page = 1;; ++query.page) {
            SessionPage page = run(query).value();
            for (const RowPtr& row : page.rows) seen.push_back(row->id);
            ASSERT_EQ(page.has_more, seen.size() < expected.size());
            if (!page.has_more) break;
            ASSERT_EQ(page.rows.size(), static_cast<std::size_t>(query.limit));
        }
        ASSERT_EQ(seen, expected);
        ASSERT_EQ(count(query), expected.size());
        query.page = 1;
        if (expected.empty()) continue;

        // Forward from the first row, backward from the last.
        seen = {expected.front()};
        while (true) {
            query.after = seen.back();
            SessionPage page = run(query).value();
            for (const RowPtr& row : page.rows) seen.push_back(row->id);
            ASSERT_EQ(page.has_more, seen.size() < expected.size());
            if (!page.has_more) break;
        }
        ASSERT_EQ(seen, expected);
        query.after.clear();
        seen = {expected.back()};
        while (true) {
            query.before = seen.front();
            SessionPage page = run(query).value();
            ASSERT_TRUE(page.has_more);
            if (page.rows.empty()) break;
            seen.insert(seen.begin(), page.rows.size(), "");
            for (std::size_t i = 0; i < page.rows.size(); ++i) seen[i] = page.rows[i]->id;
        }
        ASSERT_EQ(seen, expected);
    }
}

TEST_F(SessionListsTest, TagsAreThoseOfMatchingRowsOnceAndInOrder) {
    auto row = [](std::string id, std::string project, std::vector<std::string> tags) {
        SessionRow made;
        made.id = std::move(id);
        made.workspace = "w";
        made.project = std::move(project);
        made.tags = std::move(tags);
        return std::make_shared<const SessionRow>(made);
    };
    save({row("S1", "", {"b", "a", "a"}), row("S2", "p", {"\xc3\xa4", "B"}), row("S3", "p", {"gone"})});
    lists().show({row("S3", "p", {"new"})}, {});
    EXPECT_EQ(tags({.workspace = "w"}), (std::vector<std::string>{"B", "a", "b", "new", "\xc3\xa4"}));
    EXPECT_EQ(tags({.workspace = "w", .project = "p"}), (std::vector<std::string>{"B", "new", "\xc3\xa4"}));
    EXPECT_TRUE(tags({.workspace = "other"}).empty());
}

TEST_F(SessionListsTest, ContinuesFromARowThatDoesNotMatch) {
    std::vector<RowPtr> rows;
    for (int i = 0; i < 6; ++i) {
        SessionRow row;
        row.id = fmt::format("S{}", i);
        row.workspace = "w";
        row.external_id = row.id;
        row.started_at = 100 - i;
        if (i < 3) row.tags = {"a"};
        rows.push_back(std::make_shared<const SessionRow>(row));
    }
    save(rows);
    SessionQuery query{.workspace = "w"};
    query.filter = {Filter::Kind::equals, {"tags"}, {"a"}, {}};
    query.before = "S4";
    query.limit = 2;
    SessionPage page = run(query).value();
    EXPECT_EQ(ids_of(page.rows), (std::vector<std::string>{"S1", "S2"}));
    EXPECT_FALSE(page.has_more);  // neither S4 nor what follows it has the tag
    query.before = "S2";
    page = run(query).value();
    EXPECT_EQ(ids_of(page.rows), (std::vector<std::string>{"S0", "S1"}));
    EXPECT_TRUE(page.has_more);
    query.before.clear();
    query.after = "S4";
    page = run(query).value();
    EXPECT_TRUE(page.rows.empty());
    EXPECT_FALSE(page.has_more);
}

TEST_F(SessionListsTest, RefusesCursorsTheCallerDoesNotSee) {
    SessionRow row;
    row.id = "S1";
    row.workspace = "w";
    row.project = "p";
    row.external_id = "x";
    save({std::make_shared<const SessionRow>(row)});
    SessionQuery query{.workspace = "w", .project = "p"};
    query.after = "S1";
    EXPECT_TRUE(run(query));
    for (auto [workspace, project, id] : {std::tuple("w", "p", "S9"), {"w2", "p", "S1"}, {"w", "p2", "S1"}}) {
        query.workspace = workspace;
        query.project = project;
        query.after = id;
        auto page = run(query);
        ASSERT_FALSE(page) << workspace << project << id;
        EXPECT_EQ(page.error().code, Code::invalid);
    }
    lists().show({}, {"S1"});
    query = {.workspace = "w"};
    query.before = "S1";
    EXPECT_FALSE(run(query));
}

TEST_F(SessionListsTest, RefusesUnknownSortKeysByName) {
    for (const char* path : {"nowhere", "tags", "billing", "", "id; DROP TABLE trace_sessions"}) {
        EXPECT_FALSE(is_sortable(path));
        SessionQuery query{.workspace = "w", .sort = {{path, false}}};
        auto page = run(query);
        ASSERT_FALSE(page);
        EXPECT_NE(page.error().message.find(path), std::string::npos);
    }
}

TEST_F(SessionListsTest, ShowsWhatIsSavedWithWhatHasChangedSince) {
    std::vector<RowPtr> rows;
    for (int i = 0; i < 2000; ++i) {
        SessionRow row{.id = fmt::format("S{:04}", i), .workspace = "w"};
        row.external_id = "saved";
        rows.push_back(std::make_shared<const SessionRow>(row));
    }
    save(rows);
    SessionRow changed = *rows.back();
    changed.external_id = "changed";
    lists().show({std::make_shared<const SessionRow>(changed)}, {rows[1998]->id});
    EXPECT_EQ(count({.workspace = "w"}), 1999u);
    SessionQuery query{.workspace = "w"};
    query.filter = {.kind = Filter::Kind::equals, .paths = {"external_id"}, .values = {"changed"}};
    EXPECT_EQ(ids(query), std::vector<std::string>{"S1999"});
}

TEST_F(SessionListsTest, AnswersWithTheFailureOfReading) {
    SessionLists lists;
    lists.fail_with({Code::corrupt, "damaged"});
    EXPECT_EQ(lists.query({.workspace = "w"}).error().message, "damaged");
    EXPECT_EQ(lists.count({.workspace = "w"}).error().message, "damaged");
    EXPECT_EQ(lists.tags({.workspace = "w"}).error().message, "damaged");
}

TEST_F(SessionListsTest, APageFarBehindTheEndIsEmpty) {
    SessionRow row{.id = "S1", .workspace = "w"};
    lists().show({std::make_shared<const SessionRow>(row)}, {});
    SessionQuery query{.workspace = "w", .limit = 1000, .page = 2'305'843'009'213'693'953};
    EXPECT_TRUE(ids(query).empty());
}

TEST_F(SessionListsTest, WordsThatReadAsNoNumberAreNone) {
    SessionRow row{.id = "S1", .workspace = "w"};
    row.duration = 2;
    lists().show({std::make_shared<const SessionRow>(row)}, {});
    SessionQuery query{.workspace = "w"};
    for (std::string word : {"nan", "inf", "-inf", "0x2", "2.0"}) {
        query.filter = {.kind = Filter::Kind::equals, .paths = {"duration"}, .values = {word}};
        EXPECT_TRUE(ids(query).empty()) << word;
        query.filter.values.push_back("2");
        EXPECT_EQ(ids(query).size(), 1u) << word;
    }
    query.filter = {.kind = Filter::Kind::contains, .paths = {"contact_ids", "tags"}, .values = {"x"}};
    EXPECT_TRUE(ids(query).empty()) << "no row has a list";
}

TEST_F(SessionListsTest, TakesAsManyFiltersAsAnApiAllows) {
    SessionRow row;
    row.id = "S1";
    row.workspace = "w";
    row.external_id = "x";
    save({std::make_shared<const SessionRow>(row)});
    SessionQuery query{.workspace = "w"};
    Filter one{Filter::Kind::equals, {"external_id"}, {}, {}};
    for (int i = 0; i < 1000; ++i) one.values.push_back(i == 999 ? "x" : std::to_string(i));
    for (int i = 0; i < 100; ++i) query.filter.children.push_back(one);
    for (int i = 0; i < 16; ++i) query.sort.push_back({"title", i % 2 == 0});
    EXPECT_EQ(ids(query), std::vector<std::string>{"S1"});
    query.after = "S1";
    EXPECT_TRUE(ids(query).empty());
}

}  // namespace
}  // namespace spanreel::store
