// SPDX-License-Identifier: Apache-2.0
#include "trace/derive.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_set>

namespace spanreel::trace {
namespace {

using boost::container::small_vector;

constexpr std::uint32_t kNoParent = 0xFFFFFFFF;

/// What lies below a span. "Open" means reached without a tool or agent span between.
struct Below {
    bool usage = false;
    bool cost = false;
    bool open_model_usage = false;
    bool open_model_cost = false;
};

/// Id and start are copied here: sorting a long trace must not chase facts through memory.
struct Node {
    SpanId id;
    Time start{};
    const SpanFacts* facts = nullptr;
    std::uint32_t parent = kNoParent;  ///< index of a node
    std::uint32_t pending = 0;         ///< children not folded yet; before that, the walk that visited the node
    Below below;
    bool counts_usage = false;
    bool counts_cost = false;
};

/// Sorted by span id, each id once: a search tree that no sender can unbalance.
using Nodes = small_vector<Node, 16>;
using Order = small_vector<std::pair<Time, std::uint32_t>, 16>;  // start, index of the node

Nodes make_nodes(std::span<const SpanFacts* const> spans) {
    Nodes nodes;
    nodes.reserve(spans.size());
    for (const SpanFacts* facts : spans) nodes.push_back({.id = facts->span_id, .start = facts->start, .facts = facts});
    if (!std::ranges::is_sorted(nodes, {}, &Node::id)) std::ranges::sort(nodes, {}, &Node::id);
    auto last = nodes.begin();
    for (auto at = nodes.begin(); at != nodes.end(); ++at) {
        if (at == last) continue;
        if (at->id != last->id)
            *++last = *at;
        else if (supersedes(*at->facts, *last->facts))
            *last = *at;
    }
    if (!nodes.empty()) nodes.erase(last + 1, nodes.end());
    return nodes;
}

std::uint32_t find_span(const Nodes& nodes, const SpanId& id) {
    auto at = std::ranges::lower_bound(nodes, id, {}, &Node::id);
    if (at == nodes.end() || at->id != id) return kNoParent;
    return static_cast<std::uint32_t>(at - nodes.begin());
}

/// By start, then span id.
bool earlier(const Nodes& nodes, std::uint32_t a, std::uint32_t b) {
    return std::pair(nodes[a].start, a) < std::pair(nodes[b].start, b);
}

void cut_cycle(Nodes& nodes, std::uint32_t member) {
    std::uint32_t earliest = member;
    for (std::uint32_t at = nodes[member].parent; at != member; at = nodes[at].parent)
        if (earlier(nodes, at, earliest)) earliest = at;
    nodes[earliest].parent = kNoParent;
}

void link_parents(Nodes& nodes) {
    for (Node& node : nodes)
        if (!node.facts->parent_id.empty()) node.parent = find_span(nodes, node.facts->parent_id);
    // Each walk up marks what it meets; meeting its own mark means going in a circle.
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        std::uint32_t walk = i + 1, at = i;
        while (at != kNoParent && nodes[at].pending == 0) {
            nodes[at].pending = walk;
            at = nodes[at].parent;
        }
        if (at != kNoParent && nodes[at].pending == walk) cut_cycle(nodes, at);
    }
}

bool has_usage(const SpanFacts& facts) { return facts.usage && facts.usage->total() > 0; }

/// Decides what of a span counts, all below it being known, and tells its parent.
void fold(Node& node, Below* above) {
    const SpanFacts& facts = *node.facts;
    const Below& below = node.below;
    bool model = facts.span_class == SpanClass::model;
    bool usage = has_usage(facts);
    bool aggregate = model ? below.open_model_usage : below.usage;
    // A cost computed from an aggregate's usage is as little its own as the usage.
    bool cost = facts.cost.source == CostSource::reported || (facts.cost.source == CostSource::computed && !aggregate);
    node.counts_usage = usage && !aggregate;
    if (cost) {
        if (node.counts_usage)
            node.counts_cost = true;
        else if (model && !aggregate)
            node.counts_cost = !below.open_model_cost;
        else
            node.counts_cost = !below.cost;
    }
    if (above == nullptr) return;
    above->usage |= usage || below.usage;
    above->cost |= cost || below.cost;
    if (facts.span_class == SpanClass::tool || facts.span_class == SpanClass::agent) return;
    above->open_model_usage |= (model && usage) || below.open_model_usage;
    above->open_model_cost |= (model && cost) || below.open_model_cost;
}

/// From the leaves up, each span once.
void fold_all(Nodes& nodes) {
    for (Node& node : nodes) node.pending = 0;
    for (const Node& node : nodes)
        if (node.parent != kNoParent) ++nodes[node.parent].pending;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        std::uint32_t at = nodes[i].pending == 0 ? i : kNoParent;
        while (at != kNoParent) {
            Node& node = nodes[at];
            node.pending = kNoParent;  // done
            Node* parent = node.parent == kNoParent ? nullptr : &nodes[node.parent];
            fold(node, parent == nullptr ? nullptr : &parent->below);
            at = parent != nullptr && --parent->pending == 0 ? node.parent : kNoParent;
        }
    }
}

