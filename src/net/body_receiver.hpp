// SPDX-License-Identifier: Apache-2.0
// Collects a request body under the limits of its mount and of the memory there is for all. One session owns a
// receiver; the budget is shared by all threads.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/memory_budget.hpp"
#include "net/content_coding.hpp"
#include "net/http_message.hpp"
#include "net/mount.hpp"

namespace spanreel::net {

/// Bytes that come in pieces. Memory for them is taken from the share before it is used, also for the moment in which
/// a text that grows is there twice.
class BodyBuffer {
  public:
    /// `share` counts other things too; it outlives this.
    BodyBuffer(std::size_t max_size, MemoryBudget::Share& share)
        : max_size_(max_size), share_(share), beside_(share.held()) {}

    Result<void> reserve(std::size_t size);
    /// `too_large` past `max_size`; of a share `unavailable` or `too_large`.
    Result<void> append(ByteView piece);
    std::string take() { return std::move(text_); }

  private:
    std::size_t max_size_;
    MemoryBudget::Share& share_;
    std::uint64_t beside_;
    std::string text_;
};

class BodyReceiver {
  public:
    /// Of a request whose head has been read: its memory is counted from here on, in Request::memory.
    BodyReceiver(const Mount& mount, MemoryBudget& budget, Request& request, Coding coding,
                 std::optional<std::uint64_t> content_length);

    /// Takes the memory for the head, and for a body of known length, before any of it is read.
    Result<void> begin();
    /// `too_large` past a limit of the mount or for more than the server will ever have room for, `unavailable` when
    /// it has none now, `invalid` for broken compression.
    Result<void> write(ByteView piece);
    /// The decompressed body moves to the request.
    Result<void> finish();
    std::uint64_t received() const { return received_; }

  private:
    const Mount& mount_;
    Request& request_;
    std::optional<Inflater> inflater_;
    std::optional<std::uint64_t> content_length_;
    std::uint64_t received_ = 0;
    std::optional<BodyBuffer> body_;
};

/// The failure a declared length already is.
Result<void> check_content_length(const Mount& mount, Coding coding, std::optional<std::uint64_t> content_length);

}  // namespace spanreel::net
