// SPDX-License-Identifier: Apache-2.0
// Work over many blocks, split over the processors there are. Any thread.
#pragma once
#include <algorithm>
#include <thread>
#include <vector>

namespace spanreel::store {

/// Fewer blocks are not worth a thread.
inline constexpr std::size_t kBlocksOfPart = 256;
inline constexpr std::size_t kMostParts = 4;

/// Calls `work(begin, end)` for parts of 0 to `count` that cover it, each in a thread of its own, and gives back what
/// they return, in order.
template <class Work>
auto in_parts(std::size_t count, const Work& work) {
    static const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t parts = std::clamp<std::size_t>(count / kBlocksOfPart, 1, std::min(processors, kMostParts));
    std::vector<decltype(work(count, count))> results(parts);
    auto run = [&](std::size_t part) { results[part] = work(count * part / parts, count * (part + 1) / parts); };
    std::vector<std::jthread> threads;
    for (std::size_t part = 1; part < parts; ++part) threads.emplace_back(run, part);
    run(0);
    threads.clear();
    return results;
}

}  // namespace spanreel::store
