// SPDX-License-Identifier: Apache-2.0
#include "trace/trace_aggregate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spanreel::trace {

namespace {

using Texts = std::vector<std::optional<std::string>>;

double percent_of(MetricOperator op) {
    switch (op) {
        case MetricOperator::p50: return 50;
        case MetricOperator::p90: return 90;
        case MetricOperator::p95: return 95;
        case MetricOperator::p99: return 99;
        default: return 0;
    }
}

/// The numbers of one path in one group.
struct Numbers {
    std::uint64_t count = 0;
    double sum = 0, least = 0, most = 0;
    std::vector<double> all;  ///< for percentiles

    void add(double number, bool hold) {
        least = count == 0 ? number : std::min(least, number);
        most = count == 0 ? number : std::max(most, number);
        ++count;
        sum += number;
        if (hold) all.push_back(number);
    }

    std::optional<double> value_of(MetricOperator op) {
        if (op == MetricOperator::count) return static_cast<double>(count);
        if (count == 0) return std::nullopt;
        switch (op) {
            case MetricOperator::sum: return sum;
            case MetricOperator::avg: return sum / static_cast<double>(count);
            case MetricOperator::min: return least;
            case MetricOperator::max: return most;
            default: return nearest_rank(percent_of(op));
        }
    }

  private:
    double nearest_rank(double percent) {
        const double rank = std::ceil(percent / 100 * static_cast<double>(all.size()));
        const auto at = all.begin() + static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
        std::ranges::nth_element(all, at);
        return *at;
    }
};

struct Group {
    std::uint64_t traces = 0;
    std::vector<Numbers> numbers;  ///< one per path
};

/// The paths of the metrics, each once, and whether all its numbers are needed.
struct Paths {
    std::vector<std::string> names;
    std::vector<bool> held;
    std::vector<std::size_t> of_metric;  ///< index of its path; of no use for one without

    explicit Paths(const std::vector<Metric>& metrics) {
        for (const Metric& metric : metrics) {
            const auto known = std::ranges::find(names, metric.path);
            of_metric.push_back(static_cast<std::size_t>(known - names.begin()));
            if (metric.path.empty()) continue;
            if (known == names.end()) {
                names.push_back(metric.path);
                held.push_back(false);
            }
            if (percent_of(metric.op) > 0) held[of_metric.back()] = true;
        }
    }
};

}  // namespace

Result<TraceGroups> aggregate(const Ledger& ledger, const AggregateQuery& query) {
    const Paths paths(query.metrics);
    std::map<Texts, Group> groups;
    std::size_t values_held = 0;
    auto group_of = [&](const Texts& texts) -> Group& {
        Group& group = groups[texts];
        group.numbers.resize(paths.names.size());
        return group;
    };
    if (query.group_by.empty()) group_of({});
    SPANREEL_CHECK(ledger.each_trace_values(
        query.traces, query.group_by, paths.names, [&](auto texts, auto numbers) -> Result<void> {
            Group& group = group_of(Texts(texts.begin(), texts.end()));
            if (groups.size() > kMaxGroups)
                return fail(Code::invalid, fmt::format("group_by gives more than {} groups", kMaxGroups), "group_by");
            ++group.traces;
            for (std::size_t i = 0; i < numbers.size(); ++i) {
                if (!numbers[i]) continue;
                group.numbers[i].add(*numbers[i], paths.held[i]);
                if (paths.held[i] && ++values_held > kMaxHeldValues)
                    return fail(
                        Code::invalid,
                        fmt::format("percentiles of more than {} values: ask for a shorter time", kMaxHeldValues),
                        "compute");
            }
            return {};
        }));

    TraceGroups found;
    for (auto& [texts, group] : groups) {
        TraceGroup shown{.values = texts, .traces = group.traces, .metrics = {}};
        for (std::size_t i = 0; i < query.metrics.size(); ++i) {
            const Metric& metric = query.metrics[i];
            shown.metrics.push_back(metric.path.empty() ? std::optional(static_cast<double>(group.traces))
                                                        : group.numbers[paths.of_metric[i]].value_of(metric.op));
        }
        found.groups.push_back(std::move(shown));
    }
    std::ranges::sort(found.groups, [](const TraceGroup& a, const TraceGroup& b) {
        return a.traces != b.traces ? a.traces > b.traces : a.values < b.values;
    });
    found.has_more = found.groups.size() > query.limit;
    if (found.has_more) found.groups.resize(query.limit);
    return found;
}

}  // namespace spanreel::trace
