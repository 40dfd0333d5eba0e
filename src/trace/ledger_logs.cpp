// SPDX-License-Identifier: Apache-2.0
// What the ledger knows of logs: where those of each trace lie, and how many they are.
#include <algorithm>
#include <mutex>

#include "trace/ledger.hpp"
#include "trace/log_batch.hpp"

namespace spanreel::trace {

namespace {

/// What stays in memory after it was saved, so that the next logs of a running conversation need no disk.
constexpr std::size_t kCachedLogFrames = 200'000;
constexpr std::size_t kCachedLogTraces = 20'000;

}  // namespace

void Ledger::stage_logs(const SpanBatch& batch, std::uint32_t first_frame, Refused& refused) {
    for (const BatchLogs& logs : batch.logs) {
        LogArrival& arrival = log_arrivals_[{batch.workspace, logs.trace_id}];
        arrival.received = std::max(arrival.received, batch.received);
        arrival.parts.push_back({first_frame + logs.frame, logs.records, batch.project, &refused});
    }
}

Result<void> Ledger::find_stored_logs() {
    std::vector<store::TraceKey> unknown;
    for (const auto& [key, arrival] : log_arrivals_) {
        const bool removed = unsaved_.removed_logs.contains(key) || saving_.removed_logs.contains(key);
        if (!removed && !logs_.contains(key)) unknown.push_back(key);
    }
    if (unknown.empty()) return {};
    std::ranges::sort(unknown);
    SPANREEL_TRY(auto rows, store_.logs(unknown));
    for (store::LogRow& row : rows) stored_logs_.emplace(row.key, std::move(row));
    return {};
}

/// Empty as well when there is no such trace.
Result<std::string> Ledger::staged_project_of(const store::TraceKey& key) const {
    if (auto staged = staged_traces_.find(key); staged != staged_traces_.end())
        return staged->second.state ? staged->second.state->project : std::string();
    auto row = trace(key);
    if (!row && row.error().code == Code::not_found) return std::string();
    SPANREEL_CHECK(row);
    return row->project;
}

Result<void> Ledger::settle_logs() {
    SPANREEL_CHECK(find_stored_logs());
    for (const auto& [key, arrival] : log_arrivals_) {
        if (is_deleted(key, arrival.received)) {
            for (const LogArrival::Part& part : arrival.parts) part.refused->deleted += part.records;
            continue;
        }
        std::int64_t room = kMaxTraceLogs;
        if (auto known = logs_.find(key); known != logs_.end())
            room -= known->second.records;
        else if (auto stored = stored_logs_.find(key); stored != stored_logs_.end())
            room -= stored->second.records;
        StagedLogs staged;
        for (const LogArrival::Part& part : arrival.parts) {
            if (!part.project.empty()) {
                SPANREEL_TRY(const std::string project, staged_project_of(key));
                if (!project.empty() && project != part.project) {
                    part.refused->foreign += part.records;
                    continue;
                }
            }
            const std::int64_t taken = std::min<std::int64_t>(part.records, room);
            part.refused->full += static_cast<std::uint32_t>(part.records - taken);
            if (taken == 0) continue;
            room -= taken;
            staged.records += taken;
            staged.frames.push_back(part.frame);
        }
        if (!staged.frames.empty()) staged_logs_.emplace(key, std::move(staged));
    }
    return {};
}

/// Caller holds mutex_.
void Ledger::publish_logs(const std::vector<store::FrameRef>& frames) {
    for (const auto& [key, staged] : staged_traces_) {
        if (staged.state) continue;
        if (auto known = logs_.find(key); known != logs_.end()) {
            cached_log_frames_ -= known->second.frames.size();
            logs_.erase(known);
        }
        unsaved_.logs.erase(key);
        unsaved_.removed_logs.insert(key);
    }
    for (const auto& [key, staged] : staged_logs_) {
        auto [known, added] = logs_.try_emplace(key);
        if (added) {
            known->second.key = key;
            if (auto stored = stored_logs_.find(key); stored != stored_logs_.end())
                known->second = std::move(stored->second);
            cached_log_frames_ += known->second.frames.size();
        }
        known->second.records += staged.records;
        for (std::uint32_t frame : staged.frames) known->second.frames.push_back(frames[frame]);
        cached_log_frames_ += staged.frames.size();
        unsaved_.logs.insert(key);
        unsaved_.removed_logs.erase(key);
        unsaved_spans_ += static_cast<std::size_t>(staged.records);
    }
}

void Ledger::discard_logs() {
    log_arrivals_.clear();
    staged_logs_.clear();
    stored_logs_.clear();
}

void Ledger::add_unsaved_logs(store::IndexChanges& changes) const {
    std::vector<store::TraceKey> keys(unsaved_.logs.begin(), unsaved_.logs.end());
    std::ranges::sort(keys);
    changes.logs.reserve(keys.size());
    for (const store::TraceKey& key : keys) changes.logs.push_back(logs_.at(key));
    changes.removed_logs.assign(unsaved_.removed_logs.begin(), unsaved_.removed_logs.end());
}

void Ledger::evict_logs() {
    if (cached_log_frames_ <= kCachedLogFrames && logs_.size() <= kCachedLogTraces) return;
    std::erase_if(logs_, [&](const auto& entry) {
        if (unsaved_.logs.contains(entry.first)) return false;
        cached_log_frames_ -= entry.second.frames.size();
        return true;
    });
}

Result<store::LogRow> Ledger::logs(const store::TraceKey& key) const {
    {
        std::shared_lock lock(mutex_);
        if (auto found = logs_.find(key); found != logs_.end()) return found->second;
        if (unsaved_.removed_logs.contains(key) || saving_.removed_logs.contains(key)) return store::LogRow{.key = key};
    }
    SPANREEL_TRY(auto rows, store_.logs({key}));
    return rows.empty() ? store::LogRow{.key = key} : std::move(rows.front());
}

}  // namespace spanreel::trace
