// SPDX-License-Identifier: Apache-2.0
// From a span in whatever convention to SpanFacts. Each convention is one file; all that recognise a span fill what
// the ones before left empty. Session keys, users and tags have one rule for all conventions (session_key.hpp).
// A Mapper belongs to one thread; it keeps what it learnt of the source between the spans of that source.
#pragma once
#include <cstdint>
#include <vector>

#include "model/facts.hpp"
#include "otlp/decode.hpp"
#include "trace/conventions/attribute_index.hpp"
#include "trace/plain_facts.hpp"
#include "trace/prices.hpp"

namespace spanreel::trace {

/// Grows whenever the same span could yield other facts than before; stored with them.
inline constexpr std::uint16_t kMappingVersion = 3;

class Mapper {
  public:
    explicit Mapper(const PriceTable& prices = PriceTable::builtin()) : prices_(&prices) {}

    /// Call before the first span of each source. The source must outlive the spans mapped with it.
    void use_source(const otlp::SourceView& source);
    /// Overwrites all of `into`, whose memory is reused.
    void map(const otlp::SpanView& span, SpanFacts& into);

  private:
    const PriceTable* prices_;
    otlp::SourceView source_;
    SourceVersion source_version_;
    bool anthropic_native_ = false;
    AttributeIndex resource_;
    AttributeIndex span_;
};

/// Facts of all spans of a batch, in its order.
std::vector<SpanFacts> map_batch(const otlp::Batch& batch, const PriceTable& prices = PriceTable::builtin());

}  // namespace spanreel::trace
