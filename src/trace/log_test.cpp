// SPDX-License-Identifier: Apache-2.0
// Logs from the recorder to the reader: what is shown, what is refused, and that it is all there again after a crash.
#include <gtest/gtest.h>

#include "otlp/log_request_builder.hpp"
#include "trace/log_batch.hpp"
#include "trace/log_reader.hpp"
#include "trace/test_recorder.hpp"

namespace spanreel::trace {
namespace {

otlp::LogInput log_of(std::uint8_t trace, std::string body, std::uint64_t time = 0) {
    return {.trace_id = id_bytes(16, trace), .time = time, .body = std::move(body)};
}

class LogTest : public RecorderTest {
  protected:
    static Refused submit(TestRecorder& recorder, const std::vector<otlp::LogInput>& logs,
                          const std::string& project = "", const std::string& service = "test", Time received = now()) {
        otlp::LogBatch decoded;
        EXPECT_TRUE(otlp::decode_logs(otlp::encode_logs(logs, service), {}, decoded));
        std::promise<Result<Refused>> promise;
        recorder->submit(make_log_batch(decoded, "w", project, received).value(),
                         [&](Result<Refused> refused) { promise.set_value(std::move(refused)); });
        auto refused = promise.get_future().get();
        EXPECT_TRUE(refused);
        return refused.value_or(Refused{});
    }

    static std::vector<std::string> shown(TestRecorder& recorder, std::uint8_t trace = 1) {
        std::vector<std::string> bodies;
        auto row = recorder.ledger().trace({"w", trace_id(trace)});
        if (!row) return {row.error().message};
        for (const StoredLog& stored : read_logs(*recorder, *row).value()) bodies.emplace_back(stored.log.body.data);
        return bodies;
    }

    static DeleteSession deletion(TestRecorder& recorder, const std::string& key) {
        return {.id = recorder.session(key)->id, .at = now()};
    }
};

using Texts = std::vector<std::string>;

TEST_F(LogTest, ShowsLogsInOrderOfTimeThenOfArrival) {
    TestRecorder recorder(disk_, index());
    submit(recorder, {log_of(1, "third", 30), log_of(2, "other", 1), log_of(1, "first", 10), log_of(1, "second", 10)});
    recorder.record({span(1, 1, 0), span(2, 1, 0)});
    submit(recorder, {log_of(1, "fourth", 40)});
    EXPECT_EQ(shown(recorder), (Texts{"first", "second", "third", "fourth"}));
    EXPECT_EQ(shown(recorder, 2), Texts{"other"});
    EXPECT_EQ(shown(recorder, 3), Texts{"Trace not found"});
}

TEST_F(LogTest, ShowsTheSameRecordOfTheSameSourceOnce) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0)});
    for (int i = 0; i < 3; ++i) submit(recorder, {log_of(1, "again", 1)});
    submit(recorder, {log_of(1, "again", 1)}, "", "another");
    EXPECT_EQ(shown(recorder), (Texts{"again", "again"}));
}

TEST_F(LogTest, AreThereAgainFromTheTapeAndFromTheIndex) {
    TestRecorder before(disk_, index());
    before.record({span(1, 1, 0)});
    submit(before, {log_of(1, "a", 1), log_of(1, "b", 2)});
    submit(before, {log_of(2, "no trace yet", 1)});
    const auto crashed = disk_.crash(1);
    TestRecorder replayed(*crashed, index("another"));
    EXPECT_EQ(shown(replayed), (Texts{"a", "b"}));
    submit(replayed, {log_of(1, "c", 3)});
    replayed.stop();

    TestRecorder saved(*crashed, index("another"));
    EXPECT_EQ(shown(saved), (Texts{"a", "b", "c"}));
    saved.record({span(2, 1, 0)});
    EXPECT_EQ(shown(saved, 2), Texts{"no trace yet"});
    submit(saved, {log_of(1, "d", 4)});
    EXPECT_EQ(shown(saved), (Texts{"a", "b", "c", "d"}));
    EXPECT_EQ(saved.stop().logs({{"w", trace_id(1)}, {"w", trace_id(9)}}).value().size(), 1u);
}

