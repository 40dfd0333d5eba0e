// SPDX-License-Identifier: Apache-2.0
// What every filter means is tested with the lists of sessions; here: many rows, changes, and readers beside writers.
#include "store/columns/column_table.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

namespace spanreel::store {
namespace {

constexpr std::array<Column, 4> kColumns{
    {{"id", ColumnType::text}, {"name", ColumnType::text}, {"size", ColumnType::number}, {"tags", ColumnType::list}}};

struct Row {
    std::string id, name;
    double size = 0;
    std::vector<std::string> tags{};
};

void put(ColumnTable& table, const Row& row, std::string_view partition = "w") {
    std::array<Cell, 4> cells{Cell{.text = row.id}, Cell{.text = row.name}, Cell{.number = row.size},
                              Cell{.list = &row.tags}};
    table.put(partition, cells);
}

void erase(ColumnTable& table, const std::string& id) { table.change({{id}}, {}); }

std::vector<std::string> ids(const ColumnTable& table, const RowQuery& query, std::string_view partition = "w") {
    std::vector<std::string> ids;
    auto page = table.query(partition, query);
    EXPECT_TRUE(page) << page.error().message;
    for (const RowRef& row : page->rows) ids.emplace_back(row.block->id(row.row));
    return ids;
}

Filter size_from(double least) {
    return {.kind = Filter::Kind::number_in, .paths = {"size"}, .range = {.least = least}};
}

/// Few sizes and names, so that ties run over several blocks; half of the sizes are the same.
std::vector<Row> many_rows(std::size_t count, std::mt19937& random) {
    using namespace std::string_literals;
    const std::vector<std::optional<std::string>> odd{"",
                                                      std::nullopt,
                                                      std::nullopt,
                                                      std::nullopt,
                                                      "name",
                                                      "a",
                                                      "zz",
                                                      "name number",
                                                      "name number \0"s,
                                                      std::nullopt,
                                                      std::nullopt,
                                                      std::nullopt,
                                                      std::nullopt,
                                                      "\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
    std::vector<Row> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back({.id = fmt::format("{:08x}", random()),
                        .name = odd[random() % odd.size()].value_or(fmt::format("name number {}", random() % 2000)),
                        .size = random() % 2 ? 6 : static_cast<double>(random() % 700)});
    return rows;
}

void sort_by(std::vector<Row>& rows, const std::vector<SortKey>& keys) {
    std::ranges::sort(rows, [&](const Row& a, const Row& b) {
        for (const SortKey& key : keys) {
            if (key.path == "size" && a.size != b.size) return (a.size < b.size) != key.descending;
            if (key.path == "name" && a.name != b.name) {
                if (a.name.empty() || b.name.empty()) return b.name.empty();
                return (a.name < b.name) != key.descending;
            }
        }
        return a.id < b.id;
    });
}

/// Replaces, erases and adds some rows; `made`: rows to add or to take values from.
void change_some(ColumnTable& table, std::vector<Row>& rows, const std::vector<Row>& made, std::mt19937& random) {
    for (const Row& fresh : made) {
        Row& old = rows[random() % rows.size()];
        switch (random() % 4) {
            case 0: old.name = fresh.name; break;
            case 1: old.size = fresh.size; break;
            case 2:
                erase(table, old.id);
                old = fresh;
                break;
            default:
                rows.push_back(fresh);
                put(table, fresh);
                continue;
        }
        put(table, old);
    }
}

TEST(ColumnTable, AnyPageOfManyRowsIsAsIfAllWereSorted) {
    std::mt19937 random(3);
    std::vector<Row> rows = many_rows(20'000, random);
    ColumnTable table(kColumns);
    for (const Row& row : rows) put(table, row);
    ASSERT_EQ(table.size(), rows.size());

    for (int round = 0; round < 200; ++round) {
        change_some(table, rows, many_rows(random() % 40, random), random);
        RowQuery query{.filter = round % 2 ? size_from(5) : Filter{}, .limit = 1 + random() % 100};
        query.count = random() % 2 == 0;
        for (unsigned keys = random() % 3; keys > 0; --keys)
            query.sort.push_back({random() % 2 ? "name" : "size", random() % 2 == 0});
        sort_by(rows, query.sort);
        std::vector<std::string> all;
        for (const Row& row : rows)
            if (round % 2 == 0 || row.size >= 5) all.push_back(row.id);
        auto expected = [&](std::size_t from, std::size_t to) {
            from = std::min(from, all.size()), to = std::min(to, all.size());
            return std::vector(all.begin() + static_cast<std::ptrdiff_t>(from),
                               all.begin() + static_cast<std::ptrdiff_t>(to));
        };
        auto has_more = [&] { return table.query("w", query)->has_more; };
        query.offset = random() % 2 ? random() % (all.size() + 50) : random() % 3;
        ASSERT_EQ(ids(table, query), expected(query.offset, query.offset + query.limit)) << round;
        ASSERT_EQ(has_more(), query.offset + query.limit < all.size()) << round;
        const Row& from = rows[random() % rows.size()];  // which the filter may not match
        const bool matches = round % 2 == 0 || from.size >= 5;
        const std::size_t cursor =
            std::ranges::count_if(rows.begin(), rows.begin() + (&from - rows.data()),
                                  [&](const Row& row) { return round % 2 == 0 || row.size >= 5; });
        query.after = from.id;
        ASSERT_EQ(ids(table, query), expected(cursor + matches, cursor + matches + query.limit)) << round;
        ASSERT_EQ(has_more(), cursor + matches + query.limit < all.size()) << round;
        query.before = from.id;
        ASSERT_EQ(ids(table, query), expected(cursor - std::min<std::size_t>(cursor, query.limit), cursor)) << round;
        ASSERT_EQ(has_more(), cursor < all.size()) << round;
    }
}

TEST(ColumnTable, PagesOfFrequentAndOfRareRowsAreWholeAndTellWhetherMoreFollow) {
    constexpr std::size_t kRows = 60'000;
    ColumnTable table(kColumns);
    for (std::size_t i = 0; i < kRows; ++i)
        put(table, {.id = fmt::format("{:05}", i), .name = i % 30'000 == 29'999 ? "rare" : i % 3 ? "often" : "also"});
    auto named = [](std::string name) {
        return Filter{.kind = Filter::Kind::equals, .paths = {"name"}, .values = {std::move(name)}};
    };
    ASSERT_EQ(ids(table, {.limit = 1}).size(), 1u);  // the order of ids is kept from here on
    const RowQuery often{.filter = named("often"), .offset = 1, .limit = 2};
    EXPECT_EQ(ids(table, often), (std::vector<std::string>{"00002", "00004"}));
    EXPECT_TRUE(table.query("w", often)->has_more);
    EXPECT_FALSE(table.query("w", often)->total);

    RowQuery rare{.filter = named("rare"), .limit = 1};
    EXPECT_EQ(ids(table, rare), std::vector<std::string>{"29999"});
    EXPECT_TRUE(table.query("w", rare)->has_more);
    rare.count = true;
    EXPECT_EQ(table.query("w", rare)->total, 2u);
    rare.count = false;
    rare.after = "29999";
    EXPECT_EQ(ids(table, rare), std::vector<std::string>{"59999"});
    EXPECT_FALSE(table.query("w", rare)->has_more);
    rare.before = "59990";
    EXPECT_EQ(ids(table, rare), std::vector<std::string>{"29999"});
    EXPECT_TRUE(table.query("w", rare)->has_more);
    erase(table, "59999");
    EXPECT_FALSE(table.query("w", rare)->has_more);
}

TEST(ColumnTable, ARowThatComesBackAsItWasIsInTheOrderAgain) {
    ColumnTable table(kColumns);
    for (int i = 0; i < 5; ++i) put(table, {.id = std::to_string(i), .name = "same"});
    const RowQuery query{.sort = {{"name", false}}, .limit = 9};
    EXPECT_EQ(ids(table, query), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
    erase(table, "3");
    EXPECT_EQ(ids(table, query), (std::vector<std::string>{"0", "1", "2", "4"}));
    put(table, {.id = "3", .name = "same"});
    EXPECT_EQ(ids(table, query), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
}

TEST(ColumnTable, FindsATextWhereverItStandsAndNeverAcrossTwo) {
    ColumnTable table(kColumns);
    std::vector<Row> rows;
    for (std::size_t i = 0; i < 600; ++i) rows.push_back({.id = fmt::format("{:03}", i)});
    for (std::size_t length = 0; length < 40; ++length) rows[length].name = std::string(length, 'x') + "Needle";
    rows[100].name = "nee";
    rows[101].name = "dle";
    rows[102].name =
        "\xc3\x84"
        "needle\xc3\x9c";
    for (const Row& row : rows) put(table, row);
    Filter filter{.kind = Filter::Kind::contains, .paths = {"name"}, .values = {"NEEDLE"}};
    EXPECT_EQ(table.count("w", {}, filter), 41u);
    filter.values = {"x"};
    EXPECT_EQ(table.count("w", {}, filter), 39u);
    filter.values = {"", "nothing"};
    EXPECT_EQ(table.count("w", {}, filter), 43u);  // all that have a name
    filter.values = {"\xc3\xa4n"};
    EXPECT_EQ(ids(table, {.filter = filter, .limit = 5}), std::vector<std::string>{"102"});
}

TEST(ColumnTable, ChangedAndErasedRowsLeaveNothingBehind) {
    ColumnTable table(kColumns);
    std::mt19937 random(5);
    std::map<std::string, Row> expected;
    for (int round = 0; round < 40'000; ++round) {
        Row row{.id = fmt::format("{:03}", random() % 700), .name = fmt::format("n{}", random()), .size = 1};
        row.tags = {fmt::format("t{}", random() % 5000), "all"};
        if (random() % 4 == 0) {
            erase(table, row.id);
            expected.erase(row.id);
        } else {
            put(table, row);
            expected[row.id] = row;
        }
    }
    EXPECT_EQ(table.size(), expected.size());
    std::set<std::string> tags;
    for (const auto& [id, row] : expected) {
        tags.insert(row.tags.begin(), row.tags.end());
        Filter name{.kind = Filter::Kind::equals, .paths = {"name"}, .values = {row.name}};
        ASSERT_EQ(ids(table, {.filter = name, .limit = 5}), std::vector<std::string>{id});
    }
    EXPECT_EQ(table.distinct("w", {}, "tags").value(), std::vector<std::string>(tags.begin(), tags.end()));
}

TEST(ColumnTable, WhatWasReplacedTakesNoMemory) {
    ColumnTable table(kColumns);
    for (int round = 0; round < 500; ++round)
        put(table, {.id = "a",
                    .name = std::string(100'000, static_cast<char>('a' + round % 26)),
                    .tags = {std::string(100'000, static_cast<char>('a' + round % 25)), "b"}});
    const ColumnTable::Snapshot rows = table.snapshot("w");
    const Block& block = *rows.rows().front().block;
    EXPECT_LT(block.text(1).texts.bytes(), 500'000u);
    EXPECT_LT(block.list(3).texts.bytes(), 500'000u);
}

TEST(ColumnTable, PartitionsDoNotSeeEachOther) {
    ColumnTable table(kColumns);
    put(table, {.id = "a"}, "w1");
    put(table, {.id = "b"}, "w2");
    EXPECT_EQ(ids(table, {.limit = 5}, "w1"), std::vector<std::string>{"a"});
    EXPECT_EQ(ids(table, {.limit = 5}, "w2"), std::vector<std::string>{"b"});
    EXPECT_TRUE(ids(table, {.limit = 5}, "w3").empty());
    EXPECT_FALSE(table.query("w1", {.limit = 5, .after = "b"}));
    EXPECT_FALSE(table.query("w3", {.limit = 5, .after = "b"}));
}

TEST(ColumnTable, ASnapshotStaysAsItWas) {
    ColumnTable table(kColumns);
    for (int i = 0; i < 1000; ++i) put(table, {.id = std::to_string(i), .name = "before"});
    auto names = [](const ColumnTable::Snapshot& snapshot) {
        std::map<std::string, int> names;
        for (const BlockRows& part : snapshot.rows())
            part.rows.each([&](std::size_t row) { ++names[std::string(part.block->text(1)[row])]; });
        return names;
    };
    std::optional<ColumnTable::Snapshot> first(table.snapshot("w"));
    for (int i = 0; i < 500; ++i) put(table, {.id = std::to_string(i), .name = "after"});
    ColumnTable::Snapshot second = table.snapshot("w");
    for (int i = 900; i < 1000; ++i) erase(table, std::to_string(i));
    put(table, {.id = "new", .name = "after"});
    EXPECT_EQ(names(*first), (std::map<std::string, int>{{"before", 1000}}));
    EXPECT_EQ(names(second), (std::map<std::string, int>{{"after", 500}, {"before", 500}}));
    first.reset();
    put(table, {.id = "newer", .name = "after"});
    EXPECT_EQ(names(second), (std::map<std::string, int>{{"after", 500}, {"before", 500}}));
    EXPECT_EQ(names(table.snapshot("w")), (std::map<std::string, int>{{"after", 502}, {"before", 400}}));
}

TEST(ColumnTable, ReadersBesideAWriterSeeEveryRowOnce) {
    ColumnTable table(kColumns);
    constexpr int kRows = 20'000;  // enough for an order to be kept
    for (int i = 0; i < kRows; ++i) put(table, {.id = std::to_string(i), .size = 1});
    std::atomic<bool> stop = false;
    std::jthread writer([&] {
        for (int i = 0; !stop; ++i) put(table, {.id = std::to_string(i % kRows), .size = 1.0 + i % 7});
    });
    auto read = [&] {
        for (int round = 0; round < 20; ++round) {
            RowQuery query{.filter = size_from(1), .sort = {{"size", true}}, .limit = kRows};
            std::vector<std::string> seen = ids(table, query);
            EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), std::size_t{kRows});
        }
    };
    {
        const std::jthread other(read);
        read();
    }
    stop = true;
}

TEST(ColumnTable, AnExpensiveQuestionEndsInTime) {
    ColumnTable table(kColumns, std::chrono::milliseconds(200));
    for (int i = 0; i < 512; ++i) put(table, {.id = std::to_string(i), .name = std::string(1000, 'a') + "x0123456789"});
    Filter filter{.kind = Filter::Kind::contains, .paths = {"name"}};
    for (int i = 0; i < 1000; ++i) filter.values.push_back(fmt::format("a{}xa", i));
    Filter all{.children = std::vector<Filter>(100, {.kind = Filter::Kind::none, .children = {filter}})};
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(table.count("w", {}, all).error().code, Code::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST(ColumnTable, GivesUpAQuestionThatTakesTooLong) {
    ColumnTable table(kColumns, std::chrono::nanoseconds(0));
    put(table, {.id = "a", .name = "b"});
    Filter filter{.kind = Filter::Kind::contains, .paths = {"name"}, .values = {"x", "y"}};
    EXPECT_EQ(table.query("w", {.filter = filter, .limit = 5}).error().code, Code::unavailable);
    EXPECT_EQ(table.count("w", {}, filter).error().code, Code::unavailable);
}

}  // namespace
}  // namespace spanreel::store
