// SPDX-License-Identifier: Apache-2.0
#include "trace/span_tree.hpp"

#include <algorithm>

namespace spanreel::trace {

namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

std::vector<std::uint32_t> parents_of(std::span<const StoredSpan> spans) {
    std::unordered_map<SpanId, std::uint32_t> positions;
    for (std::uint32_t i = 0; i < spans.size(); ++i) positions.emplace(spans[i].facts.span_id, i);
    std::vector<std::uint32_t> parents(spans.size(), kNone);
    for (std::uint32_t i = 0; i < spans.size(); ++i) {
        auto parent = positions.find(spans[i].facts.parent_id);
        if (parent != positions.end()) parents[i] = parent->second;
    }
    return parents;
}

/// Each walk up marks what it meets; meeting its own mark is a cycle. Spans are in time order, so the earliest of a
/// cycle is its least position.
void cut_cycles(std::vector<std::uint32_t>& parents) {
    std::vector<std::uint32_t> marks(parents.size(), kNone);
    for (std::uint32_t i = 0; i < parents.size(); ++i) {
        std::uint32_t at = i;
        while (at != kNone && marks[at] == kNone) {
            marks[at] = i;
            at = parents[at];
        }
        if (at == kNone || marks[at] != i) continue;
        std::uint32_t earliest = at;
        for (std::uint32_t member = parents[at]; member != at; member = parents[member])
            earliest = std::min(earliest, member);
        parents[earliest] = kNone;
    }
}

}  // namespace

std::vector<SpanPlace> places_of(std::span<const StoredSpan> spans) {
    std::vector<std::uint32_t> parents = parents_of(spans);
    cut_cycles(parents);
    std::vector<SpanPlace> places(spans.size());
    std::vector<bool> known(spans.size());
    std::vector<std::uint32_t> path;
    for (std::uint32_t i = 0; i < spans.size(); ++i) {
        for (std::uint32_t at = i; at != kNone && !known[at]; at = parents[at]) path.push_back(at);
        for (; !path.empty(); path.pop_back()) {
            std::uint32_t at = path.back();
            known[at] = true;
            if (parents[at] == kNone) continue;
            places[at].level = places[parents[at]].level + 1;
            places[parents[at]].has_children = true;
        }
    }
    return places;
}

}  // namespace spanreel::trace
