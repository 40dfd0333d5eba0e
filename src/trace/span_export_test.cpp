// SPDX-License-Identifier: Apache-2.0
#include "trace/span_export.hpp"

#include <gmock/gmock.h>

#include "otlp/json.hpp"
#include "trace/test_recorder.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::trace {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class SpanExportTest : public RecorderTest {
  protected:
    /// "trace span version" of all that is exported, in its order.
    static std::vector<std::string> spans_of(const Recorder& recorder, SpanExport::Traces traces) {
        SpanExport spans(recorder, std::move(traces));
        std::vector<std::string> found;
        for (std::string lines; !(lines = spans.next().value()).empty();) {
            std::istringstream stream(lines);
            for (std::string line; std::getline(stream, line);) {
                otlp::Batch batch;
                EXPECT_TRUE(otlp::decode(otlp::protobuf_from_json(line).value(), {}, batch));
                EXPECT_EQ(batch.sources.size(), 1u);
                for (const otlp::SpanView& span : batch.spans)
                    found.push_back(fmt::format("{} {} {}", span.trace_id.bytes.back(), span.span_id.bytes[7],
                                                to_unix_nanos(span.end) - to_unix_nanos(span.start) - 1'000'000'000));
            }
        }
        return found;
    }
    static SpanExport::Traces one(const Recorder& recorder, std::uint8_t trace) {
        return the_traces({read_trace(recorder, "w", std::nullopt, trace_id(trace)).value().row});
    }
    static SpanExport::Traces all(const Recorder& recorder, std::optional<std::string> project = std::nullopt,
                                  std::optional<Time> from = {}, std::optional<Time> to = {}) {
        return traces_begun(recorder, "w", std::move(project), from, to);
    }
    static otlp::SpanInput later(otlp::SpanInput span, std::uint64_t nanos) {
        span.end += nanos;
        return span;
    }
};

TEST_F(SpanExportTest, GivesTheSpansOfATraceAndNoOther) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0), span(2, 9, 0), span(1, 2, 1)});
    recorder.record({span(1, 3, 2)});
    EXPECT_THAT(spans_of(*recorder, one(*recorder, 1)), ElementsAre("1 1 0", "1 2 0", "1 3 0"));
}

TEST_F(SpanExportTest, GivesTracesOfAnyTimeUnlessOneIsNamed) {
    TestRecorder recorder(disk_, index());
    otlp::SpanInput late = span(1, 1, 0);
    late.start = late.end = UINT64_MAX;
    recorder.record({late});
    EXPECT_EQ(spans_of(*recorder, all(*recorder)).size(), 1u);
}

TEST_F(SpanExportTest, GivesOfEachSpanTheVersionThatCounts) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0), span(1, 2, 0)});
    recorder.record({later(span(1, 1, 0), 5), span(1, 2, 0)});
    recorder.record({later(span(1, 1, 0), 3)});
    EXPECT_THAT(spans_of(*recorder, one(*recorder, 1)), UnorderedElementsAre("1 1 5", "1 2 0"));
}

TEST_F(SpanExportTest, ADamagedFrameTakesOnlyItsOwnSpans) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0)});
    recorder.record({span(1, 2, 1)});
    const store::TraceRow row = read_trace(*recorder, "w", std::nullopt, trace_id(1)).value().row;
    auto file = disk_.open("/data/spans/0000000001.tape", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(row.frames[0].offset + 5, as_bytes("damage")));
    EXPECT_THAT(spans_of(*recorder, the_traces({row})), ElementsAre("1 2 0"));
}

TEST_F(SpanExportTest, GivesAllTracesOfAProjectOrTheWorkspaceWithinATime) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0)}, "w", "p");
    recorder.record({span(2, 1, 10)}, "w", "q");
    recorder.record({span(3, 1, 20)}, "another");
    EXPECT_THAT(spans_of(*recorder, all(*recorder)), ElementsAre("1 1 0", "2 1 0"));
    EXPECT_THAT(spans_of(*recorder, all(*recorder, "q")), ElementsAre("2 1 0"));
    const Time second = from_unix_nanos(static_cast<std::int64_t>(span(2, 1, 10).start));
    EXPECT_THAT(spans_of(*recorder, all(*recorder, {}, second)), ElementsAre("2 1 0"));
    EXPECT_THAT(spans_of(*recorder, all(*recorder, {}, Time::min(), second)), ElementsAre("1 1 0"));
}

TEST_F(SpanExportTest, PagesOverWhatIsSavedAndWhatIsNot) {
    TestRecorder recorder(disk_, index(), {.save_interval = std::chrono::milliseconds(1)});
    constexpr int kTraces = 40;
    for (int trace = 1; trace <= kTraces; ++trace) recorder.record({span(static_cast<std::uint8_t>(trace), 1, trace)});
    for (std::size_t limit : {1u, 7u, 100u}) {
        int count = 0;
        store::TraceKey after{"w", {}};
        for (;;) {
            const auto rows = recorder.ledger().traces_after(after, limit).value();
            if (rows.empty()) break;
            for (const store::TraceRow& row : rows) {
                EXPECT_GT(row.key.trace_id, after.trace_id);
                after = row.key;
                ++count;
            }
        }
        EXPECT_EQ(count, kTraces) << limit;
    }
}

}  // namespace
}  // namespace spanreel::trace
