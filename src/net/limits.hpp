// SPDX-License-Identifier: Apache-2.0
// What a stranger may make an HTTP listener hold or wait for. Body sizes belong to the mount (mount.hpp),
// and all bodies together to a budget (base/memory_budget.hpp).
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace spanreel::net {

struct Limits {
    /// Request line and header fields together; above it 431.
    std::size_t head_bytes = 64 << 10;
    /// Connections at a time; one more is told 503 and closed.
    std::size_t connections = 4096;

    /// From the first byte of a head to its end; then 408.
    std::chrono::milliseconds head_timeout{10'000};
    /// Without a byte between requests; then the connection is closed.
    std::chrono::milliseconds idle_timeout{60'000};
    /// A body may take this long plus one second for each `body_bytes_per_second` received; then 408.
    std::chrono::milliseconds body_grace{20'000};
    std::uint64_t body_bytes_per_second = 4096;
    /// For each 128 KiB of a response, in however many pieces a streamed one goes; then the connection is closed.
    std::chrono::milliseconds write_timeout{30'000};

    /// After an early answer, what is read and dropped so that the client gets to see the answer: a whole body, for
    /// exporters that do not look before they have sent theirs.
    std::uint64_t drain_bytes = 64 << 20;
    std::chrono::milliseconds drain_timeout{5'000};
};

}  // namespace spanreel::net
