// SPDX-License-Identifier: Apache-2.0
// Work over many blocks, split over the processors there are. Any thread.
#pragma once
#include <algorithm>
#include <exception>
#include <thread>
#include <type_traits>
#include <vector>

namespace spanreel::store {

/// Fewer blocks, or groups of as many rows, are not worth a thread.
inline constexpr std::size_t kBlocksOfPart = 256;
inline constexpr std::size_t kMostParts = 4;

/// Calls `work(begin, end)` for parts of 0 to `count` that cover it, all but the first in threads of their own, and
/// gives back what they return, in order. Throws what one of them threw when all have ended.
template <class Work>
auto in_parts(std::size_t count, const Work& work) {
    using Value = decltype(work(count, count));
    static_assert(!std::is_same_v<Value, bool>, "parts write their results at the same time");
    static const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t parts = std::clamp<std::size_t>(count / kBlocksOfPart, 1, std::min(processors, kMostParts));
    std::vector<Value> results(parts);
    std::vector<std::exception_ptr> failures(parts);
    auto run = [&](std::size_t part) noexcept {
        try {
            results[part] = work(count * part / parts, count * (part + 1) / parts);
        } catch (...) {
            failures[part] = std::current_exception();
        }
    };
    std::vector<std::jthread> threads;
    for (std::size_t part = 1; part < parts; ++part) threads.emplace_back(run, part);
    run(0);
    threads.clear();
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
    return results;
}

}  // namespace spanreel::store
