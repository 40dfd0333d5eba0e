// SPDX-License-Identifier: Apache-2.0
#include "trace/trace_reader.hpp"

#include <gtest/gtest.h>

#include "otlp/render.hpp"
#include "trace/span_tree.hpp"
#include "trace/test_recorder.hpp"

namespace spanreel::trace {
namespace {

using TraceReaderTest = RecorderTest;

std::vector<std::string> ids_of(const std::vector<StoredSpan>& spans) {
    std::vector<std::string> ids;
    for (const StoredSpan& one : spans) ids.push_back(to_hex(one.facts.span_id.view()).substr(14));
    return ids;
}

TEST_F(TraceReaderTest, ReadsTheTraceOfACallerWhoMaySeeIt) {
    TestRecorder recorder(disk_, index());
    recorder.record({model_call(1, 1, 0, "talk", 10, 5)}, "w", "p");
    TraceView view = read_trace(*recorder, "w", std::nullopt, trace_id(1)).value();
    EXPECT_EQ(view.row.project, "p");
    EXPECT_EQ(view.rollup.session_key, "talk");
    EXPECT_EQ(view.rollup.usage.prompt(), 10);
    EXPECT_TRUE(read_trace(*recorder, "w", "p", trace_id(1)));
    EXPECT_EQ(read_trace(*recorder, "w", "q", trace_id(1)).error().code, Code::not_found);
    EXPECT_EQ(read_trace(*recorder, "w2", std::nullopt, trace_id(1)).error().code, Code::not_found);
    EXPECT_EQ(read_trace(*recorder, "w", std::nullopt, trace_id(2)).error().code, Code::not_found);
}

TEST_F(TraceReaderTest, GivesSpansInOrderFromAllFramesWithTheirBytes) {
    TestRecorder recorder(disk_, index());
    auto root = span(1, 9, 0, {{"answer", 42}});
    auto child = span(1, 3, 2);
    child.parent_id = root.span_id;
    recorder.record({child, span(2, 1, 0)});  // another trace in the same frame
    recorder.record({root, span(1, 2, 2)});
    TraceView view = read_trace(*recorder, "w", std::nullopt, trace_id(1)).value();
    auto spans = read_spans(*recorder, view.row).value();
    ASSERT_EQ(ids_of(spans), (std::vector<std::string>{"09", "02", "03"}));  // by start, then id
    EXPECT_EQ(otlp::to_json(spans[0].span.attributes()).at("answer").get_int64(), 42);
    EXPECT_EQ(spans[0].source.scope_name, "test");
    EXPECT_EQ(spans[0].source.scope_schema_url, "https://opentelemetry.io/schemas/1.37.0");
    EXPECT_EQ(spans[2].facts.parent_id, spans[0].facts.span_id);
}

TEST_F(TraceReaderTest, ShowsTheVersionThatCounts) {
    TestRecorder recorder(disk_, index());
    auto late = span(1, 1, 0, {{"version", "late"}});
    late.end += 5;
    recorder.record({span(1, 1, 0, {{"version", "early"}})});
    recorder.record({late});
    recorder.record({span(1, 1, 0, {{"version", "early again"}})});
    auto spans = read_spans(*recorder, read_trace(*recorder, "w", std::nullopt, trace_id(1))->row).value();
    ASSERT_EQ(spans.size(), 1u);
    EXPECT_EQ(otlp::to_json(spans[0].span.attributes()).at("version").get_string(), "late");
}

TEST_F(TraceReaderTest, ADamagedFrameTakesOnlyItsOwnSpans) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0)});
    recorder.record({span(1, 2, 1)});
    TraceView view = read_trace(*recorder, "w", std::nullopt, trace_id(1)).value();
    ASSERT_EQ(view.row.frames.size(), 2u);
    auto file = disk_.open("/data/spans/0000000001.tape", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(view.row.frames[0].offset + 5, as_bytes("damage")));
    EXPECT_EQ(ids_of(read_spans(*recorder, view.row).value()), std::vector<std::string>{"02"});
}

/// A stored span that has only what a tree needs.
StoredSpan node(std::uint8_t id, std::uint8_t parent) {
    StoredSpan stored;
    stored.facts.span_id = SpanId::from(as_bytes(id_bytes(8, id)));
    if (parent != 0) stored.facts.parent_id = SpanId::from(as_bytes(id_bytes(8, parent)));
    return stored;
}

std::vector<std::uint32_t> levels_of(const std::vector<StoredSpan>& spans) {
    std::vector<std::uint32_t> levels;
    for (const SpanPlace& place : places_of(spans)) levels.push_back(place.level);
    return levels;
}

TEST(SpanTree, CountsLevelsFromTheRoots) {
    std::vector<StoredSpan> spans{node(1, 0), node(2, 1), node(3, 2), node(4, 1), node(5, 99)};
    EXPECT_EQ(levels_of(spans), (std::vector<std::uint32_t>{0, 1, 2, 1, 0}));
    auto places = places_of(spans);
    EXPECT_TRUE(places[0].has_children);
    EXPECT_TRUE(places[1].has_children);
    EXPECT_FALSE(places[2].has_children);
    EXPECT_FALSE(places[4].has_children);
    EXPECT_TRUE(places_of({}).empty());
}

TEST(SpanTree, CutsACycleAtItsEarliestSpan) {
    // 5 hangs below the cycle 2 -> 4 -> 3 -> 2; times follow positions.
    std::vector<StoredSpan> spans{node(5, 3), node(2, 3), node(3, 4), node(4, 2), node(7, 7)};
    EXPECT_EQ(levels_of(spans), (std::vector<std::uint32_t>{3, 0, 2, 1, 0}));
    EXPECT_FALSE(places_of(spans)[4].has_children);
}

TEST(SpanTree, TakesVeryDeepTreesInLinearTime) {
    std::vector<StoredSpan> spans(100'000);
    for (std::size_t i = 0; i < spans.size(); ++i) {
        std::string id(8, '\0'), parent(8, '\0');
        std::memcpy(id.data(), &i, 8);
        std::size_t above = i + 1;  // children come before their parents: the deepest walk is first
        std::memcpy(parent.data(), &above, 8);
        spans[i].facts.span_id = SpanId::from(as_bytes(id));
        spans[i].facts.parent_id = SpanId::from(as_bytes(parent));
    }
    auto places = places_of(spans);
    EXPECT_EQ(places.front().level, 99'999u);
    EXPECT_EQ(places.back().level, 0u);
}

}  // namespace
}  // namespace spanreel::trace
