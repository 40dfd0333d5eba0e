// SPDX-License-Identifier: Apache-2.0
#include "trace/recorder.hpp"

#include <algorithm>
#include <future>
#include <iterator>
#include <span>

#include "base/log.hpp"
#include "base/thread_name.hpp"

namespace spanreel::trace {

namespace {

constexpr std::size_t kSessionsPerOperation = 1'000;  // of 2 KB at most
/// A refused write counts against the health so long. Not until the next success: whoever sends by the health would
/// never try again.
constexpr std::chrono::seconds kFailureShown{10};

void add_sessions_made(const SessionsMade& made, std::vector<store::Entry>& entries) {
    for (std::span left(made.sessions); !left.empty();) {
        auto some = left.first(std::min(left.size(), kSessionsPerOperation));
        SessionsMade part{{some.begin(), some.end()}};
        entries.push_back({store::EntryKind::operation, encode_operation(part), 0});
        left = left.subspan(some.size());
    }
}

Error stopping() { return {Code::unavailable, "the server is stopping", {}}; }

Error index_behind() { return {Code::unavailable, "the index cannot be written, the server's log says why", {}}; }

/// One group of a replay: the ledger sees entries as it saw them the first time.
class Replay {
  public:
    Replay(Ledger& ledger) : ledger_(ledger) {}

    Result<void> visit(const store::StoredEntry& entry) {
        if (entry.kind == store::EntryKind::operation) {
            SPANREEL_TRY(Operation operation, decode_operation(entry.payload));
            auto applied = ledger_.stage(operation);
            if (!applied)  // it was accepted then, so the state before it is damaged
                log::error("operation not replayed", {{"lsn", entry.lsn}, {"error", applied.error().message}});
        } else {
            SPANREEL_CHECK(stage_frame(entry));
        }
        if (!entry.ends_group) return {};
        SPANREEL_CHECK(ledger_.settle());
        ledger_.publish(frames_, entry.lsn + 1);  // the commit mark follows the last entry
        frames_.clear();
        return {};
    }

  private:
    Result<void> stage_frame(const store::StoredEntry& entry) {
        auto frame = store::decode_frame(entry.payload);
        auto facts = frame ? facts_of((*frame)->frame) : Result<std::vector<std::shared_ptr<const SpanFacts>>>();
        if (!frame || !facts) {
            log::error("frame not replayed", {{"lsn", entry.lsn}});
            return {};
        }
        SpanBatch batch;
        batch.workspace = (*frame)->frame.workspace;
        batch.received = (*frame)->frame.received;
        batch.project_key = (*frame)->frame.project_key;
        for (auto& one : *facts) batch.spans.push_back({std::move(one), 0});
        ledger_.stage(batch, static_cast<std::uint32_t>(frames_.size()), refused_);
        frames_.push_back(entry.where);
        return {};
    }

