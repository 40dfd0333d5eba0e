// SPDX-License-Identifier: Apache-2.0
// Reads single bits and Exp-Golomb numbers (ISO 14496-10 9.1), most significant bit first, from bytes it does not own.
// Past the end it gives zeros, turns false and stays false, so that a parser checks once after a run of reads.
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace spanreel::media {

class BitReader {
  public:
    explicit BitReader(ByteView bytes) : bytes_(bytes) {}

    bool flag() { return bits(1) != 0; }

    /// `count` is at most 32.
    std::uint32_t bits(unsigned count) {
        if (count > left()) {
            ok_ = false;
            return 0;
        }
        std::uint32_t value = 0;
        for (unsigned i = 0; i < count; ++i, ++position_) {
            value = value << 1 | (bytes_[position_ / 8] >> (7 - position_ % 8) & 1U);
        }
        return value;
    }
    void skip(std::size_t count) {
        if (count > left()) {
            ok_ = false;
        } else {
            position_ += count;
        }
    }

    /// ue(v). A prefix longer than 31 zeros is no 32-bit number and turns the reader false.
    std::uint32_t unsigned_golomb() {
        unsigned zeros = 0;
        while (ok_ && !flag()) ++zeros;
        if (zeros > 31) ok_ = false;
        if (!ok_) return 0;
        return (1U << zeros) - 1 + bits(zeros);
    }
    /// se(v)
    std::int64_t signed_golomb() {
        const std::int64_t code = unsigned_golomb();
        return code % 2 != 0 ? (code + 1) / 2 : -(code / 2);
    }

    std::size_t left() const { return ok_ ? bytes_.size() * 8 - position_ : 0; }
    std::size_t byte_offset() const { return position_ / 8; }
    explicit operator bool() const { return ok_; }

  private:
    ByteView bytes_;
    std::size_t position_ = 0;  ///< in bits
    bool ok_ = true;
};

}  // namespace spanreel::media
