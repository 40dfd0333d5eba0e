// SPDX-License-Identifier: Apache-2.0
// The memory that what arrives may take, whatever it is and however it comes. Who is about to hold bytes takes them
// from here first, for an account (a workspace, or the address of who has none), and gives them back with its Share.
// An account holds at most as much as it leaves free (Choudhury and Hahne, "Dynamic queue length thresholds for
// shared-memory packet switches"): one alone gets half, and however many take all they can, some is left for the next.
// Any thread; outlives its shares.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/error.hpp"

namespace spanreel {

class MemoryBudget {
    struct Account {
        std::uint64_t bytes = 0;
        std::size_t shares = 0;
    };
    using Accounts = std::unordered_map<std::string, Account>;

  public:
    explicit MemoryBudget(std::uint64_t limit) : limit_(limit) {}
    MemoryBudget(const MemoryBudget&) = delete;
    MemoryBudget& operator=(const MemoryBudget&) = delete;

    /// What one request holds; given back when it goes. One thread at a time. One made by default counts nothing.
    class Share {
      public:
        Share() = default;
        Share(MemoryBudget& budget, const std::string& account);
        Share(Share&& other) noexcept;
        Share& operator=(Share&& other) noexcept;
        ~Share();

        /// To hold less always succeeds. Nothing changes with `unavailable` (later there may be enough) and
        /// `too_large` (there never will be).
        Result<void> resize(std::uint64_t bytes);
        /// For work on what was let in already: may take all that is free, whatever the account holds. Else requests
        /// that were let in together could keep each other from being finished.
        Result<void> extend(std::uint64_t by);
        std::uint64_t held() const { return held_; }
        /// Takes over what `other` holds, for an account that is nobody's.
        void absorb(Share other);

      private:
        Result<void> take(std::uint64_t bytes, std::uint64_t most, bool fair);

        MemoryBudget* budget_ = nullptr;
        Accounts::value_type* account_ = nullptr;
        std::uint64_t held_ = 0;
    };

    std::uint64_t limit() const { return limit_; }
    std::uint64_t used() const;

  private:
    const std::uint64_t limit_;
    mutable std::mutex mutex_;
    std::uint64_t used_ = 0;
    Accounts accounts_;  ///< of all shares that there are
};

}  // namespace spanreel
