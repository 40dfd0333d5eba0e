// SPDX-License-Identifier: Apache-2.0
// Sessions and traces from the recorder's door to the rows of the index.
#include "trace/ledger.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "base/ids.hpp"
#include "trace/span_export.hpp"
#include "trace/state_codec.hpp"
#include "trace/test_recorder.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::trace {
namespace {

using Texts = std::vector<std::string>;

/// Every row, as text: equal lists are equal indexes.
std::vector<std::string> all_rows(store::SpanStore& store) {
    std::vector<std::string> rows;
    EXPECT_TRUE(store.each_session([&](const store::SessionRow& row) -> Result<void> {
        rows.push_back(fmt::format("{} {} {} {} dur {} start {} update {} n {} usage {} {} {} cost {} tags {} state {}",
                                   row.id, row.workspace, row.project, row.external_id, row.duration, row.started_at,
                                   row.updated_at, row.traces_count, row.prompt_tokens, row.completion_tokens,
                                   row.total_tokens, row.total_cost, fmt::join(row.tags, ","),
                                   to_hex(as_bytes(row.state))));
        return {};
    }));
    EXPECT_TRUE(store.each_trace([&](const store::TraceRow& row) -> Result<void> {
        rows.push_back(fmt::format("{} {} {} session {} stream {} {} {} state {}", row.key.workspace.text(),
                                   to_hex(row.key.trace_id.view()), row.project, row.session, row.stream_session,
                                   row.started_at, row.ended_at, to_hex(as_bytes(row.state))));
        for (const store::FrameRef& frame : row.frames)
            rows.back() += fmt::format(" {}:{}+{}", frame.file, frame.offset, frame.length);
        return {};
    }));
    return rows;
}

/// What each session observed is exactly what its traces add up to.
void expect_exact(store::SpanStore& store) {
    std::map<std::string, ObservedTotals> totals;
    ASSERT_TRUE(store.each_trace([&](const store::TraceRow& row) -> Result<void> {
        if (!row.session.empty()) add(totals[row.session], decode_rollup(row.state).value());
        return {};
    }));
    ASSERT_TRUE(store.each_session([&](const store::SessionRow& row) -> Result<void> {
        SessionState state = decode_state(row).value();
        EXPECT_EQ(state.observed, totals[row.id]) << row.external_id;
        EXPECT_TRUE(state.declared || state.observed.traces > 0) << row.external_id;
        totals.erase(row.id);
        return {};
    }));
    EXPECT_TRUE(totals.empty()) << "traces of sessions that are gone";
}

CreateSession create(const std::string& key, const std::string& project = "", const std::string& workspace = "w") {
    CreateSession operation{make_ulid(now()), workspace, {}, now()};
    operation.fields.external_id = key;
    if (!project.empty()) operation.fields.project = project;
    return operation;
}

PatchSession rename(const std::string& id, const std::string& key) {
    PatchSession operation{id, {}, now()};
    operation.fields.external_id = key;
    return operation;
}

using LedgerTest = RecorderTest;

TEST_F(LedgerTest, TracesMakeTheirSession) {
    TestRecorder recorder(disk_, index());
    recorder.record({model_call(1, 1, 0, "talk", 10, 5), model_call(1, 2, 2, "talk", 1, 1)});
    recorder.record({model_call(2, 1, 10, "talk", 100, 50), span(3, 1, 0)});
    auto row = recorder.session("talk");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->id.size(), 26u);
    EXPECT_EQ(row->traces_count, 2);
    EXPECT_EQ(row->prompt_tokens, 111);
    EXPECT_EQ(row->completion_tokens, 56);
    EXPECT_EQ(row->duration, 11'000);
    EXPECT_EQ(recorder.ledger().trace({"w", trace_id(3)}).value().session, "");  // no key, no session
    EXPECT_EQ(recorder.ledger().traces_of_session("w", row->id).value().size(), 2u);
    expect_exact(recorder.stop());
}

TEST_F(LedgerTest, AReplayGivesTheSameIds) {
    std::vector<std::string> rows;
    {
        TestRecorder recorder(disk_, index("first"));
        recorder.record({model_call(1, 1, 0, "talk", 10, 5)});
        recorder.record({model_call(2, 1, 0, "other", 1, 1)}, "w", "p");
        rows = all_rows(recorder.stop());
    }
    TestRecorder replayed(disk_, index("second"));
    EXPECT_EQ(all_rows(replayed.stop()), rows);
    ASSERT_EQ(rows.size(), 4u);
}

TEST_F(LedgerTest, ATakenKeyIsAConflictThatNamesItsHolder) {
    TestRecorder recorder(disk_, index());
    auto first = recorder->apply(create("key"));
    ASSERT_TRUE(first);
    auto second = recorder->apply(create("key"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::conflict);
    EXPECT_NE(second.error().message.find((*first)->id), std::string::npos);
    EXPECT_TRUE(recorder->apply(create("key", "project")));
    EXPECT_TRUE(recorder->apply(create("key", "", "w2")));

    recorder.record({model_call(1, 1, 0, "of a trace", 1, 1)});
    EXPECT_EQ(recorder->apply(create("of a trace")).error().code, Code::conflict);
    auto renamed = recorder->apply(rename((*first)->id, "of a trace"));
    EXPECT_EQ(renamed.error().code, Code::conflict);
    EXPECT_EQ(recorder.ledger().session("w", (*first)->id).value()->external_id, "key");
    expect_exact(recorder.stop());
}

TEST_F(LedgerTest, KeysThatReadAlikeAreNotTheSame) {
    TestRecorder recorder(disk_, index());
    EXPECT_TRUE(recorder->apply(create("bc", "a")));
    EXPECT_TRUE(recorder->apply(create("c", "ab")));
    EXPECT_TRUE(recorder->apply(create("abc")));
    EXPECT_TRUE(recorder->apply(create(std::string("b\0c", 3), std::string("a\0", 2))));
    EXPECT_TRUE(recorder->apply(create(std::string("\0b\0c", 4), "a")));
}

TEST_F(LedgerTest, TracesStayWithARenamedSessionAndItsOldKeyIsFree) {
    TestRecorder recorder(disk_, index());
    recorder.record({model_call(1, 1, 0, "old", 10, 0)});
    std::string id = recorder.session("old")->id;
    ASSERT_TRUE(recorder->apply(rename(id, "new")));
    EXPECT_FALSE(recorder.session("old"));
    recorder.record({model_call(1, 2, 5, "old", 7, 0)});  // a late span of the bound trace
    EXPECT_EQ(recorder.session("new")->prompt_tokens, 17);
    EXPECT_FALSE(recorder.session("old"));
    recorder.record({model_call(2, 1, 0, "old", 100, 0)});  // a new trace
    auto fresh = recorder.session("old");
    ASSERT_TRUE(fresh);
    EXPECT_NE(fresh->id, id);
    EXPECT_EQ(fresh->prompt_tokens, 100);
    EXPECT_EQ(recorder->apply(rename(id, "old")).error().code, Code::conflict);
    recorder.record({model_call(3, 1, 0, "new", 1, 0)});
    EXPECT_EQ(recorder.session("new")->prompt_tokens, 18);
    expect_exact(recorder.stop());
}

TEST_F(LedgerTest, ARenamedSessionIsFoundUnderItsNewKeyAfterARestart) {
    std::string id;
    {
        TestRecorder recorder(disk_, index());
        recorder.record({model_call(1, 1, 0, "old", 10, 0)});
        id = recorder.session("old")->id;
        recorder.stop();
    }
    TestRecorder recorder(disk_, index());
    ASSERT_TRUE(recorder->apply(rename(id, "new")));
    EXPECT_FALSE(recorder.session("old"));  // the index still says otherwise
    EXPECT_EQ(recorder.session("new")->id, id);
    EXPECT_TRUE(recorder->apply(create("old")));
}

TEST_F(LedgerTest, ADeletedSessionIsGoneWithItsTracesAndRefusesTheirSpans) {
    TestRecorder recorder(disk_, index());
    recorder.record({model_call(1, 1, 0, "talk", 10, 5), model_call(2, 1, 0, "talk", 10, 5)});
    std::string id = recorder.session("talk")->id;
    auto gone = recorder->apply(DeleteSession{id, now()});
    ASSERT_TRUE(gone);
    EXPECT_FALSE(*gone);
    EXPECT_EQ(recorder.ledger().session("w", id).error().code, Code::not_found);
    EXPECT_EQ(recorder.ledger().trace({"w", trace_id(1)}).error().code, Code::not_found);
    EXPECT_TRUE(recorder.ledger().traces_of_session("w", id).value().empty());
    EXPECT_TRUE(recorder.ledger().query({.workspace = "w"}).value().rows.empty());
    EXPECT_EQ(recorder->apply(DeleteSession{id, now()}).error().code, Code::not_found);
    EXPECT_EQ(recorder->apply(rename(id, "x")).error().code, Code::not_found);

    Refused refused = recorder.record({model_call(1, 2, 5, "talk", 1, 1), model_call(3, 1, 5, "talk", 1, 1)});
    EXPECT_EQ(refused.deleted, 1u);
    auto fresh = recorder.session("talk");
    ASSERT_TRUE(fresh);  // a new trace with the same key makes a new session
    EXPECT_NE(fresh->id, id);
    EXPECT_EQ(fresh->traces_count, 1);
    EXPECT_EQ(recorder.record({model_call(1, 3, 5, "talk", 1, 1)}, "w2").deleted, 0u);
    expect_exact(recorder.stop());
}

TEST_F(LedgerTest, TombstonesSurviveARestartAndEndAfterAWeek) {
    std::string id;
    {
        TestRecorder recorder(disk_, index());
        recorder.record({model_call(1, 1, 0, "talk", 10, 5)});
        id = recorder.session("talk")->id;
        ASSERT_TRUE(recorder->apply(DeleteSession{id, now()}));
        recorder.stop();
    }
    TestRecorder recorder(disk_, index());
    EXPECT_EQ(recorder.record({model_call(1, 2, 5, "talk", 1, 1)}).deleted, 1u);
    Time in_a_week = now() + kTombstoneLife + std::chrono::minutes(1);
    Refused refused = recorder.submit({model_call(1, 2, 5, "talk", 1, 1)}, "w", "", in_a_week).get().value();
    EXPECT_EQ(refused.deleted, 0u);
    EXPECT_TRUE(recorder.session("talk"));
}

TEST_F(LedgerTest, AReplayRefusesWhatWasRefusedThoughItsTombstoneHasEndedSince) {
    Time long_ago = now() - std::chrono::hours(24 * 30);
    {
        TestRecorder recorder(disk_, index());
        recorder.submit({model_call(1, 1, 0, "talk", 10, 5)}, "w", "", long_ago).get().value();
        ASSERT_TRUE(recorder->apply(DeleteSession{recorder.session("talk")->id, long_ago}));
        store::SpanStore& store = recorder.stop();
        // What was refused then lies on the tape behind the last save of the index.
        auto late = batch_of({model_call(1, 2, 5, "talk", 1, 1)}, "w", "", long_ago + std::chrono::hours(24));
        ASSERT_TRUE(store.append(late.frames, now()));
    }
    TestRecorder recorder(disk_, index());
    EXPECT_FALSE(recorder.session("talk"));
    EXPECT_EQ(recorder.ledger().trace({"w", trace_id(1)}).error().code, Code::not_found);
}

TEST_F(LedgerTest, ATraceMovesWholeWhenAStrongerKeyArrives) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0, {{"conversation.id", "weak"}, {"gen_ai.usage.input_tokens", 10}})});
    recorder.record({model_call(2, 1, 0, "strong", 1, 0)});
    EXPECT_EQ(recorder.session("weak")->traces_count, 1);
    recorder.record({span(1, 2, 5, {{"session.id", "strong"}})});
    EXPECT_FALSE(recorder.session("weak"));  // no API call ever touched it
    EXPECT_EQ(recorder.session("strong")->traces_count, 2);
    EXPECT_EQ(recorder.session("strong")->prompt_tokens, 11);

    recorder.record({span(3, 1, 0, {{"conversation.id", "declared"}, {"gen_ai.usage.input_tokens", 5}})});
    PatchSession patch{recorder.session("declared")->id, {}, now()};
    patch.fields.title = "kept";
    ASSERT_TRUE(recorder->apply(patch));
    recorder.record({span(3, 2, 5, {{"session.id", "strong"}})});
    auto kept = recorder.session("declared");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->traces_count, 0);
    EXPECT_EQ(kept->prompt_tokens, 0);
    EXPECT_EQ(recorder.session("strong")->prompt_tokens, 16);
    expect_exact(recorder.stop());
}

