// SPDX-License-Identifier: Apache-2.0
#include "trace/span_batch.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "trace/conventions/mapping.hpp"
#include "trace/facts_codec.hpp"

namespace spanreel::trace {

namespace {

/// A span as it was decoded, as facts, and as an element of the lists that lead to them.
constexpr std::uint64_t kSpanMemory = sizeof(otlp::SpanView) + 2 * sizeof(SpanFacts);
/// The texts of facts: 64 tags and 14 others of 1 KiB each (conventions/fact_text.hpp, conventions/session_key.hpp).
constexpr std::uint64_t kMostFacts = 80 << 10;

/// Collects records until a frame is full.
class FramePacker {
  public:
    FramePacker(const otlp::Batch& decoded, SpanBatch& batch) : decoded_(decoded), batch_(batch) {
        source_in_frame_.assign(decoded.sources.size(), kAbsent);
    }

    /// Called before the spans of a trace: a trace stays in one frame unless it alone exceeds it.
    void begin_trace(std::size_t bytes) { make_room(bytes); }

    void add(const otlp::SpanView& span, std::shared_ptr<const SpanFacts> facts) {
        make_room(span.raw.size());
        std::size_t start = facts_.size();
        encode_facts(*facts, span.name, facts_);  // a name that was cut is another one
        facts_at_.emplace_back(start, facts_.size() - start);
        frame_.records.push_back({source_of(span.source), span.raw, {}});
        batch_.spans.push_back({std::move(facts), static_cast<std::uint32_t>(batch_.frames.size())});
        own_bytes_ += span.raw.size() + facts_at_.back().second;
    }

    void finish() {
        if (frame_.records.empty()) return;
        for (std::size_t i = 0; i < frame_.records.size(); ++i)
            frame_.records[i].facts = std::string_view(facts_).substr(facts_at_[i].first, facts_at_[i].second);
        frame_.workspace = batch_.workspace;
        frame_.received = batch_.received;
        frame_.project_key = batch_.project_key;
        auto count = static_cast<std::uint32_t>(frame_.records.size());
        auto payload = store::encode_frame(frame_);
        if (!payload) packed_ = std::unexpected(payload.error());
        batch_.frames.push_back({store::EntryKind::frame, std::move(payload).value_or(""), count});
        batch_.bytes += batch_.frames.back().payload.size();
        batch_.memory += batch_.frames.back().payload.size() + facts_.size() + count * sizeof(SpanFacts);
        frame_.records.clear();
        frame_.sources.clear();
        facts_.clear();
        facts_at_.clear();
        std::ranges::fill(source_in_frame_, kAbsent);
        own_bytes_ = 0;
        shared_bytes_ = 0;
        resources_.clear();
    }

    /// Whether every frame could be made.
    const Result<void>& packed() const { return packed_; }

  private:
    static constexpr std::uint32_t kAbsent = UINT32_MAX;

    /// What the spans of a frame share is in each frame once, so a frame takes at least as much of their own: storing
    /// a large resource again and again never more than doubles what was sent.
    void make_room(std::size_t bytes) {
        if (own_bytes_ > 0 && own_bytes_ + bytes > std::max(store::kFrameTarget, shared_bytes_)) finish();
    }

    std::uint32_t source_of(std::uint32_t index) {
        std::uint32_t& position = source_in_frame_[index];
        if (position == kAbsent) {
            const otlp::SourceView& source = decoded_.sources[index];
            if (resources_.insert(source.resource.data()).second) shared_bytes_ += source.resource.size();
            shared_bytes_ += source.scope.size();
            position = static_cast<std::uint32_t>(frame_.sources.size());
            frame_.sources.push_back(
                {source.resource, source.resource_schema_url, source.scope, source.scope_schema_url});
        }
        return position;
    }

    const otlp::Batch& decoded_;
    SpanBatch& batch_;
    Result<void> packed_;
    store::Frame frame_;
    std::string facts_;
    std::vector<std::pair<std::size_t, std::size_t>> facts_at_;
    std::vector<std::uint32_t> source_in_frame_;
    std::size_t own_bytes_ = 0;                  ///< of the frame's spans and their facts
    std::size_t shared_bytes_ = 0;               ///< of the frame's sources
    std::unordered_set<const char*> resources_;  ///< where those of the frame lie
};

}  // namespace

std::uint64_t memory_to_make(const otlp::Batch& decoded) {
    std::uint64_t bytes = decoded.body.size();  // in frames
    for (const otlp::SpanView& span : decoded.spans) {
        const std::uint64_t texts = span.raw.size() + decoded.sources[span.source].resource.size();
        bytes += kSpanMemory + std::min(texts, kMostFacts);
    }
    return bytes;
}

Result<SpanBatch> make_batch(const otlp::Batch& decoded, std::string workspace, const std::string& project,
                             Time received, const PriceTable& prices) {
    SpanBatch batch;
    batch.workspace = std::move(workspace);
    batch.received = received;
    batch.project_key = !project.empty();
    batch.spans.reserve(decoded.spans.size());
    std::vector<SpanFacts> facts = map_batch(decoded, prices);
    if (!project.empty())
        for (SpanFacts& one : facts) one.project = project;

    std::vector<std::uint32_t> order(decoded.spans.size());
    std::iota(order.begin(), order.end(), 0u);
    auto trace_of = [&](std::uint32_t i) -> const TraceId& { return decoded.spans[i].trace_id; };
    // The index breaks ties, so that spans of a trace stay in the order they came.
    std::ranges::sort(
        order, [&](std::uint32_t a, std::uint32_t b) { return std::tie(trace_of(a), a) < std::tie(trace_of(b), b); });

    FramePacker packer(decoded, batch);
    for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
        std::size_t bytes = 0;
        for (end = first; end < order.size() && trace_of(order[end]) == trace_of(order[first]); ++end)
            bytes += decoded.spans[order[end]].raw.size();
        packer.begin_trace(bytes);
        for (std::size_t i = first; i < end; ++i)
            packer.add(decoded.spans[order[i]], std::make_shared<const SpanFacts>(std::move(facts[order[i]])));
    }
    packer.finish();
    SPANREEL_CHECK(packer.packed());
    return batch;
}

Result<SpanFacts> FrameFacts::at(std::size_t index) {
    const store::FrameRecord& record = frame_.records.at(index);
    if (source_ != record.source) {
        const store::FrameSource& source = frame_.sources[record.source];
        source_version_ = version_of(otlp::parse_source(source.resource, source.scope));
        source_ = record.source;
    }
    SPANREEL_TRY(const otlp::SpanView span, otlp::parse_span(record.span));
    SpanFacts plain;
    read_plain_facts(span, source_version_, plain);
    return decode_facts(record.facts, std::move(plain));
}

Result<std::vector<std::shared_ptr<const SpanFacts>>> facts_of(const store::Frame& frame) {
    std::vector<std::shared_ptr<const SpanFacts>> all;
    all.reserve(frame.records.size());
    FrameFacts frame_facts(frame);
    for (std::size_t record = 0; record < frame.records.size(); ++record) {
        SPANREEL_TRY(SpanFacts facts, frame_facts.at(record));
        all.push_back(std::make_shared<const SpanFacts>(std::move(facts)));
    }
    return all;
}

}  // namespace spanreel::trace