    Ledger& ledger_;
    std::vector<store::FrameRef> frames_;
    Refused refused_;  // told then
};

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::start(store::SpanStore& store, RecorderLimits limits) {
    std::unique_ptr<Recorder> recorder(new Recorder(store, limits));
    SPANREEL_CHECK(recorder->replay());
    recorder->thread_ = std::thread([raw = recorder.get()] { raw->run(); });
    return recorder;
}

Recorder::~Recorder() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Result<void> Recorder::replay() {
    SPANREEL_CHECK(ledger_.load());
    SPANREEL_TRY(store::Lsn applied, store_.applied());
    Replay replay(ledger_);
    std::uint64_t entries = 0;
    SPANREEL_CHECK(store_.replay(applied, [&](const store::StoredEntry& entry) -> Result<void> {
        ++entries;
        SPANREEL_CHECK(replay.visit(entry));
        if (ledger_.unsaved_spans() < limits_.unsaved_spans) return {};
        save();
        wait_until_saved();
        return {};
    }));
    if (entries > 0) log::info("tape replayed", {{"entries", entries}, {"after", applied}});
    ledger_.end_replay(now());
    save();
    wait_until_saved();
    return {};
}

std::optional<Error> Recorder::refusal() const {
    if (stopping_) return stopping();
    if (index_behind_) return index_behind();
    return std::nullopt;
}

void Recorder::submit(SpanBatch batch, SpansDone done) {
    std::unique_lock lock(mutex_);
    if (auto refused = refusal()) {
        lock.unlock();
        return done(std::unexpected(*std::move(refused)));
    }
    const std::string workspace = batch.workspace;
    const std::size_t spans = batch.spans.size();
    waiting_spans_.push(workspace, spans, {std::move(batch), std::move(done)});
    lock.unlock();
    wake_.notify_all();
}

Result<Ledger::SessionRowPtr> Recorder::apply(Operation operation) {
    std::promise<Result<Ledger::SessionRowPtr>> promise;
    auto future = promise.get_future();
    {
        std::lock_guard lock(mutex_);
        if (stopping_) return std::unexpected(stopping());
        waiting_operations_.push_back({std::move(operation), [&promise](Result<Ledger::SessionRowPtr> result) {
                                           promise.set_value(std::move(result));
                                       }});
    }
    wake_.notify_all();
    return future.get();
}

Result<void> Recorder::healthy() const {
    SPANREEL_CHECK(store_.healthy());
    std::lock_guard lock(mutex_);
    if (index_behind_) return std::unexpected(index_behind());
    if (write_failure_ && std::chrono::steady_clock::now() - write_failed_at_ < kFailureShown)
        return std::unexpected(*write_failure_);
    return {};
}

RecorderStatistics Recorder::statistics() const {
    std::lock_guard lock(mutex_);
    return statistics_;
}

Recorder::Group Recorder::take_group() {
    std::unique_lock lock(mutex_);
    auto ready = [&] { return stopping_ || save_ended_ || !waiting_operations_.empty() || !waiting_spans_.empty(); };
    if (ledger_.has_unsaved() && !saving_)
        wake_.wait_until(lock, next_save_, ready);
    else
        wake_.wait(lock, ready);
    Group group;
    group.operations = std::exchange(waiting_operations_, {});
    for (std::size_t spans = 0; !waiting_spans_.empty();) {
        spans += waiting_spans_.front().batch.spans.size();
        if (!group.spans.empty() && spans > limits_.group_spans) break;
        group.spans.push_back(waiting_spans_.pop());
    }
    return group;
}

void Recorder::run() {
    name_this_thread("recorder");
    next_save_ = std::chrono::steady_clock::now() + limits_.save_interval;
    while (true) {
        Group group = take_group();
        bool stop = false;
        {
            std::lock_guard lock(mutex_);
            stop = stopping_ && group.empty();
        }
        if (!group.empty()) record(std::move(group));
        if (stop) break;
        save_if_due();
        if (ledger_.unsaved_spans() > limits_.unsaved_spans) wait_until_saved();
        std::lock_guard lock(mutex_);
        index_behind_ = save_failing_ && ledger_.unsaved_spans() > limits_.unsaved_spans;
    }
    wait_until_saved();
    save();
    wait_until_saved();
}

void Recorder::note_write(const Result<store::Appended>& appended, bool spans) {
    std::lock_guard lock(mutex_);
    if (!appended) {
        if (!write_failure_) log::error("writes are refused", {{"error", appended.error().message}});
        write_failure_ = appended.error();
        write_failed_at_ = std::chrono::steady_clock::now();
    } else if (spans && write_failure_) {  // operations are taken on a full disk too
        log::info("writes are taken again", {});
        write_failure_.reset();
    }
}

void Recorder::record(Group group) {
    std::vector<store::Entry> entries;
    std::vector<std::pair<WaitingOperation*, Ledger::SessionRowPtr>> accepted;
    for (WaitingOperation& waiting : group.operations) {
        auto staged = ledger_.stage(waiting.operation);
        if (!staged) {
            waiting.done(std::unexpected(std::move(staged).error()));
            continue;
        }
        entries.push_back({store::EntryKind::operation, encode_operation(waiting.operation), 0});
        accepted.emplace_back(&waiting, std::move(*staged));
    }
    std::uint32_t frames = 0;
    std::uint64_t spans = 0, bytes = 0;
    for (WaitingSpans& waiting : group.spans) {
        ledger_.stage(waiting.batch, frames, waiting.refused);
        frames += static_cast<std::uint32_t>(waiting.batch.frames.size());
        spans += waiting.batch.spans.size();
        bytes += waiting.batch.bytes;
    }
    Result<void> settled = ledger_.settle();
    if (settled) add_sessions_made(ledger_.made(), entries);
    std::size_t first_frame = entries.size();
    for (WaitingSpans& waiting : group.spans) std::ranges::move(waiting.batch.frames, std::back_inserter(entries));

    Result<store::Appended> appended = store::Appended{};
    if (!settled)
        appended = std::unexpected(std::move(settled).error());
    else if (!entries.empty())
        appended = store_.append(entries, now());
    note_write(appended, !group.spans.empty());
    if (!appended) {
        ledger_.discard();
        bool full = appended.error().code == Code::unavailable && store_.healthy();
        for (WaitingSpans& waiting : group.spans) waiting.done(std::unexpected(appended.error()));
        if (full && !group.spans.empty()) {  // operations may use the tape's reserve
            std::vector<WaitingOperation> again;
            again.reserve(accepted.size());
            for (auto& [waiting, row] : accepted) again.push_back(std::move(*waiting));
            if (!again.empty()) record({std::move(again), {}});
            return;
        }
        for (auto& [waiting, row] : accepted) waiting->done(std::unexpected(appended.error()));
        return;
    }
    if (!entries.empty()) {
        appended->where.erase(appended->where.begin(),
                              appended->where.begin() + static_cast<std::ptrdiff_t>(first_frame));
        ledger_.publish(appended->where, appended->last);
    }
    for (WaitingSpans& waiting : group.spans) keep_until_saved(waiting.batch);
    {
        std::lock_guard lock(mutex_);
        ++statistics_.groups;
        statistics_.bytes += bytes;
        statistics_.operations += accepted.size();
        statistics_.spans += spans;
        for (const WaitingSpans& waiting : group.spans) statistics_.refused_spans += waiting.refused.total();
    }
    for (auto& [waiting, row] : accepted) waiting->done(std::move(row));
    for (WaitingSpans& waiting : group.spans) waiting.done(waiting.refused);
}

/// Its frames are on the tape; its facts are the ledger's until they are in the index too.
void Recorder::keep_until_saved(SpanBatch& batch) {
    (void)batch.share.resize(std::min<std::uint64_t>(batch.share.held(), batch.memory - batch.bytes));
    unsaved_memory_.absorb(std::move(batch.share));
}

void Recorder::save_if_due() {
    bool failing = false;
    {
        std::lock_guard lock(mutex_);
        if (save_ended_) end_save();
        if (saving_) return;
        failing = save_failing_;
    }
    auto now = std::chrono::steady_clock::now();
    bool many = ledger_.unsaved_spans() >= limits_.save_spans && !failing;
    if (now >= next_save_ || many) {
        next_save_ = now + limits_.save_interval;
        save();
    }
}

void Recorder::save() {
    auto changes = ledger_.begin_save();
    if (!changes) return;
    saving_memory_ = std::exchange(unsaved_memory_, {});
    {
        std::lock_guard lock(mutex_);
        saving_ = true;
    }
    store_.save(std::move(changes), [this](Result<void> saved) {
        if (!saved) log::error("index not saved; trying again", {{"error", saved.error().message}});
        std::lock_guard lock(mutex_);
        save_failing_ = !saved;
        save_ended_ = saved.has_value();
        // Notified under the lock: the recorder may be gone the moment it is released.
        wake_.notify_all();
    });
}

void Recorder::wait_until_saved() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return !saving_ || save_ended_; });
    if (save_ended_) end_save();
}

/// With mutex_ held.
void Recorder::end_save() {
    ledger_.end_save(*save_ended_, saving_memory_.held());
    if (!*save_ended_) unsaved_memory_.absorb(std::move(saving_memory_));
    saving_memory_ = {};
    save_ended_.reset();
    saving_ = false;
}

}  // namespace spanreel::trace
