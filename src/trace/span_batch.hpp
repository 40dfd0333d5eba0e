// SPDX-License-Identifier: Apache-2.0
// A decoded export made ready for the tape on the thread that received it: facts mapped, spans grouped by trace,
// frames packed and compressed.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/memory_budget.hpp"
#include "model/facts.hpp"
#include "otlp/decode.hpp"
#include "store/frame.hpp"
#include "store/span_store.hpp"
#include "trace/plain_facts.hpp"
#include "trace/prices.hpp"

namespace spanreel::trace {

/// A span's facts with the frame it is in (an index into SpanBatch::frames).
struct BatchSpan {
    std::shared_ptr<const SpanFacts> facts;
    std::uint32_t frame = 0;
};

struct SpanBatch {
    std::string workspace;
    Time received{};
    bool project_key = false;  ///< the key has a project, which all spans name
    std::vector<store::Entry> frames;
    std::vector<BatchSpan> spans;  ///< in trace order
    std::size_t bytes = 0;         ///< of the frames
    std::size_t memory = 0;     ///< bytes held, about: the frames until they are recorded, facts until they are saved
    MemoryBudget::Share share;  ///< where these are counted
};

/// Bytes that make_batch() needs, about, and not less: what of a resource is in the facts of each of its spans can be
/// very much more than was sent.
std::uint64_t memory_to_make(const otlp::Batch& decoded);

/// `too_large` when spans that belong together do not fit in a frame. `project`: the key's; empty: spans may name one
/// (`orq.project_id`).
Result<SpanBatch> make_batch(const otlp::Batch& decoded, std::string workspace, const std::string& project,
                             Time received, const PriceTable& prices = PriceTable::builtin());

/// Facts of the spans of a stored frame, of any of them in any order. The frame outlives this.
class FrameFacts {
  public:
    explicit FrameFacts(const store::Frame& frame) : frame_(frame) {}
    /// `corrupt` when the span or what is stored beside it is malformed.
    Result<SpanFacts> at(std::size_t record);

  private:
    const store::Frame& frame_;
    std::optional<std::uint32_t> source_;  ///< whose version follows
    SourceVersion source_version_;
};
/// Of all its spans.
Result<std::vector<std::shared_ptr<const SpanFacts>>> facts_of(const store::Frame& frame);

}  // namespace spanreel::trace
