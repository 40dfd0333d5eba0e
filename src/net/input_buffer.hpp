// SPDX-License-Identifier: Apache-2.0
// Bytes that were read and not yet used.
#pragma once
#include <cstring>
#include <span>
#include <string>

#include "base/bytes.hpp"

namespace spanreel::net {

class InputBuffer {
  public:
    ByteView data() const { return as_bytes(std::string_view(bytes_).substr(begin_, end_ - begin_)); }
    bool empty() const { return begin_ == end_; }

    /// At least `room` bytes to read into, valid until the next call of anything here.
    std::span<char> prepare(std::size_t room) {
        std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        if (bytes_.size() < end_ + room) bytes_.resize(end_ + room);
        return std::span(bytes_).subspan(end_);
    }
    void commit(std::size_t count) { end_ += count; }

    void consume(std::size_t count) {
        begin_ += count;
        if (empty()) begin_ = end_ = 0;
    }
    /// Gives the memory of a large body back, so that an idle connection holds little.
    void shrink() {
        if (empty() && bytes_.size() > kKept) bytes_ = std::string();
    }

  private:
    static constexpr std::size_t kKept = 8 << 10;
    std::string bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace spanreel::net
