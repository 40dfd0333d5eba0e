// SPDX-License-Identifier: Apache-2.0
#include "trace/log_reader.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "trace/log_batch.hpp"

namespace spanreel::trace {

namespace {

constexpr std::size_t kIdBytes = 16;

void append_part(std::string& to, std::string_view part) {
    ByteWriter writer(to);
    writer.u64be(part.size());
    writer.text(part);
}

std::string digest_of(const store::FrameSource& source) {
    std::string bytes;
    for (std::string_view part : {source.resource, source.resource_schema_url, source.scope, source.scope_schema_url})
        append_part(bytes, part);
    return sha256(as_bytes(bytes));
}

class LogCollector {
  public:
    explicit LogCollector(const store::TraceRow& trace) : trace_(trace) {}

    Result<void> add_frame(store::SpanStore& store, const store::FrameRef& where) {
        SPANREEL_TRY(std::string payload, store.read(where));
        SPANREEL_TRY(std::shared_ptr<const store::OwnedFrame> owned, store::decode_frame(payload));
        const store::Frame& frame = owned->frame;
        std::vector<std::string> digests(frame.sources.size());
        for (const store::FrameRecord& record : frame.records) {
            SPANREEL_TRY(otlp::LogView log, otlp::parse_log(record.span));
            if (log.trace_id != trace_.key.trace_id) continue;
            if (++seen_ > kMaxTraceLogs) return {};  // the rest of this frame was refused
            // A project's key may have sent them before the trace was known to be of another one.
            if (!frame.project.empty() && frame.project != trace_.project) continue;
            std::string& digest = digests[record.source];
            if (digest.empty()) digest = digest_of(frame.sources[record.source]);
            std::string id = to_hex(as_bytes(sha256(as_bytes(digest + std::string(record.span))).substr(0, kIdBytes)));
            if (!ids_.insert(id).second) continue;
            const store::FrameSource& from = frame.sources[record.source];
            const Time at = log.time.value_or(log.observed.value_or(frame.received));
            logs_.push_back({std::move(id), at, static_cast<std::uint32_t>(seen_), log,
                             otlp::parse_source(from.resource, from.scope), owned});
        }
        return {};
    }

    std::vector<StoredLog> take() {
        std::ranges::sort(logs_, {}, [](const StoredLog& log) { return std::pair(log.at, log.number); });
        return std::move(logs_);
    }

  private:
    const store::TraceRow& trace_;
    std::int64_t seen_ = 0;
    std::unordered_set<std::string> ids_;
    std::vector<StoredLog> logs_;
};

}  // namespace

Result<std::vector<StoredLog>> read_logs(const Recorder& recorder, const store::TraceRow& trace) {
    SPANREEL_TRY(const store::LogRow row, recorder.ledger().logs(trace.key));
    LogCollector collector(trace);
    for (const store::FrameRef& where : row.frames) {
        Result<void> added = collector.add_frame(recorder.store(), where);
        if (added) continue;
        if (added.error().code != Code::corrupt) return fail(std::move(added));
        log::error("logs lost", {{"trace", to_hex(trace.key.trace_id.view())}, {"error", added.error().message}});
    }
    return collector.take();
}

}  // namespace spanreel::trace