Nodes folded_nodes(std::span<const SpanFacts* const> spans) {
    Nodes nodes = make_nodes(spans);
    link_parents(nodes);
    fold_all(nodes);
    return nodes;
}

Order make_order(const Nodes& nodes) {
    Order order;
    order.reserve(nodes.size());
    for (std::uint32_t i = 0; i < nodes.size(); ++i) order.emplace_back(nodes[i].start, i);
    if (!std::ranges::is_sorted(order)) std::ranges::sort(order);
    return order;
}

void add(Usage& to, const Usage& usage) {
    to.input_fresh += usage.input_fresh;
    to.cache_read += usage.cache_read;
    to.cache_write += usage.cache_write;
    to.audio_in += usage.audio_in;
    to.output_text += usage.output_text;
    to.reasoning += usage.reasoning;
    to.audio_out += usage.audio_out;
}

void add_counted(TraceRollup& rollup, const Node& node) {
    const SpanFacts& facts = *node.facts;
    if (node.counts_usage) {
        ++rollup.counted_count;
        if (facts.cost.source == CostSource::none) ++rollup.unpriced_count;
        add(rollup.usage, *facts.usage);
    }
    if (node.counts_cost) {
        rollup.cost.input += facts.cost.input;
        rollup.cost.output += facts.cost.output;
        rollup.cost.total += facts.cost.total;
    }
}

/// The first kMaxDistinct values in the order they are met; a set joins in when there are many.
class Distinct {
  public:
    explicit Distinct(std::vector<Observed>& values) : values_(values) {}

    void add(std::string_view value, const SpanFacts& by) {
        if (value.empty() || values_.size() == kMaxDistinct || seen(value)) return;
        values_.push_back({std::string(value), by.start, by.span_id});
    }
    /// Puts the values one span added in the order of the values.
    void sort_from(std::size_t first) {
        if (values_.size() - first > 1)
            std::sort(values_.begin() + static_cast<std::ptrdiff_t>(first), values_.end(), by_value);
    }

  private:
    static constexpr std::size_t kFew = 16;

    static bool by_value(const Observed& a, const Observed& b) { return a.value < b.value; }
    bool seen(std::string_view value) {
        if (values_.size() < kFew) return std::ranges::find(values_, value, &Observed::value) != values_.end();
        if (set_.empty())
            for (const Observed& observed : values_) set_.insert(observed.value);
        return !set_.emplace(value).second;
    }

    std::vector<Observed>& values_;
    std::unordered_set<std::string> set_;
};

void take_first(std::string& into, const std::string& value) {
    if (into.empty()) into = value;
}