TEST_F(LedgerTest, AStrongerKeyFoundLaterGivesTheSameEndAsFoundFirst) {
    std::vector<std::vector<otlp::SpanInput>> orders{
        {span(1, 1, 0, {{"conversation.id", "weak"}}), span(1, 2, 5, {{"session.id", "b"}}),
         span(1, 3, 4, {{"session.id", "a"}})},
    };
    orders.push_back({orders[0][2], orders[0][0], orders[0][1]});
    orders.push_back({orders[0][1], orders[0][2], orders[0][0]});
    for (std::size_t i = 0; i < orders.size(); ++i) {
        SimulatedDisk disk;
        TestRecorder recorder(disk, index(std::to_string(i)));
        for (const otlp::SpanInput& one : orders[i]) recorder.record({one});
        EXPECT_EQ(recorder.session("a")->traces_count, 1) << i;  // the earliest start of the highest class
        EXPECT_FALSE(recorder.session("b")) << i;
        EXPECT_FALSE(recorder.session("weak")) << i;
        expect_exact(recorder.stop());
    }
}

TEST_F(LedgerTest, ARepetitionChangesNothing) {
    std::vector<otlp::SpanInput> spans{model_call(1, 1, 0, "talk", 10, 5), model_call(1, 2, 2, "talk", 1, 1)};
    std::vector<std::string> rows;
    {
        TestRecorder recorder(disk_, index());
        recorder.record(spans);
        rows = all_rows(recorder.stop());
    }
    {
        TestRecorder recorder(disk_, index());  // at any age: what was known is no longer in memory
        recorder.record(spans);
        recorder.record({spans[1]});
        EXPECT_EQ(all_rows(recorder.stop()), rows);
    }
    TestRecorder replayed(disk_, index("second"));
    EXPECT_EQ(all_rows(replayed.stop()), rows);
}

