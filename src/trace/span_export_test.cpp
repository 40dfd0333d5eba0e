// SPDX-License-Identifier: Apache-2.0
#include "trace/span_export.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <map>

#include "otlp/json.hpp"
#include "trace/facts_codec.hpp"
#include "trace/test_recorder.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::trace {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class SpanExportTest : public RecorderTest {
  protected:
    /// All that is given, and how often nothing was.
    struct Given {
        std::vector<std::string> lines;
        int nothing_yet = 0;
    };
    static Given all_of(const Recorder& recorder, SpanExport::Traces traces) {
        SpanExport spans(recorder, std::move(traces));
        Given given;
        for (std::optional<std::string> line; (line = spans.next().value());) {
            if (line->empty())
                ++given.nothing_yet;
            else
                given.lines.push_back(*std::move(line));
        }
        return given;
    }
    /// "trace span version" of all that is exported, in its order, or a line that has no spans.
    static std::vector<std::string> spans_of(const Recorder& recorder, SpanExport::Traces traces) {
        std::vector<std::string> found;
        for (const std::string& line : all_of(recorder, std::move(traces)).lines) {
            EXPECT_EQ(line.find('\n'), line.size() - 1);
            otlp::Batch batch;
            EXPECT_TRUE(otlp::decode(otlp::protobuf_from_json(line).value(), {}, batch));
            EXPECT_LE(batch.sources.size(), 1u);
            for (const otlp::SpanView& span : batch.spans)
                found.push_back(fmt::format("{} {} {}", span.trace_id.bytes.back(), span.span_id.bytes[7],
                                            to_unix_nanos(span.end) - to_unix_nanos(span.start) - 1'000'000'000));
            if (batch.spans.empty()) found.push_back(line);
        }
        return found;
    }
    static SpanExport::Traces one(const Recorder& recorder, std::uint8_t trace) {
        return the_traces({read_trace(recorder, "w", std::nullopt, trace_id(trace)).value().row});
    }
    static SpanExport::Traces all(const Recorder& recorder, std::optional<std::string> project = std::nullopt,
                                  std::optional<Time> from = {}, std::optional<Time> to = {}) {
        return traces_begun(
            recorder, "w",
            {.project = std::move(project), .from = from.transform(to_unix_nanos), .to = to.transform(to_unix_nanos)});
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
    recorder.record({span(2, 1, 0)});
    EXPECT_THAT(spans_of(*recorder, all(*recorder)),
                ElementsAre("1 2 0", "2 1 0", "{\"resourceSpans\":[],\"spanreel\":{\"incompleteTraces\":1}}\n"));
}

TEST_F(SpanExportTest, SpansThatCannotBeReadTakeTheirFrameAlone) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0), span(2, 1, 0)});
    store::TraceRow row = read_trace(*recorder, "w", std::nullopt, trace_id(1)).value().row;
    std::string facts;
    SpanFacts known;
    known.trace_id = trace_id(1);
    known.span_id.bytes[0] = 1;
    known.span_id.size = 8;
    encode_facts(known, "", facts);
    for (const auto& [bytes, of_facts] : {std::pair<std::string, std::string>("", "\xFF"), {"\x0a\x7f", facts}}) {
        const std::string payload =
            store::encode_frame(
                {.workspace = "w", .sources = {{}}, .records = {{.source = 0, .span = bytes, .facts = of_facts}}})
                .value();
        const auto appended = recorder->store().append({{.payload = payload, .count = 1}}, now()).value();
        row.frames.push_back(appended.where.front());
    }
    std::ranges::swap(row.frames.front(), row.frames.back());
    const store::TraceRow other = read_trace(*recorder, "w", std::nullopt, trace_id(2)).value().row;
    EXPECT_THAT(spans_of(*recorder, the_traces({row, other})),
                ElementsAre("1 1 0", "2 1 0", "{\"resourceSpans\":[],\"spanreel\":{\"incompleteTraces\":1}}\n"));
}

