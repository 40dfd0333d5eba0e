// SPDX-License-Identifier: Apache-2.0
// A random but repeatable stream of exports and API calls, and a memory of what was acknowledged. It outlives the
// machines it runs on. Spans arrive late, twice and in two versions, change their trace's session key and come after
// their session was deleted.
#pragma once
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "machine.hpp"

namespace spanreel::crash {

struct AcknowledgedSpan {
    store::TraceKey trace;
    std::shared_ptr<const SpanFacts> facts;
};

struct Acknowledged {
    std::vector<AcknowledgedSpan> spans;
    std::vector<std::string> operations;  ///< encoded
    std::vector<std::string> workspaces;  ///< ids of rows the database alone keeps
};

class Workload {
  public:
    explicit Workload(std::uint64_t seed) : random_(seed) {}

    /// Until a write fails, at most `steps`. The error is that of the write.
    Result<void> run(Machine& machine, int steps);
    Result<void> send_spans(Machine& machine);
    Result<void> call_api(Machine& machine);
    Result<void> write_row(Machine& machine);

    const Acknowledged& acknowledged() const { return acknowledged_; }
    std::uint64_t random() { return random_(); }

  private:
    struct Pending;

    trace::SpanBatch make_batch();
    Result<void> submit(Machine& machine);
    Result<void> wait();
    trace::Operation make_operation();
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    std::mt19937_64 random_;
    std::uint64_t step_ = 0;
    std::vector<std::shared_ptr<Pending>> pending_;
    std::vector<std::pair<std::string, std::string>> sessions_;  ///< workspace and id, as answers named them
    Acknowledged acknowledged_;
};

}  // namespace spanreel::crash