TEST_F(LedgerTest, OfTwoVersionsOfASpanTheLaterEndCounts) {
    otlp::SpanInput early = model_call(1, 1, 0, "talk", 10, 5);
    otlp::SpanInput late = model_call(1, 1, 0, "talk", 70, 7);
    late.end += 1'000'000'000;
    for (bool late_first : {false, true}) {
        SimulatedDisk disk;
        TestRecorder recorder(disk, index(late_first ? "a" : "b"));
        recorder.record({late_first ? late : early});
        recorder.record({late_first ? early : late});
        EXPECT_EQ(recorder.session("talk")->prompt_tokens, 70);
        EXPECT_EQ(recorder.session("talk")->duration, 2000);
        expect_exact(recorder.stop());
    }
}

TEST_F(LedgerTest, LateSpansFindTheirTraceAfterItLeftMemory) {
    TestRecorder recorder(disk_, index(), {.save_interval = std::chrono::milliseconds(1)});
    recorder.record({model_call(1, 1, 0, "talk", 10, 5), model_call(1, 2, 2, "talk", 1, 1)});
    // More than is kept in memory, so that the saved trace is dropped.
    std::vector<otlp::SpanInput> filler(1000, span(0, 0, 0));
    for (int batch = 0; batch < 56; ++batch) {
        for (std::size_t i = 0; i < filler.size(); ++i) {
            filler[i].trace_id = id_bytes(16, static_cast<std::uint8_t>(100 + batch));
            filler[i].span_id = {static_cast<char>(i / 256), 0, 0, 0, 0, 0, 1, static_cast<char>(i % 256)};
        }
        recorder.record(filler);
    }
    recorder.record({model_call(1, 3, 4, "talk", 100, 50)});
    auto row = recorder.session("talk");
    EXPECT_EQ(row->prompt_tokens, 111);
    EXPECT_EQ(row->completion_tokens, 56);
    EXPECT_EQ(row->traces_count, 1);
    EXPECT_EQ(recorder.ledger().trace({"w", trace_id(1)}).value().frames.size(), 2u);
    expect_exact(recorder.stop());
}

