// SPDX-License-Identifier: Apache-2.0
#include "trace/session_state.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <unordered_map>

namespace spanreel::trace {

namespace {

bool earlier(const Observed& a, const Observed& b) {
    return std::tie(a.first, a.by, a.value) < std::tie(b.first, b.by, b.value);
}

/// Finds values; a table joins in when there are many.
class ByValue {
  public:
    explicit ByValue(const std::vector<Observed>& values) : values_(values) {
        if (values.size() <= kFew) return;
        for (const Observed& observed : values) table_.emplace(observed.value, &observed);
    }
    const Observed* find(std::string_view value) const {
        if (values_.size() > kFew) {
            auto found = table_.find(value);
            return found == table_.end() ? nullptr : found->second;
        }
        auto found = std::ranges::find(values_, value, &Observed::value);
        return found == values_.end() ? nullptr : &*found;
    }

  private:
    static constexpr std::size_t kFew = 16;

    const std::vector<Observed>& values_;
    std::unordered_map<std::string_view, const Observed*> table_;
};

/// Adds values or moves them to an earlier first sight; keeps the order and the first kMaxDistinct.
void merge(std::vector<Observed>& into, const std::vector<Observed>& seen) {
    std::vector<Observed> news;
    ByValue known(into);
    for (const Observed& value : seen) {
        const Observed* before = known.find(value.value);
        if (!before || earlier(value, *before)) news.push_back(value);
    }
    if (news.empty()) return;
    std::ranges::sort(news, earlier);
    ByValue moved(news);
    std::erase_if(into, [&](const Observed& value) { return moved.find(value.value) != nullptr; });
    std::vector<Observed> all;
    all.reserve(into.size() + news.size());
    std::ranges::merge(into, news, std::back_inserter(all), earlier);
    if (all.size() > kMaxDistinct) all.resize(kMaxDistinct);
    into = std::move(all);
}

/// Every value of `before` is in `after`, seen no later.
bool extends(const std::vector<Observed>& before, const std::vector<Observed>& after) {
    ByValue now(after);
    return std::ranges::all_of(before, [&](const Observed& value) {
        const Observed* found = now.find(value.value);
        return found && !earlier(value, *found);
    });
}

Observed first_text(const TraceRollup& trace, const std::string& text) { return {text, trace.started_at, trace.root}; }

void merge_first(Observed& into, const Observed& seen) {
    if (seen.value.empty()) return;
    if (into.value.empty() || earlier(seen, into)) into = seen;
}

/// Whether a trace that said `before` and now says `after` can only move the first text earlier.
bool extends(const Observed& before, const Observed& after) {
    return before.value.empty() || before == after || (!after.value.empty() && earlier(after, before));
}

void add_numbers(ObservedTotals& totals, const TraceRollup& trace, int sign) {
    totals.traces += sign;
    totals.prompt_tokens += sign * trace.usage.prompt();
    totals.completion_tokens += sign * trace.usage.completion();
    totals.cost.input += sign * trace.cost.input;
    totals.cost.output += sign * trace.cost.output;
    totals.cost.total += sign * trace.cost.total;
    totals.errors += sign * static_cast<std::int64_t>(trace.error_count);
    totals.unpriced += sign * static_cast<std::int64_t>(trace.unpriced_count);
}

void add_extents(ObservedTotals& totals, const TraceRollup& trace) {
    totals.first_start = std::min(totals.first_start.value_or(trace.started_at), trace.started_at);
    totals.last_end = std::max(totals.last_end.value_or(trace.ended_at), trace.ended_at);
    merge(totals.users, trace.users);
    merge(totals.tags, trace.tags);
    merge_first(totals.title, first_text(trace, trace.title));
    merge_first(totals.client, first_text(trace, trace.client));
    merge_first(totals.repo, first_text(trace, trace.repo));
}

/// given + (now - then), and exactly `given` while nothing moved.
double moved(double given, double now, double then) {
    return now == then ? given : std::max(0.0, given + (now - then));
}
double moved_usd(double given, PicoUsd now, PicoUsd then) {
    return now == then ? given : std::max(0.0, given + to_usd(now - then));
}

template <class T>
bool untouched(const GivenExtent<T>& extent, const ObservedTotals& observed) {
    return extent.first_then == observed.first_start && extent.last_then == observed.last_end;
}

Time shown_start(const SessionState& state) {
    const ObservedTotals& observed = state.observed;
    if (!state.started_at) return observed.first_start.value_or(state.created);
    if (untouched(*state.started_at, observed) || !observed.first_start) return state.started_at->given;
    return std::min(state.started_at->given, *observed.first_start);
}

/// Given and observed times may lie further apart than 64-bit nanoseconds reach.
double millis_between(Time start, Time end) {
    return static_cast<double>(static_cast<__int128>(to_unix_nanos(end)) - to_unix_nanos(start)) / 1e6;
}

double shown_duration(const SessionState& state, Time start) {
    const ObservedTotals& observed = state.observed;
    if (state.duration && untouched(*state.duration, observed)) return state.duration->given;
    double active = 0;
    if (observed.last_end) active = millis_between(start, *observed.last_end);
    return std::max({0.0, active, state.duration ? state.duration->given : 0.0});
}

Time shown_update(const SessionState& state) {
    if (state.last_received && (!state.written_at || *state.last_received > *state.written_at))
        return *state.last_received;
    if (state.written_at) return state.updated_given.value_or(*state.written_at);
    return state.created;
}

std::vector<std::string> shown_values(const std::optional<GivenValues>& given, const std::vector<Observed>& observed) {
    std::vector<std::string> values;
    if (given) values = given->values;
    std::size_t declared = values.size();
    for (const Observed& seen : observed) {
        if (given && std::ranges::binary_search(given->masked, seen.value)) continue;
        auto end = values.begin() + static_cast<std::ptrdiff_t>(declared);
        if (std::find(values.begin(), end, seen.value) == end) values.push_back(seen.value);
    }
    return values;
}

GivenValues give_values(const std::vector<std::string>& values, const std::vector<Observed>& observed) {
    GivenValues given{values, {}};
    for (const Observed& seen : observed) given.masked.push_back(seen.value);
    std::ranges::sort(given.masked);
    return given;
}

std::string shown_text(const std::optional<std::string>& declared, const Observed& observed) {
    return declared && !declared->empty() ? *declared : observed.value;
}

template <class T>
GivenExtent<T> give_extent(const T& value, const ObservedTotals& observed) {
    return {value, observed.first_start, observed.last_end};
}

}  // namespace

bool SessionFields::empty() const {
    return !(external_id || project || duration || contact_ids || tags || billing || usage || traces_count ||
             started_at || updated_at || title || client || repo || kind);
}

void add(ObservedTotals& totals, const TraceRollup& trace) {
    add_numbers(totals, trace, 1);
    add_extents(totals, trace);
}

bool replace(ObservedTotals& totals, const TraceRollup& before, const TraceRollup& after) {
    bool grows = after.started_at <= before.started_at && after.ended_at >= before.ended_at &&
                 extends(before.users, after.users) && extends(before.tags, after.tags) &&
                 extends(first_text(before, before.title), first_text(after, after.title)) &&
                 extends(first_text(before, before.client), first_text(after, after.client)) &&
                 extends(first_text(before, before.repo), first_text(after, after.repo));
    if (!grows) return false;
    add_numbers(totals, before, -1);
    add(totals, after);
    return true;
}

bool remove(ObservedTotals& totals, const TraceRollup& trace) {
    bool inside = totals.traces > 1 && totals.first_start < trace.started_at && totals.last_end > trace.ended_at &&
                  trace.users.empty() && trace.tags.empty() && trace.title.empty() && trace.client.empty() &&
                  trace.repo.empty();
    if (!inside) return false;
    add_numbers(totals, trace, -1);
    return true;
}

void apply(SessionState& state, const SessionFields& fields, Time at) {
    const ObservedTotals& observed = state.observed;
    state.declared = true;
    state.written_at = at;
    state.updated_given = fields.updated_at;
    if (fields.external_id) state.external_id = *fields.external_id;
    if (fields.project) state.project = *fields.project;
    if (fields.duration) state.duration = give_extent(*fields.duration, observed);
    if (fields.started_at) state.started_at = give_extent(*fields.started_at, observed);
    if (fields.traces_count) state.traces_count = {*fields.traces_count, observed.traces};
    if (fields.billing) state.billing = {*fields.billing, observed.cost};
    if (fields.usage) state.usage = {*fields.usage, observed.prompt_tokens, observed.completion_tokens};
    if (fields.contact_ids) state.contact_ids = give_values(*fields.contact_ids, observed.users);
    if (fields.tags) state.tags = give_values(*fields.tags, observed.tags);
    if (fields.title) state.title = *fields.title;
    if (fields.client) state.client = *fields.client;
    if (fields.repo) state.repo = *fields.repo;
    if (fields.kind) state.kind = *fields.kind;
}

store::SessionRow shown(const SessionState& state) {
    const ObservedTotals& now = state.observed;
    store::SessionRow row;
    row.id = state.id;
    row.workspace = state.workspace;
    row.project = state.project;
    row.external_id = state.external_id;
    Time start = shown_start(state);
    row.started_at = to_unix_millis(start);
    row.duration = shown_duration(state, start);
    row.updated_at = to_unix_millis(shown_update(state));

    auto traces = static_cast<double>(now.traces);
    row.traces_count = traces;
    if (state.traces_count)
        row.traces_count =
            moved(state.traces_count->given, traces, static_cast<double>(state.traces_count->observed_then));

    GivenCost cost = state.billing.value_or(GivenCost{});
    row.input_cost = moved_usd(cost.given.input, now.cost.input, cost.observed_then.input);
    row.output_cost = moved_usd(cost.given.output, now.cost.output, cost.observed_then.output);
    row.total_cost = moved_usd(cost.given.total, now.cost.total, cost.observed_then.total);

    GivenTokens tokens = state.usage.value_or(GivenTokens{});
    auto prompt = static_cast<double>(now.prompt_tokens), completion = static_cast<double>(now.completion_tokens);
    auto prompt_then = static_cast<double>(tokens.prompt_then);
    auto completion_then = static_cast<double>(tokens.completion_then);
    row.prompt_tokens = moved(tokens.given.prompt, prompt, prompt_then);
    row.completion_tokens = moved(tokens.given.completion, completion, completion_then);
    row.total_tokens = moved(tokens.given.total, prompt + completion, prompt_then + completion_then);

    row.title = shown_text(state.title, now.title);
    row.client = shown_text(state.client, now.client);
    row.repo = shown_text(state.repo, now.repo);
    row.kind = state.kind.value_or("");
    row.tags = shown_values(state.tags, now.tags);
    row.contact_ids = shown_values(state.contact_ids, now.users);
    row.state = encode_state(state);
    return row;
}

}  // namespace spanreel::trace