void take_texts(TraceRollup& rollup, const SpanFacts& facts) {
    if (facts.key_class > rollup.key_class) {
        rollup.key_class = facts.key_class;
        rollup.session_key = facts.session_key;
    }
    take_first(rollup.session_id, facts.session_id);
    take_first(rollup.conversation_id, facts.conversation_id);
    take_first(rollup.project, facts.project);
    take_first(rollup.stream_session, facts.stream_session);
    take_first(rollup.title, facts.title);
    take_first(rollup.client, facts.client);
    take_first(rollup.repo, facts.repo);
}

void take_root(TraceRollup& rollup, const Node& node) {
    if (node.parent != kNoParent || !rollup.root.empty()) return;
    rollup.root = node.facts->span_id;
    rollup.name = node.facts->name;
    rollup.operation = node.facts->operation;
    rollup.status = node.facts->status;
}

using Texts = small_vector<std::string_view, 16>;

void note(Texts& texts, std::string_view text) {
    if (!text.empty() && (texts.empty() || texts.back() != text)) texts.push_back(text);
}

std::vector<std::string> sorted(Texts& texts) {
    std::ranges::sort(texts);
    auto rest = std::ranges::unique(texts);
    texts.erase(rest.begin(), rest.end());
    return {texts.begin(), texts.end()};
}

}  // namespace

TraceRollup derive(std::span<const SpanFacts* const> spans) {
    TraceRollup rollup;
    const Nodes nodes = folded_nodes(spans);
    Distinct users(rollup.users), tags(rollup.tags);
    Texts models, providers, agents, tools;
    for (const auto& [start, at] : make_order(nodes)) {
        const Node& node = nodes[at];
        const SpanFacts& facts = *node.facts;
        if (rollup.span_count++ == 0) rollup.started_at = start;
        rollup.ended_at = std::max({rollup.ended_at, facts.end, facts.start});
        if (facts.status == SpanStatus::error) ++rollup.error_count;
        add_counted(rollup, node);
        take_texts(rollup, facts);
        take_root(rollup, node);
        users.add(facts.user, facts);
        std::size_t first_tag = rollup.tags.size();
        for (const std::string& tag : facts.tags) tags.add(tag, facts);
        tags.sort_from(first_tag);
        note(models, facts.response_model.empty() ? facts.request_model : facts.response_model);
        note(providers, facts.provider);
        note(facts.span_class == SpanClass::tool ? tools : agents, facts.actor);
    }
    if (rollup.error_count > 0) rollup.status = SpanStatus::error;
    rollup.models = sorted(models);
    rollup.providers = sorted(providers);
    rollup.agents = sorted(agents);
    rollup.tools = sorted(tools);
    return rollup;
}

std::vector<SpanCounting> counting_of(std::span<const SpanFacts* const> spans) {
    const Nodes nodes = folded_nodes(spans);
    std::vector<SpanCounting> out(spans.size());
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const Node& node = nodes[find_span(nodes, spans[i]->span_id)];
        if (node.facts != spans[i]) continue;
        if (has_usage(*node.facts)) out[i].usage = node.counts_usage ? Counting::counted : Counting::aggregate;
        if (node.facts->cost.source != CostSource::none)
            out[i].cost = node.counts_cost ? Counting::counted : Counting::aggregate;
    }
    return out;
}

TraceRollup derive(std::span<const SpanFacts> spans) {
    small_vector<const SpanFacts*, 16> pointers;
    pointers.reserve(spans.size());
    for (const SpanFacts& facts : spans) pointers.push_back(&facts);
    return derive(std::span<const SpanFacts* const>(pointers.data(), pointers.size()));
}

SpanVersion version_of(const SpanFacts& facts) { return {facts.end, facts.content_size, facts.content_digest}; }

bool supersedes(const SpanFacts& a, const SpanFacts& b) { return version_of(a) > version_of(b); }

}  // namespace spanreel::trace