TEST_F(LedgerTest, TheKeysProjectBeatsTheSpans) {
    TestRecorder recorder(disk_, index());
    auto one = model_call(1, 1, 0, "talk", 1, 1);
    one.attributes.emplace_back("orq.project_id", "asked");
    recorder.record({one}, "w", "key's");
    EXPECT_TRUE(recorder.session("talk", "key's"));
    one.trace_id = id_bytes(16, 2);
    recorder.record({one});
    EXPECT_TRUE(recorder.session("talk", "asked"));
    EXPECT_FALSE(recorder.session("talk"));
    recorder.record({model_call(1, 1, 0, "talk", 1, 1)}, "w2");  // the same trace id in another workspace
    EXPECT_EQ(recorder.session("talk", "", "w2")->traces_count, 1);
}

TEST_F(LedgerTest, AKeyOfAnotherProjectDoesNotReachIntoATrace) {
    TestRecorder recorder(disk_, index());
    EXPECT_EQ(recorder.record({model_call(1, 1, 10, "talk", 10, 5)}, "w", "b").total(), 0u);
    EXPECT_EQ(recorder.record({model_call(1, 2, 0, "talk", 90, 5)}, "w", "a").foreign, 1u);
    EXPECT_EQ(recorder.record({model_call(1, 3, 20, "talk", 1, 1)}, "w", "b").total(), 0u);
    EXPECT_EQ(recorder.record({model_call(1, 4, 30, "talk", 1, 1)}).total(), 0u);  // a key that sees all projects
    EXPECT_EQ(recorder.session("talk", "b")->prompt_tokens, 12);
    EXPECT_FALSE(recorder.session("talk", "a"));

    TestRecorder replayed(disk_, index("second"));
    EXPECT_EQ(all_rows(replayed.stop()), all_rows(recorder.stop()));
}

