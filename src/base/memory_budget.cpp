// SPDX-License-Identifier: Apache-2.0
#include "base/memory_budget.hpp"

#include <fmt/format.h>

#include <utility>

namespace spanreel {

namespace {

constexpr std::chrono::seconds kRetryAfter{1};

}  // namespace

MemoryBudget::Share::Share(MemoryBudget& budget, const std::string& account) : budget_(&budget) {
    std::lock_guard lock(budget.mutex_);
    account_ = &*budget.accounts_.try_emplace(account).first;
    ++account_->second.shares;
}

MemoryBudget::Share::Share(Share&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)),
      account_(std::exchange(other.account_, nullptr)),
      held_(std::exchange(other.held_, 0)) {}

MemoryBudget::Share& MemoryBudget::Share::operator=(Share&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(account_, other.account_);
    std::swap(held_, other.held_);
    return *this;
}

MemoryBudget::Share::~Share() {
    if (!budget_) return;
    std::lock_guard lock(budget_->mutex_);
    budget_->used_ -= held_;
    account_->second.bytes -= held_;
    if (--account_->second.shares == 0) budget_->accounts_.erase(budget_->accounts_.find(account_->first));
}

Result<void> MemoryBudget::Share::resize(std::uint64_t bytes) {
    return budget_ ? take(bytes, budget_->limit_ / 2, true) : Result<void>();
}

Result<void> MemoryBudget::Share::extend(std::uint64_t by) {
    return budget_ ? take(held_ + by, budget_->limit_, false) : Result<void>();
}

Result<void> MemoryBudget::Share::take(std::uint64_t bytes, std::uint64_t most, bool fair) {
    if (bytes > held_ && bytes > most)
        return fail(Code::too_large, fmt::format("The request takes {} bytes of memory, and one may take {} here: send "
                                                 "fewer spans at a time",
                                                 bytes, most));
    const std::uint64_t limit = budget_->limit_;
    std::lock_guard lock(budget_->mutex_);
    const std::uint64_t used = budget_->used_ - held_ + bytes;
    const std::uint64_t of_account = account_->second.bytes - held_ + bytes;
    if (bytes > held_ && (used > limit || (fair && of_account > limit - used))) {
        Error error{Code::unavailable, "More arrives than the server has memory for; try again later"};
        error.retry_after = kRetryAfter;
        return std::unexpected(std::move(error));
    }
    budget_->used_ = used;
    account_->second.bytes = of_account;
    held_ = bytes;
    return {};
}

void MemoryBudget::Share::absorb(Share other) {
    if (!other.budget_) return;
    if (!budget_) *this = Share(*other.budget_, "");
    std::lock_guard lock(budget_->mutex_);
    other.account_->second.bytes -= other.held_;
    account_->second.bytes += other.held_;
    held_ += std::exchange(other.held_, 0);
}

std::uint64_t MemoryBudget::used() const {
    std::lock_guard lock(mutex_);
    return used_;
}

}  // namespace spanreel
