// SPDX-License-Identifier: Apache-2.0
// Collects a request body under the limits of its mount and of the whole listener. One session owns a receiver; the
// budget is shared by all threads.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "net/content_coding.hpp"
#include "net/mount.hpp"

namespace spanreel::net {

/// Bytes of request bodies held at a time. Charged as bytes arrive: a promised length costs nothing.
class BodyBudget {
  public:
    explicit BodyBudget(std::uint64_t limit) : limit_(limit) {}

    /// What one request holds; given back when it goes.
    class Share {
      public:
        explicit Share(BodyBudget& budget) : budget_(&budget) {}
        Share(Share&& other) noexcept : budget_(other.budget_), held_(std::exchange(other.held_, 0)) {}
        Share& operator=(Share&&) = delete;
        ~Share() { budget_->used_ -= held_; }

        /// False, and nothing changed, when the budget does not reach.
        bool grow_to(std::uint64_t bytes);

      private:
        BodyBudget* budget_;
        std::uint64_t held_ = 0;
    };

    std::uint64_t used() const { return used_; }

  private:
    const std::uint64_t limit_;
    std::atomic<std::uint64_t> used_ = 0;
};

class BodyReceiver {
  public:
    BodyReceiver(const Mount& mount, BodyBudget& budget, Coding coding, std::optional<std::uint64_t> content_length);

    /// `too_large` past a limit of the mount, `unavailable` past the budget, `invalid` for broken compression.
    Result<void> write(ByteView piece);
    /// The decompressed body.
    Result<std::string> finish();
    std::uint64_t received() const { return received_; }

  private:
    const Mount& mount_;
    BodyBudget::Share share_;
    std::optional<Inflater> inflater_;
    std::optional<std::uint64_t> content_length_;
    std::uint64_t received_ = 0;
    std::string body_;
};

/// The failure a declared length already is.
Result<void> check_content_length(const Mount& mount, Coding coding, std::optional<std::uint64_t> content_length);

}  // namespace spanreel::net