TEST_F(SpanExportTest, GivesATraceThatIsLargerThanWhatIsKept) {
    TestRecorder recorder(disk_, index());
    std::vector<std::string> expected;
    for (int number = 1; number <= 100; ++number) {
        recorder.record({span(1, static_cast<std::uint8_t>(number), 0, {{"filler", std::string(100'000, 'f')}})});
        expected.push_back(fmt::format("1 {} 0", number));
    }
    EXPECT_EQ(spans_of(*recorder, one(*recorder, 1)), expected);
}

TEST_F(SpanExportTest, StopsAgainAndAgainWhileItFindsNothing) {
    TestRecorder recorder(disk_, index());
    std::vector<otlp::SpanInput> spans;
    for (int number = 0; number < 2000; ++number) {
        spans.push_back(span(1, 1, 0));
        std::memcpy(spans.back().trace_id.data(), &number, sizeof number);
    }
    recorder.record(spans, "w", "p");
    const auto check = [](const Recorder& from) {
        const Given given = all_of(from, all(from, "q"));
        EXPECT_TRUE(given.lines.empty());
        EXPECT_GE(given.nothing_yet, 2000 / 256);
    };
    check(*recorder);
    recorder.stop();
    check(*TestRecorder(disk_, index()));
}

TEST_F(SpanExportTest, GivesAllTracesOfAProjectOrTheWorkspaceWithinATime) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0)}, "w", "p");
    recorder.record({span(2, 1, 10)}, "w", "q");
    recorder.record({span(3, 1, 20)}, "another");
    const Time second = from_unix_nanos(static_cast<std::int64_t>(span(2, 1, 10).start));
    const auto check = [second](const Recorder& from) {
        EXPECT_THAT(spans_of(from, all(from)), ElementsAre("1 1 0", "2 1 0"));
        EXPECT_THAT(spans_of(from, all(from, "q")), ElementsAre("2 1 0"));
        EXPECT_THAT(spans_of(from, all(from, {}, second)), ElementsAre("2 1 0"));
        EXPECT_THAT(spans_of(from, all(from, {}, Time::min(), second)), ElementsAre("1 1 0"));
        EXPECT_THAT(spans_of(from, all(from, "p", second)), ElementsAre());
    };
    check(*recorder);
    recorder.stop();
    check(*TestRecorder(disk_, index()));
}

TEST_F(SpanExportTest, APageOfWhatIsNotSavedIsNoLonger) {
    TestRecorder recorder(disk_, index());
    for (std::uint8_t trace = 1; trace <= 40; ++trace) recorder.record({span(trace, 1, trace)});
    const Ledger::TracePage page = recorder.ledger().traces_after({"w", trace_id(10)}, {}, 7).value();
    ASSERT_EQ(page.rows.size(), 7u);
    EXPECT_EQ(page.rows.front().key.trace_id, trace_id(11));
    EXPECT_EQ(page.last, trace_id(17));
}

TEST_F(SpanExportTest, PagesOverWhatIsSavedAndWhatIsNot) {
    std::vector<std::uint8_t> saved;
    {
        TestRecorder recorder(disk_, index());
        for (std::uint8_t trace = 2; trace <= 40; trace += 2) {
            recorder.record({model_call(trace, 1, trace, trace == 10 ? "deleted" : "kept", 1, 1)});
            saved.push_back(trace);
        }
    }
    TestRecorder recorder(disk_, index());
    std::map<std::uint8_t, std::size_t> frames;  ///< of each trace that is to be found
    for (std::uint8_t trace : saved) frames[trace] = 1;
    for (std::uint8_t trace = 1; trace <= 41; trace += 4) {
        recorder.record({span(trace, 1, trace)});
        frames[trace] = 1;
    }
    recorder.record({span(20, 2, 20)});
    frames[20] = 2;
    ASSERT_TRUE(recorder->apply(DeleteSession{recorder.session("deleted")->id, now()}));
    frames.erase(10);
    const auto in_index = recorder->store().traces_between({"w", {}}, trace_id(255), {}).value();
    ASSERT_EQ(in_index.size(), saved.size()) << "nothing was saved meanwhile";

    for (std::size_t limit : {1u, 7u, 100u}) {
        std::map<std::uint8_t, std::size_t> found;
        for (std::optional<store::TraceKey> after = store::TraceKey{"w", {}}; after;) {
            const Ledger::TracePage page = recorder.ledger().traces_after(*after, {}, limit).value();
            EXPECT_LE(page.rows.size(), 2 * limit);
            for (const store::TraceRow& row : page.rows) {
                EXPECT_GT(row.key.trace_id, after->trace_id);
                after->trace_id = row.key.trace_id;
                EXPECT_TRUE(found.emplace(row.key.trace_id.bytes.back(), row.frames.size()).second);
            }
            if (!page.last)
                after.reset();
            else
                after->trace_id = *page.last;
        }
        EXPECT_EQ(found, frames) << limit;
    }
}

}  // namespace
}  // namespace spanreel::trace
