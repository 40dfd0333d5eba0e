// SPDX-License-Identifier: Apache-2.0
// Searches and sums of what was recorded, saved or not.
#include "trace/trace_aggregate.hpp"

#include <gtest/gtest.h>

#include "trace/test_recorder.hpp"

namespace spanreel::trace {
namespace {

using store::Filter;

class RecordedTracesTest : public RecorderTest {
  protected:
    static std::vector<int> find(const TestRecorder& recorder, const Filter& filter,
                                 const std::optional<std::string>& project = {}) {
        auto rows = recorder.ledger().find_traces({.workspace = "w", .project = project, .filter = filter}, {}, 100);
        EXPECT_TRUE(rows) << rows.error().message;
        std::vector<int> numbers;
        for (const store::TraceRow& row : rows.value_or(std::vector<store::TraceRow>()))
            numbers.push_back(row.key.trace_id.bytes.back());
        return numbers;
    }
    static std::string groups(const TestRecorder& recorder, AggregateQuery query) {
        query.traces.workspace = "w";
        if (query.limit == 0) query.limit = 100;
        auto found = aggregate(recorder.ledger(), query);
        EXPECT_TRUE(found) << found.error().message;
        std::string text;
        for (const TraceGroup& group : found.value_or(TraceGroups()).groups) {
            for (const auto& value : group.values) text += value.value_or("-") + " ";
            for (const auto& metric : group.metrics) text += metric ? fmt::format("{} ", *metric) : "- ";
            text += "\n";
        }
        if (found && found->has_more) text += "more\n";
        return text;
    }
};

using Numbers = std::vector<int>;

Filter session_is(std::string key) {
    return {.kind = Filter::Kind::equals, .paths = {"session_id"}, .values = {std::move(key)}};
}

TEST_F(RecordedTracesTest, FindsWhatWasAcknowledgedWhetherSavedOrNot) {
    {
        TestRecorder recorder(disk_, index());
        recorder.record({model_call(1, 1, 0, "talk", 10, 5)});
        recorder.record({model_call(2, 1, 5, "talk", 1, 1)}, "w", "p");
        EXPECT_EQ(find(recorder, session_is("talk")), (Numbers{2, 1}));
    }
    TestRecorder recorder(disk_, index());
    EXPECT_EQ(find(recorder, session_is("talk")), (Numbers{2, 1})) << "saved when the first one stopped";
    recorder.record({span(1, 2, 10)});
    recorder.record({span(3, 1, 7)});
    EXPECT_EQ(find(recorder, {}), (Numbers{1, 3, 2}));
    EXPECT_EQ(find(recorder, session_is("talk"), "p"), Numbers{2});
    EXPECT_EQ(find(recorder, {.kind = Filter::Kind::number_is, .paths = {"span_count"}, .numbers = {2}}), Numbers{1});
}

TEST_F(RecordedTracesTest, FindsWhatAnEarlierVersionRecorded) {
    {
        TestRecorder recorder(disk_, index());
        recorder.record({model_call(1, 1, 0, "talk", 10, 5)});
    }
    {
        const auto database = store::Database::open(index() / "spanreel.db").value();
        ASSERT_TRUE(database->write([](store::Connection& connection) -> Result<void> {
            connection.execute(
                "UPDATE traces SET session_key = NULL, status = NULL; INSERT INTO traces_to_describe VALUES (0)");
            return {};
        }));
    }
    TestRecorder recorder(disk_, index());
    EXPECT_EQ(find(recorder, session_is("talk")), Numbers{1});
}

TEST_F(RecordedTracesTest, AddsUpByGroups) {
    TestRecorder recorder(disk_, index());
    for (std::uint8_t i = 1; i <= 10; ++i) {
        otlp::SpanInput call = model_call(i, 1, i, i % 2 ? "odd" : "even", i, 0);
        call.end = call.start + i * 1'000'000u;
        recorder.record({call});
    }
    recorder.record({span(11, 1, 0)});
    using enum MetricOperator;
    EXPECT_EQ(
        groups(recorder, {.traces = {},
                          .group_by = {"session_id"},
                          .metrics = {{count, ""}, {sum, "total_tokens"}, {max, "duration_ms"}, {p50, "duration_ms"}},
                          .limit = 0}),
        "even 5 30 10 6 \nodd 5 25 9 5 \n- 1 - 1000 1000 \n");
    EXPECT_EQ(groups(recorder, {.traces = {.filter = session_is("odd")},
                                .group_by = {},
                                .metrics = {{avg, "total_tokens"},
                                            {min, "duration_ms"},
                                            {p90, "duration_ms"},
                                            {p99, "duration_ms"},
                                            {count, "total_cost"},
                                            {sum, "total_cost"}},
                                .limit = 0}),
              "5 1 9 9 0 - \n");
    EXPECT_EQ(
        groups(recorder, {.traces = {.filter = session_is("nobody")}, .group_by = {}, .metrics = {{}}, .limit = 0}),
        "0 \n");
    EXPECT_EQ(groups(recorder, {.traces = {}, .group_by = {"session_id"}, .metrics = {{}}, .limit = 1}),
              "even 5 \nmore\n");
}

}  // namespace
}  // namespace spanreel::trace
