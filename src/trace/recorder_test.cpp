// SPDX-License-Identifier: Apache-2.0
#include "trace/recorder.hpp"

#include <mutex>

#include "trace/test_recorder.hpp"

namespace spanreel::trace {
namespace {

/// Notes in which order workspaces are answered.
class Order {
  public:
    Recorder::SpansDone noting(const std::string& workspace) {
        return [this, workspace](Result<Refused> done) {
            std::lock_guard lock(mutex_);
            order_ += done ? workspace : "-";
        };
    }
    std::string wait_for(std::size_t size) const {
        for (int i = 0; i < 1000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(10)))
            if (std::lock_guard lock(mutex_); order_.size() >= size) return order_;
        return order_;
    }

  private:
    mutable std::mutex mutex_;
    std::string order_;
};

/// Answers its first request only when it is told to, so that the others of a test wait together.
class RecorderTurnsTest : public RecorderTest {
  protected:
    /// `spans` spans of a trace of their own.
    SpanBatch batch(const std::string& workspace, std::uint8_t spans) {
        std::vector<otlp::SpanInput> inputs;
        for (std::uint8_t i = 1; i <= spans; ++i) inputs.push_back(span(++trace_, i, 0));
        return batch_of(inputs, workspace, "", now());
    }

    std::uint8_t trace_ = 0;
};

TEST_F(RecorderTurnsTest, AWorkspaceThatSendsAllItCanDoesNotKeepAnotherWaiting) {
    Order order;
    TestRecorder recorder(disk_, index(), {.save_interval = std::chrono::hours(1), .group_spans = 4});
    std::promise<void> all_wait;
    recorder->submit(batch("x", 1), [&, waiting = all_wait.get_future()](Result<Refused>) mutable { waiting.wait(); });
    for (int i = 0; i < 20; ++i) recorder->submit(batch("a", 4), order.noting("a"));
    for (int i = 0; i < 3; ++i) recorder->submit(batch("b", 1), order.noting("b"));
    all_wait.set_value();
    const std::string answered = order.wait_for(23);
    EXPECT_EQ(answered.substr(0, 6), "abbbaa") << answered;
    EXPECT_EQ(answered, "abbb" + std::string(19, 'a'));
}

TEST_F(RecorderTurnsTest, MemoryIsCountedUntilTheIndexHasWhatItHolds) {
    MemoryBudget budget(64 << 20);
    const auto submit = [&](TestRecorder& recorder) {
        SpanBatch sent = batch("w", 5);
        sent.share = MemoryBudget::Share(budget, "w");
        EXPECT_TRUE(sent.share.resize(1'000'000));
        auto promise = std::make_shared<std::promise<void>>();
        auto done = promise->get_future();
        recorder->submit(std::move(sent), [promise](Result<Refused> refused) {
            EXPECT_TRUE(refused);
            promise->set_value();
        });
        done.wait();
    };
    TestRecorder recorder(disk_, index());
    submit(recorder);
    const std::uint64_t unsaved = budget.used();
    EXPECT_GT(unsaved, 5 * sizeof(SpanFacts));
    EXPECT_LT(unsaved, 20'000u) << "its frames are on the tape";
    submit(recorder);
    EXPECT_EQ(budget.used(), 2 * unsaved);
    recorder.stop();
    EXPECT_EQ(budget.used(), 0u);
}

TEST(SpanBatch, ForeseesWhatOneResourceMakesOfManySpans) {
    std::vector<otlp::SpanInput> spans;
    for (std::uint8_t i = 1; i <= 100; ++i) spans.push_back(span(1, i, 0));
    std::vector<std::string> tags;
    for (char c = '!'; c < '!' + 64; ++c) tags.emplace_back(1000, c);
    const std::string request = otlp::encode_request(spans, {{"langfuse.trace.tags", tags}});
    otlp::Batch decoded;
    ASSERT_TRUE(otlp::decode(request, {}, decoded));
    const SpanBatch made = make_batch(decoded, "w", "", now()).value();
    EXPECT_GT(made.memory, 20 * request.size()) << "each span's facts have the tags";
    EXPECT_GE(memory_to_make(decoded), made.memory);
}

}  // namespace
}  // namespace spanreel::trace