TEST_F(LedgerTest, AReadErrorRefusesSpansInsteadOfForgettingWhatTheirTraceHas) {
    TestRecorder(disk_, index()).record({model_call(1, 1, 0, "talk", 10, 5)});
    TestRecorder recorder(disk_, index());
    disk_.fail_next(DiskOperation::read, 0, EIO);
    EXPECT_FALSE(recorder.submit({model_call(1, 2, 1, "talk", 1, 1)}).get());
    EXPECT_EQ(recorder.record({model_call(1, 2, 1, "talk", 1, 1)}).total(), 0u);
    EXPECT_EQ(recorder.session("talk")->prompt_tokens, 11);
}

TEST_F(LedgerTest, SessionsMadeByOneGroupNeedNotFitOneOperation) {
    TestRecorder recorder(disk_, index());
    std::vector<otlp::SpanInput> spans;
    for (int i = 0; i < 2500; ++i) {
        spans.push_back(model_call(1, 1, i, "talk " + std::to_string(i), 1, 1));
        spans.back().trace_id = fmt::format("{:016}", i);
    }
    recorder.record(spans);
    recorder.stop();
    EXPECT_EQ(all_rows(TestRecorder(disk_, index("second")).stop()), all_rows(TestRecorder(disk_, index()).stop()));
}

TEST_F(LedgerTest, ATraceTakesSoManySpansAndRefusesMore) {
    TestRecorder recorder(disk_, index());
    constexpr std::size_t kBatch = 50'000;
    std::vector<otlp::SpanInput> spans(kBatch, span(1, 0, 0));
    for (std::size_t first = 0; first < kMaxTraceSpans; first += kBatch) {
        for (std::size_t i = 0; i < kBatch; ++i) {
            const std::uint64_t number = first + i + 1;
            std::memcpy(spans[i].span_id.data(), &number, sizeof number);
        }
        EXPECT_EQ(recorder.record(spans).full, 0u);
    }
    EXPECT_EQ(recorder.record({spans.front()}).full, 0u) << "a repetition";
    EXPECT_EQ(recorder.record({span(1, 255, 0), span(2, 1, 0)}).full, 1u);
    EXPECT_TRUE(recorder.ledger().trace({"w", trace_id(2)}));

    otlp::SpanInput later = spans.front();
    later.end += 1;
    EXPECT_EQ(recorder.record({later, span(1, 255, 0)}).full, 1u) << "one that came in a frame of the trace";
    const store::TraceRow row = recorder.ledger().trace({"w", trace_id(1)}).value();
    EXPECT_EQ(read_spans(*recorder, row).value().size(), kMaxTraceSpans);
    SpanExport given(*recorder, the_traces({row}));
    std::size_t count = 0;
    for (std::optional<std::string> line; (line = given.next().value());)
        for (std::size_t at = 0; (at = line->find("\"spanId\"", at)) != std::string::npos; ++at) ++count;
    EXPECT_EQ(count, kMaxTraceSpans);
}

