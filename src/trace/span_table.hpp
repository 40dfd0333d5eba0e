// SPDX-License-Identifier: Apache-2.0
// Which spans of a trace count, decided as they arrive: of those with one id the version that supersedes the others,
// and of ids the first kMaxTraceSpans. One thread at a time.
#pragma once
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "trace/derive.hpp"

namespace spanreel::trace {

/// More spans of one trace are refused.
inline constexpr std::size_t kMaxTraceSpans = 250'000;

inline const SpanId& id_of(const std::shared_ptr<const SpanFacts>& span) { return span->span_id; }
inline SpanVersion version_of(const std::shared_ptr<const SpanFacts>& span) { return version_of(*span); }

/// Over a vector of what is kept of each span: id_of() and version_of() tell a `Span` apart.
template <class Span>
class SpanTable {
  public:
    /// `spans` holds those that counted so far, and outlives this.
    explicit SpanTable(std::vector<Span>& spans) : spans_(spans) {
        if (spans_.size() > kLinearSearch) index();
    }

    enum class Added { no, yes, full };
    Added add(Span span) {
        if (auto known = find(id_of(span))) {
            if (version_of(span) <= version_of(spans_[*known])) return Added::no;
            spans_[*known] = std::move(span);
            return Added::yes;
        }
        if (spans_.size() >= kMaxTraceSpans) return Added::full;
        if (!positions_.empty()) positions_.emplace(id_of(span), spans_.size());
        spans_.push_back(std::move(span));
        if (positions_.empty() && spans_.size() > kLinearSearch) index();
        return Added::yes;
    }

  private:
    static constexpr std::size_t kLinearSearch = 24;  // spans; below, a hash table costs more than it saves

    void index() {
        for (std::size_t i = 0; i < spans_.size(); ++i) positions_.emplace(id_of(spans_[i]), i);
    }
    std::optional<std::size_t> find(const SpanId& id) const {
        if (!positions_.empty()) {
            auto found = positions_.find(id);
            return found == positions_.end() ? std::nullopt : std::optional(found->second);
        }
        for (std::size_t i = 0; i < spans_.size(); ++i)
            if (id_of(spans_[i]) == id) return i;
        return std::nullopt;
    }

    std::vector<Span>& spans_;
    std::unordered_map<SpanId, std::size_t> positions_;
};

}  // namespace spanreel::trace
