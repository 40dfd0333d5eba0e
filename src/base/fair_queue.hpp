// SPDX-License-Identifier: Apache-2.0
// What waits, of many accounts, in an order that is fair to them: start-time fair queueing (Goyal, Vin and Cheng,
// 1996). An item's place is what its account had before it, counted from when the account last had nothing waiting:
// who sends much stands behind its own, and never in front of who sends little. One thread at a time.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace spanreel {

template <class T>
class FairQueue {
  public:
    void push(const std::string& account, std::uint64_t cost, T item) {
        forget_idle();
        std::uint64_t& end = ends_[account];
        const std::uint64_t place = std::max(end, clock_);
        end = place + std::max<std::uint64_t>(cost, 1);
        waiting_.emplace(place, std::move(item));
    }

    bool empty() const { return waiting_.empty(); }
    const T& front() const { return waiting_.begin()->second; }
    T pop() {
        auto first = waiting_.extract(waiting_.begin());
        clock_ = first.key();
        return std::move(first.mapped());
    }

  private:
    static constexpr std::size_t kRemembered = 64;

    /// An account whose last item has been passed begins anew.
    void forget_idle() {
        if (waiting_.empty())
            ends_.clear();
        else if (ends_.size() > kRemembered + 2 * waiting_.size())
            std::erase_if(ends_, [this](const auto& entry) { return entry.second <= clock_; });
    }

    std::multimap<std::uint64_t, T> waiting_;              ///< by place
    std::unordered_map<std::string, std::uint64_t> ends_;  ///< by account: where its next item stands
    std::uint64_t clock_ = 0;                              ///< the place of what was taken last
};

}  // namespace spanreel