TEST_F(LedgerTest, TheFirstThousandTagsOfATraceAndASessionAreKept) {
    TestRecorder recorder(disk_, index());
    auto tagged = [](std::uint8_t trace, int span) {
        auto one = model_call(trace, static_cast<std::uint8_t>(span), span, "talk", 1, 1);
        Texts tags;
        for (int i = 0; i < 60; ++i) tags.push_back(fmt::format("{} {} {:02}", trace, span, i));
        one.attributes.emplace_back("tag.tags", tags);
        return one;
    };
    for (std::uint8_t trace : {2, 1})
        for (int span = 20; span > 0; --span) recorder.record({tagged(trace, span)});
    const Texts kept = recorder.session("talk")->tags;
    ASSERT_EQ(kept.size(), kMaxDistinct);
    EXPECT_EQ(kept.front(), "1 1 00");
    EXPECT_EQ(kept.back(), "1 9 39");  // 8 spans of each trace before it, then 40 of 60
    expect_exact(recorder.stop());
}

TEST_F(LedgerTest, AnyOrderAndGroupingOfSpansEndsInTheSameRollups) {
    std::mt19937 random(5);
    std::vector<otlp::SpanInput> spans;
    for (std::uint8_t trace = 1; trace <= 6; ++trace)
        for (std::uint8_t number = 1; number <= 6; ++number) {
            auto one = model_call(trace, number, random() % 20, "s" + std::to_string(trace % 3), random() % 50, 3);
            if (number > 1) one.parent_id = id_bytes(8, static_cast<std::uint8_t>(1 + random() % (number - 1)));
            one.attributes.emplace_back("tag.tags", Texts{"t" + std::to_string(random() % 5), "x"});
            one.attributes.emplace_back("user.id", "u" + std::to_string(random() % 4));
            spans.push_back(one);
        }
    auto rollups = [&](TestRecorder& recorder) {
        std::vector<std::string> all;
        for (std::uint8_t trace = 1; trace <= 6; ++trace)
            all.push_back(to_hex(as_bytes(recorder.ledger().trace({"w", trace_id(trace)}).value().state)));
        for (const char* key : {"s0", "s1", "s2"}) {
            auto row = recorder.session(key);
            all.push_back(fmt::format("{} {} {} {} {} {} {}", row->traces_count, row->prompt_tokens, row->duration,
                                      row->started_at, row->total_cost, fmt::join(row->tags, ","),
                                      fmt::join(row->contact_ids, ",")));
        }
        return all;
    };
    std::vector<std::string> expected;
    for (int round = 0; round < 6; ++round) {
        SimulatedDisk disk;
        TestRecorder recorder(disk, index(std::to_string(round)));
        std::vector<std::future<Result<Refused>>> answers;
        for (std::size_t from = 0; from < spans.size();) {
            std::size_t count = std::min<std::size_t>(1 + random() % 9, spans.size() - from);
            std::vector<otlp::SpanInput> batch(spans.begin() + static_cast<std::ptrdiff_t>(from),
                                               spans.begin() + static_cast<std::ptrdiff_t>(from + count));
            answers.push_back(recorder.submit(batch));
            if (random() % 4 == 0) answers.push_back(recorder.submit(batch));
            if (random() % 3 == 0) answers.back().wait();
            from += count;
        }
        for (auto& answer : answers) EXPECT_TRUE(answer.get());
        if (round == 0) expected = rollups(recorder);
        EXPECT_EQ(rollups(recorder), expected) << round;
        expect_exact(recorder.stop());
        std::ranges::shuffle(spans, random);
    }
}

