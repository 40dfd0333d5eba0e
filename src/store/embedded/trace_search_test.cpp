// SPDX-License-Identifier: Apache-2.0
// Searches over the index and what is not in it yet.
#include "store/embedded/trace_search.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "base/simulated_disk.hpp"
#include "store/embedded/embedded_span_store.hpp"
#include "store/embedded/migrations.hpp"
#include "store/embedded/trace_filter.hpp"

namespace spanreel::store {
namespace {

TraceRow trace(std::uint8_t number, std::int64_t ended_at, TraceColumns columns = {}) {
    TraceRow row{.key = {"w", {}}, .project = "p", .ended_at = ended_at, .state = "state"};
    row.key.trace_id.bytes.back() = number;
    if (columns.status.empty()) columns.status = "ok";
    row.columns = std::move(columns);
    return row;
}

class TraceSearchTest : public testing::Test {
  protected:
    TraceSearchTest() : directory_(testing::TempDir() + "trace_search_test_" + std::to_string(::getpid())) {
        std::filesystem::create_directories(directory_);
        open();
    }
    ~TraceSearchTest() override {
        store_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    Path file() const { return directory_ / "spanreel.db"; }
    void open() {
        database_ = Database::open(file()).value();
        store_ = EmbeddedSpanStore::open(disk_, "/data/spans", *database_).value();
    }
    void save(std::vector<TraceRow> rows) {
        auto changes = std::make_shared<IndexChanges>();
        changes->traces = std::move(rows);
        std::promise<Result<void>> done;
        store_->save(changes, [&](Result<void> saved) { done.set_value(std::move(saved)); });
        ASSERT_TRUE(done.get_future().get());
    }
    static UnsavedTraces unsaved(std::vector<TraceRow> rows, std::vector<TraceRow> removed = {}) {
        UnsavedTraces unsaved;
        for (const TraceRow& row : rows) unsaved.hidden.push_back(row.key.trace_id);
        for (const TraceRow& row : removed) unsaved.hidden.push_back(row.key.trace_id);
        unsaved.rows = std::move(rows);
        return unsaved;
    }
    std::vector<int> find(const Filter& filter, const UnsavedTraces& unsaved = {}, TraceQuery query = {},
                          const std::optional<TracePosition>& after = {}, std::size_t limit = 100) {
        if (query.workspace.empty()) query.workspace = "w";
        query.filter = filter;
        auto rows = store_->find_traces(query, unsaved, after, limit);
        EXPECT_TRUE(rows) << rows.error().message;
        std::vector<int> numbers;
        for (const TraceRow& row : rows.value_or(std::vector<TraceRow>()))
            numbers.push_back(row.key.trace_id.bytes.back());
        return numbers;
    }

    SimulatedDisk disk_;
    Path directory_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<EmbeddedSpanStore> store_;
};

using Numbers = std::vector<int>;

Filter is(std::string path, std::vector<std::string> values) {
    return {.kind = Filter::Kind::equals, .paths = {std::move(path)}, .values = std::move(values)};
}

TEST_F(TraceSearchTest, TheLatestEndComesFirstThenTheGreatestId) {
    save({trace(1, 10), trace(2, 30), trace(3, 20), trace(4, 20)});
    EXPECT_EQ(find({}), (Numbers{2, 4, 3, 1}));
    EXPECT_EQ(find({}, {}, {.workspace = "other"}), Numbers());
    EXPECT_EQ(find({}, {}, {.workspace = "w", .project = "q"}), Numbers());
    EXPECT_EQ(find({}, {}, {.workspace = "w", .from = 20, .to = 29}), (Numbers{4, 3}));
}

TEST_F(TraceSearchTest, WhatIsUnsavedIsInTheSameOrder) {
    save({trace(1, 10), trace(2, 30), trace(3, 20)});
    const UnsavedTraces fresh = unsaved({trace(1, 25), trace(5, 15)}, {trace(3, 0)});
    EXPECT_EQ(find({}, fresh), (Numbers{2, 1, 5}));
    EXPECT_EQ(find({}), (Numbers{2, 3, 1})) << "nothing of it stays in the connection";
    EXPECT_EQ(find(is("status", {"ok"}), fresh), (Numbers{2, 1, 5}));
}

TEST_F(TraceSearchTest, PagesFollowAPositionWhateverArrives) {
    save({trace(1, 10), trace(2, 30), trace(3, 20), trace(4, 20), trace(5, 40)});
    const TracePosition after{20, trace(4, 0).key.trace_id};
    EXPECT_EQ(find({}, {}, {}, after), (Numbers{3, 1}));
    EXPECT_EQ(find({}, unsaved({trace(6, 50), trace(7, 20), trace(2, 20)}), {}, after), (Numbers{3, 2, 1}));
    EXPECT_EQ(find({}, {}, {}, after, 1), (Numbers{3}));
}

TEST_F(TraceSearchTest, ComparesAsAnswersShow) {
    save({trace(1, 1, {.name = "Ärger", .models = {"gpt-4o", "o1"}, .prompt_tokens = 3, .completion_tokens = 4}),
          trace(2, 2, {.name = "other", .cost = 0.5})});
    const Filter contains{.kind = Filter::Kind::contains, .paths = {"name"}, .values = {"äRG"}};
    EXPECT_EQ(find(contains), Numbers{1});
    EXPECT_EQ(find(is("model", {"o1"})), Numbers{1});
    EXPECT_EQ(find(is("model", {"O1", "o"})), Numbers());
    EXPECT_EQ(find({.kind = Filter::Kind::none, .children = {is("model", {"o1"})}}), Numbers{2});
    EXPECT_EQ(find({.kind = Filter::Kind::number_is, .paths = {"total_tokens"}, .numbers = {7}}), Numbers{1});
    EXPECT_EQ(find({.kind = Filter::Kind::number_in, .paths = {"total_cost"}, .range = {.least = 0.5}}), Numbers{2});
    EXPECT_EQ(find({.kind = Filter::Kind::none,
                    .children = {{.kind = Filter::Kind::number_in, .paths = {"total_cost"}, .range = {.most = 0}}}}),
              (Numbers{2, 1}));
    EXPECT_EQ(find({.kind = Filter::Kind::empty, .paths = {"total_cost"}}), Numbers{1});
    EXPECT_EQ(find({.kind = Filter::Kind::empty, .paths = {"model"}}), Numbers{2});
    EXPECT_EQ(find({.kind = Filter::Kind::any}), Numbers());
    EXPECT_EQ(find(is("nowhere", {"x"})), Numbers());
    EXPECT_EQ(find(is("name", {"' OR 1 --"})), Numbers());
}

TEST_F(TraceSearchTest, ManyFiltersWithManyValuesAreNotTooDeep) {
    save({trace(1, 1, {.name = "n900"})});
    std::vector<std::string> values;
    for (int i = 0; i < 1000; ++i) values.push_back(fmt::format("n{}", i));
    EXPECT_EQ(find({.kind = Filter::Kind::contains, .paths = {"name"}, .values = values}), Numbers{1});
    EXPECT_EQ(find(is("name", values)), Numbers{1});
    Filter nested = is("name", {"n900"});
    for (int i = 0; i < 40; ++i) nested = {.kind = Filter::Kind::any, .children = {nested, is("name", {"x"})}};
    EXPECT_EQ(find(nested), Numbers{1});
}

TEST_F(TraceSearchTest, GivesValuesOncePerElement) {
    save({trace(1, 1, {.name = "a", .models = {"m", "n"}, .cost = 2}), trace(2, 2, {.name = "b"})});
    std::vector<std::string> seen;
    ASSERT_TRUE(store_->each_trace_values(
        {.workspace = "w"}, unsaved({trace(3, 3, {.name = "c", .models = {"m"}})}), {"model", "name"}, {"total_cost"},
        [&](auto texts, auto numbers) -> Result<void> {
            seen.push_back(fmt::format("{} {} {}", texts[0].value_or("-"), texts[1].value_or("-"),
                                       numbers[0] ? fmt::format("{}", *numbers[0]) : "-"));
            return {};
        }));
    std::ranges::sort(seen);
    EXPECT_EQ(seen, (std::vector<std::string>{"- b -", "m a 2", "m c -", "n a 2"}));
    auto nothing = [](auto, auto) -> Result<void> { return {}; };
    EXPECT_EQ(store_->each_trace_values({.workspace = "w"}, {}, {"x"}, {}, nothing).error().code, Code::invalid);
    EXPECT_EQ(store_->each_trace_values({.workspace = "w"}, {}, {}, {"name"}, nothing).error().code, Code::invalid);
}

TEST_F(TraceSearchTest, GivesUpWhenItTakesTooLong) {
    std::vector<TraceRow> rows;
    for (int i = 0; i < 3000; ++i) {
        rows.push_back(trace(0, i, {.name = "a name"}));
        rows.back().key.trace_id.bytes[0] = static_cast<std::uint8_t>(i);
        rows.back().key.trace_id.bytes[1] = static_cast<std::uint8_t>(i >> 8);
    }
    save(std::move(rows));
    const TraceQuery query{.workspace = "w", .filter = is("name", {"another"})};
    auto found = find_traces(*database_, query, {}, {}, 10, std::chrono::milliseconds(-1));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::unavailable);
    EXPECT_NE(found.error().message.find("takes too long"), std::string::npos);
    EXPECT_TRUE(find_traces(*database_, query, {}, {}, 10));
}

TEST_F(TraceSearchTest, WalksTheIndexOfEnds) {
    ASSERT_TRUE(database_->read([](Connection& connection) -> Result<void> {
        auto plan = connection.prepare(
            "EXPLAIN QUERY PLAN SELECT state FROM traces WHERE workspace = ?1 AND ended_at BETWEEN ?2 AND ?3 AND "
            "trace_id NOT IN (SELECT trace_id FROM temp.unsaved_traces) ORDER BY ended_at DESC, trace_id DESC LIMIT 3");
        std::string text;
        while (plan->executeStep()) text += plan->getColumn(3).getString() + "\n";
        EXPECT_NE(text.find("traces_by_end"), std::string::npos) << text;
        EXPECT_EQ(text.find("TEMP B-TREE FOR ORDER"), std::string::npos) << text;
        return {};
    }));
}

TEST_F(TraceSearchTest, ReadConnectionsStayReadOnly) {
    EXPECT_EQ(find({}, unsaved({trace(1, 1)})), Numbers{1});
    EXPECT_FALSE(database_->read([](Connection& connection) -> Result<void> {
        connection.execute("DELETE FROM traces");
        return {};
    }));
}

TEST_F(TraceSearchTest, TracesOfAnEarlierVersionAreDescribedOnce) {
    store_.reset();
    database_.reset();
    std::filesystem::remove(file());
    constexpr int kTraces = static_cast<int>(kDescribedRows) + 3;  // more than one transaction
    {
        const auto older = Database::open(file(), {.steps = migrations().first(8)}).value();
        ASSERT_TRUE(older->write([](Connection& connection) -> Result<void> {
            auto insert = connection.prepare("INSERT INTO traces VALUES ('w', ?, 'p', '', '', 1, 2, ?, x'')");
            for (int i = 0; i < kTraces; ++i) {
                const std::string id = fmt::format("{:016}", i), state = fmt::format("name {}", i);
                insert->bind(1, id.data(), static_cast<int>(id.size()));
                insert->bind(2, state.data(), static_cast<int>(state.size()));
                insert->exec();
                insert->reset();
            }
            return {};
        }));
    }
    open();
    EXPECT_EQ(find(is("name", {"name 2001"})), Numbers());
    int described = 0;
    auto describe = [&](const std::string& state) -> Result<TraceColumns> {
        ++described;
        if (state == "name 7") return fail(Code::corrupt, "not readable");
        return TraceColumns{.name = state, .status = "ok"};
    };
    ASSERT_TRUE(store_->describe_traces(describe));
    EXPECT_EQ(described, kTraces);
    EXPECT_EQ(find(is("name", {"name 2001", "name 0"})).size(), 2u);
    EXPECT_EQ(find(is("name", {"name 7"})), Numbers());
    ASSERT_TRUE(store_->describe_traces(describe));
    EXPECT_EQ(described, kTraces);
}

}  // namespace
}  // namespace spanreel::store
