// SPDX-License-Identifier: Apache-2.0
#include "net/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <mutex>

namespace spanreel::net {

class Metrics::Watched final : public prometheus::Collectable {
  public:
    void add(prometheus::MetricFamily family, std::function<double()> read) {
        std::lock_guard lock(mutex_);
        entries_.push_back({std::move(family), std::move(read)});
    }

    std::vector<prometheus::MetricFamily> Collect() const override {
        std::lock_guard lock(mutex_);
        std::vector<prometheus::MetricFamily> families;
        for (const Entry& entry : entries_) {
            prometheus::ClientMetric metric;
            (entry.family.type == prometheus::MetricType::Gauge ? metric.gauge.value : metric.counter.value) =
                entry.read();
            families.push_back(entry.family);
            families.back().metric.push_back(std::move(metric));
        }
        return families;
    }

  private:
    struct Entry {
        prometheus::MetricFamily family;
        std::function<double()> read;
    };
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
};

Metrics::Metrics()
    : registry_(std::make_unique<prometheus::Registry>(prometheus::Registry::InsertBehavior::Merge)),
      watched_(std::make_unique<Watched>()) {}
Metrics::~Metrics() = default;

prometheus::Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels);
}

prometheus::Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels);
}

prometheus::Histogram& Metrics::histogram(const std::string& name, const std::string& help, const Labels& labels,
                                          const std::vector<double>& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, buckets);
}

void Metrics::watch_gauge(std::string name, std::string help, std::function<double()> read) {
    watched_->add({std::move(name), std::move(help), prometheus::MetricType::Gauge, {}}, std::move(read));
}

void Metrics::watch_counter(std::string name, std::string help, std::function<double()> read) {
    watched_->add({std::move(name), std::move(help), prometheus::MetricType::Counter, {}}, std::move(read));
}

std::string Metrics::text() const {
    std::vector<prometheus::MetricFamily> families = registry_->Collect();
    std::ranges::move(watched_->Collect(), std::back_inserter(families));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace spanreel::net
