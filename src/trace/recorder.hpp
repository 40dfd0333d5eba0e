// SPDX-License-Identifier: Apache-2.0
// The one thread that owns the tape position. It takes whatever waits, settles it in the ledger, appends it in one
// write, syncs, publishes and only then answers; saving the index follows behind. Starting it replays what the index
// has not seen. Submitting and reading may be done by any thread.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/fair_queue.hpp"
#include "store/span_store.hpp"
#include "trace/ledger.hpp"

namespace spanreel::trace {

struct RecorderLimits {
    std::chrono::milliseconds save_interval{1000};
    std::size_t save_spans = 20'000;      ///< saved earlier when so many spans wait
    std::size_t unsaved_spans = 400'000;  ///< beyond, taking spans waits for the index
    std::size_t group_spans = 50'000;     ///< written at once; a larger batch is a group of its own
};

struct RecorderStatistics {
    std::uint64_t groups = 0;
    std::uint64_t spans = 0;
    std::uint64_t refused_spans = 0;
    std::uint64_t bytes = 0;  ///< of frames
    std::uint64_t operations = 0;
};

class Recorder {
  public:
    /// Called on the recorder's thread; must not wait.
    using SpansDone = std::move_only_function<void(Result<Refused>)>;

    /// Replays and starts. `store` must outlive the recorder.
    static Result<std::unique_ptr<Recorder>> start(store::SpanStore& store, RecorderLimits limits = {});
    /// Answers what waits, saves the index and stops.
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Workspaces take turns (base/fair_queue.hpp). How much may wait is for whoever gave the batch its share of the
    /// memory; `unavailable` at once when the index fails and too much waits for it.
    void submit(SpanBatch batch, SpansDone done);
    /// Waits until the operation is durable. The session as it is then; null after a delete.
    Result<Ledger::SessionRowPtr> apply(Operation operation);

    const Ledger& ledger() const { return ledger_; }
    store::SpanStore& store() const { return store_; }
    RecorderStatistics statistics() const;
    /// Fails when the store has failed, or when spans or operations were refused for want of room a moment ago.
    Result<void> healthy() const;

  private:
    struct WaitingSpans {
        SpanBatch batch;
        SpansDone done;
        Refused refused{};
    };
    struct WaitingOperation {
        Operation operation;
        std::move_only_function<void(Result<Ledger::SessionRowPtr>)> done;
    };
    struct Group {
        std::vector<WaitingOperation> operations;
        std::vector<WaitingSpans> spans;
        bool empty() const { return operations.empty() && spans.empty(); }
    };

    Recorder(store::SpanStore& store, RecorderLimits limits) : store_(store), limits_(limits), ledger_(store) {}
    Result<void> replay();
    void run();
    /// Why a batch of this size cannot be taken now. Caller holds mutex_.
    std::optional<Error> refusal() const;
    Group take_group();
    void record(Group group);
    void note_write(const Result<store::Appended>& appended, bool spans);
    void keep_until_saved(SpanBatch& batch);
    void save_if_due();
    void end_save();
    void save();
    void wait_until_saved();

    store::SpanStore& store_;
    RecorderLimits limits_;
    Ledger ledger_;
    std::chrono::steady_clock::time_point next_save_{};
    MemoryBudget::Share unsaved_memory_;
    MemoryBudget::Share saving_memory_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<WaitingOperation> waiting_operations_;
    FairQueue<WaitingSpans> waiting_spans_;
    std::optional<bool> save_ended_;  ///< set by the index's thread: whether it was saved
    bool saving_ = false;
    bool save_failing_ = false;
    bool index_behind_ = false;  ///< unsaved_spans wait for an index that fails
    bool stopping_ = false;
    std::optional<Error> write_failure_;  ///< of the last group that the store did not take
    std::chrono::steady_clock::time_point write_failed_at_{};
    RecorderStatistics statistics_;
    std::thread thread_;
};

}  // namespace spanreel::trace