TEST_F(LogTest, GoWithTheirSessionAndComeNoMore) {
    TestRecorder recorder(disk_, index());
    recorder.record({model_call(1, 1, 0, "talk", 1, 1)});
    submit(recorder, {log_of(1, "said", 1)});
    ASSERT_TRUE(recorder->apply(deletion(recorder, "talk")));
    EXPECT_EQ(submit(recorder, {log_of(1, "late", 1)}).deleted, 1u);
    EXPECT_TRUE(recorder.ledger().logs({"w", trace_id(1)}).value().frames.empty());
    const Time later = now() + kTombstoneLife + std::chrono::hours(1);
    ASSERT_TRUE(recorder.submit({model_call(1, 1, 0, "talk", 1, 1)}, "w", "", later).get());
    EXPECT_EQ(shown(recorder), Texts{}) << "those of a deleted trace do not come back with its id";
    EXPECT_EQ(submit(recorder, {log_of(1, "new", 1)}, "", "test", later).total(), 0u);
    EXPECT_EQ(shown(recorder), Texts{"new"});
    recorder.stop();
    TestRecorder again(disk_, index());
    EXPECT_EQ(shown(again), Texts{"new"});
}

TEST_F(LogTest, SavedOnesGoToo) {
    {
        TestRecorder recorder(disk_, index());
        recorder.record({model_call(1, 1, 0, "talk", 1, 1)});
        submit(recorder, {log_of(1, "said", 1)});
    }
    TestRecorder recorder(disk_, index());
    ASSERT_TRUE(recorder->apply(deletion(recorder, "talk")));
    EXPECT_TRUE(recorder.ledger().logs({"w", trace_id(1)}).value().frames.empty());
    EXPECT_TRUE(recorder.stop().logs({{"w", trace_id(1)}}).value().empty());
}

TEST_F(LogTest, AKeyOfAProjectReachesNoTraceOfAnother) {
    TestRecorder recorder(disk_, index());
    submit(recorder, {log_of(1, "early of another", 1)}, "green");
    recorder.record({span(1, 1, 0)}, "w", "blue");
    EXPECT_EQ(submit(recorder, {log_of(1, "late of another", 2)}, "green").foreign, 1u);
    EXPECT_EQ(submit(recorder, {log_of(1, "own", 3)}, "blue").total(), 0u);
    EXPECT_EQ(submit(recorder, {log_of(1, "of the workspace", 4)}).total(), 0u);
    EXPECT_EQ(shown(recorder), (Texts{"own", "of the workspace"}));
}

TEST_F(LogTest, ATraceHasOnlySoMany) {
    TestRecorder recorder(disk_, index());
    recorder.record({span(1, 1, 0)});
    std::vector<otlp::LogInput> logs;
    for (std::int64_t n = 0; n < kMaxTraceLogs - 1; ++n) logs.push_back(log_of(1, std::to_string(n), 1));
    EXPECT_EQ(submit(recorder, logs).total(), 0u);
    EXPECT_EQ(submit(recorder, {log_of(1, "last", 2), log_of(1, "beyond", 3)}).full, 1u);
    EXPECT_EQ(submit(recorder, {log_of(1, "beyond", 4)}).full, 1u);
    Texts all = shown(recorder);
    EXPECT_EQ(all.size(), static_cast<std::size_t>(kMaxTraceLogs));
    EXPECT_EQ(all.back(), "last");
}

TEST_F(LogTest, FramesAreOfBoundedSize) {
    otlp::LogBatch decoded;
    std::vector<otlp::LogInput> logs(8, log_of(1, std::string(store::kFrameTarget / 3, 'x')));
    ASSERT_TRUE(otlp::decode_logs(otlp::encode_logs(logs), {}, decoded));
    const SpanBatch batch = make_log_batch(decoded, "w", "", now()).value();
    EXPECT_EQ(batch.frames.size(), 4u);
    std::uint32_t records = 0;
    for (const BatchLogs& part : batch.logs) records += part.records;
    EXPECT_EQ(records, 8u);
    auto stored = store::decode_frame(batch.frames[1].payload).value();
    EXPECT_EQ(logs_of(stored->frame, 1).value().at(0).records, 2u);
}

}  // namespace
}  // namespace spanreel::trace
