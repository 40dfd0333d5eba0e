// SPDX-License-Identifier: Apache-2.0
#include "trace/log_batch.hpp"

#include <algorithm>
#include <numeric>

namespace spanreel::trace {

namespace {

void count(std::vector<BatchLogs>& logs, const TraceId& trace, std::uint32_t frame) {
    if (logs.empty() || logs.back().trace_id != trace || logs.back().frame != frame) logs.push_back({trace, frame, 0});
    ++logs.back().records;
}

/// Collects records until a frame is full.
class LogPacker {
  public:
    LogPacker(const otlp::LogBatch& decoded, SpanBatch& batch) : decoded_(decoded), batch_(batch) {
        source_in_frame_.assign(decoded.sources.size(), kAbsent);
    }

    void add(const otlp::LogView& log) {
        // As much as the sources that a frame repeats: it never more than doubles what was sent.
        if (own_bytes_ > 0 && own_bytes_ + log.raw.size() > std::max(store::kFrameTarget, shared_bytes_)) finish();
        frame_.records.push_back({source_of(log.source), log.raw, {}});
        count(batch_.logs, log.trace_id, static_cast<std::uint32_t>(batch_.frames.size()));
        own_bytes_ += log.raw.size();
    }

    void finish() {
        if (frame_.records.empty()) return;
        frame_.workspace = batch_.workspace;
        frame_.received = batch_.received;
        frame_.project = batch_.project;
        auto payload = store::encode_frame(frame_);
        if (!payload) packed_ = std::unexpected(payload.error());
        batch_.frames.push_back({store::EntryKind::log_frame, std::move(payload).value_or(""),
                                 static_cast<std::uint32_t>(frame_.records.size())});
        batch_.bytes += batch_.frames.back().payload.size();
        batch_.memory += batch_.frames.back().payload.size() + frame_.records.size() * sizeof(BatchLogs);
        frame_ = {};
        std::ranges::fill(source_in_frame_, kAbsent);
        own_bytes_ = 0;
        shared_bytes_ = 0;
    }

    /// Whether every frame could be made.
    const Result<void>& packed() const { return packed_; }

  private:
    static constexpr std::uint32_t kAbsent = UINT32_MAX;

    std::uint32_t source_of(std::uint32_t index) {
        std::uint32_t& position = source_in_frame_[index];
        if (position == kAbsent) {
            const otlp::SourceView& source = decoded_.sources[index];
            shared_bytes_ += source.resource.size() + source.scope.size();
            position = static_cast<std::uint32_t>(frame_.sources.size());
            frame_.sources.push_back(
                {source.resource, source.resource_schema_url, source.scope, source.scope_schema_url});
        }
        return position;
    }

    const otlp::LogBatch& decoded_;
    SpanBatch& batch_;
    Result<void> packed_;
    store::Frame frame_;
    std::vector<std::uint32_t> source_in_frame_;
    std::size_t own_bytes_ = 0;     ///< of the frame's records
    std::size_t shared_bytes_ = 0;  ///< of the frame's sources
};

}  // namespace

std::uint64_t memory_to_make(const otlp::LogBatch& decoded) {
    return decoded.body.size() + decoded.records.size() * (sizeof(otlp::LogView) + sizeof(BatchLogs));
}

Result<SpanBatch> make_log_batch(const otlp::LogBatch& decoded, std::string workspace, std::string project,
                                 Time received) {
    SpanBatch batch;
    batch.workspace = std::move(workspace);
    batch.project = std::move(project);
    batch.received = received;
    std::vector<std::uint32_t> order(decoded.records.size());
    std::iota(order.begin(), order.end(), 0u);
    // The index breaks ties, so that records of a trace stay in the order they came.
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::pair(decoded.records[i].trace_id, i); });
    LogPacker packer(decoded, batch);
    for (std::uint32_t i : order) packer.add(decoded.records[i]);
    packer.finish();
    SPANREEL_CHECK(packer.packed());
    return batch;
}

Result<std::vector<BatchLogs>> logs_of(const store::Frame& stored, std::uint32_t frame) {
    std::vector<BatchLogs> logs;
    for (const store::FrameRecord& record : stored.records) {
        SPANREEL_TRY(const otlp::LogView log, otlp::parse_log(record.span));
        count(logs, log.trace_id, frame);
    }
    return logs;
}

}  // namespace spanreel::trace