TEST_F(LedgerTest, OnAFullDiskSpansAreRefusedAndDeletesStillWork) {
    TestRecorder recorder(disk_, index());
    recorder.record({model_call(1, 1, 0, "talk", 10, 5)});
    disk_.set_capacity(0);
    Result<Refused> refused = Refused{};
    for (int i = 0; refused && i < 4000; ++i) {
        auto one = model_call(2, static_cast<std::uint8_t>(i % 250 + 1), i, "full", 1, 1);
        one.attributes.emplace_back("noise", to_hex(as_bytes(random_bytes(400'000))));
        refused = recorder.submit({one}).get();
    }
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    EXPECT_FALSE(recorder->healthy());
    EXPECT_TRUE(recorder->apply(DeleteSession{recorder.session("talk")->id, now()}));
    disk_.set_capacity(1u << 30);
    EXPECT_EQ(recorder.record({model_call(3, 1, 0, "again", 1, 1)}).total(), 0u);
    EXPECT_TRUE(recorder->healthy());
    expect_exact(recorder.stop());
}

TEST_F(LedgerTest, AfterAFailedSyncNothingIsAcceptedAndNothingIsShown) {
    TestRecorder recorder(disk_, index());
    recorder.record({model_call(1, 1, 0, "talk", 10, 5)});
    disk_.fail_next(DiskOperation::sync, 0, EIO);
    EXPECT_FALSE(recorder.submit({model_call(1, 2, 0, "talk", 90, 5)}).get());
    EXPECT_EQ(recorder.session("talk")->prompt_tokens, 10);
    EXPECT_FALSE(recorder->apply(create("new")));
    EXPECT_FALSE(recorder.submit({model_call(2, 1, 0, "talk", 90, 5)}).get());
    EXPECT_FALSE(recorder->healthy());
}

/// Random calls and spans, many in one group.
void play(TestRecorder& recorder, std::mt19937& random, int steps) {
    std::vector<std::future<Result<Refused>>> answers;
    auto key = [&] { return "key" + std::to_string(random() % 6); };
    auto some_id = [&]() -> std::string {
        auto rows = recorder.ledger().query({.workspace = "w", .limit = 1000}).value().rows;
        return rows.empty() ? "none" : rows[random() % rows.size()]->id;
    };
    for (int step = 0; step < steps; ++step) {
        unsigned kind = random() % 12;
        if (kind < 8) {
            std::vector<otlp::SpanInput> spans;
            for (unsigned i = 1 + random() % 5; i > 0; --i) {
                auto one =
                    model_call(static_cast<std::uint8_t>(random() % 25), static_cast<std::uint8_t>(random() % 9 + 1),
                               random() % 30, key(), random() % 99, random() % 9);
                if (random() % 5 == 0) one.attributes[0] = {"conversation.id", key()};
                if (random() % 3 == 0)
                    one.attributes.emplace_back("tag.tags", Texts{"t" + std::to_string(random() % 4)});
                if (random() % 6 == 0) one.attributes.emplace_back("orq.project_id", "p");
                if (random() % 9 == 0) one.attributes.clear();
                spans.push_back(one);
            }
            answers.push_back(recorder.submit(spans, random() % 7 == 0 ? "w2" : "w"));
        } else if (kind == 8) {
            (void)recorder->apply(create(key(), random() % 3 ? "" : "p"));
        } else if (kind == 9) {
            (void)recorder->apply(rename(some_id(), key()));
        } else if (kind == 10) {
            PatchSession patch{some_id(), {}, now()};
            patch.fields.tags = Texts{"declared"};
            patch.fields.usage = TokenCounts{1.5, 2, 3.5};
            patch.fields.duration = 5;
            if (random() % 2) patch.fields.project = "p";
            (void)recorder->apply(patch);
        } else {
            (void)recorder->apply(DeleteSession{some_id(), now()});
        }
    }
    for (auto& answer : answers) EXPECT_TRUE(answer.get());
}

TEST_F(LedgerTest, AReplayOfAnyHistoryEndsInTheSameRows) {
    std::mt19937 random(17);
    for (int round = 0; round < 4; ++round) {
        SimulatedDisk disk;
        std::string name = std::to_string(round);
        {
            TestRecorder recorder(disk, index(name));
            play(recorder, random, 60);
            expect_exact(recorder.stop());
        }
        std::filesystem::copy(index(name), index(name + "half"), std::filesystem::copy_options::recursive);
        std::vector<std::string> rows;
        {
            // Saves while it runs, and forgets less than it saves.
            TestRecorder recorder(disk, index(name), {.save_interval = std::chrono::milliseconds(2), .save_spans = 3});
            play(recorder, random, 120);
            store::SpanStore& store = recorder.stop();
            expect_exact(store);
            rows = all_rows(store);
        }
        ASSERT_GT(rows.size(), 10u);
        TestRecorder from_half(disk, index(name + "half"));
        EXPECT_EQ(all_rows(from_half.stop()), rows);
        TestRecorder from_nothing(disk, index(name + "none"));
        EXPECT_EQ(all_rows(from_nothing.stop()), rows);
    }
}

}  // namespace
}  // namespace spanreel::trace
