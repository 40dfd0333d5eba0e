// SPDX-License-Identifier: Apache-2.0
// The program's numbers in the Prometheus text format (version 0.0.4). One object, made by whoever wires the server;
// any thread may use it. Labels come from a fixed set (route patterns, protocol names), never from a client.
#pragma once
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace spanreel::net {

class Metrics {
  public:
    using Labels = std::map<std::string, std::string>;

    Metrics();
    ~Metrics();

    /// The same metric for the same name and labels; keep the reference, it lives as long as this object.
    prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    /// `buckets` are upper bounds, ascending.
    prometheus::Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels,
                                     const std::vector<double>& buckets);

    /// A number read when somebody asks, for rooms that do not know this one. `read` may be called by any thread.
    void watch_gauge(std::string name, std::string help, std::function<double()> read);
    void watch_counter(std::string name, std::string help, std::function<double()> read);

    /// The body for /metrics; its content type is kContentType.
    std::string text() const;
    static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

  private:
    class Watched;
    std::unique_ptr<prometheus::Registry> registry_;
    std::unique_ptr<Watched> watched_;
};

}  // namespace spanreel::net
