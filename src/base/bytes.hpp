// SPDX-License-Identifier: Apache-2.0
// Reading and writing integers in byte strings. A Reader never reads past its end: it turns false and stays false,
// so that a parser checks once after a run of reads.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace spanreel {

using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Reads from the front of a byte string it does not own.
class ByteReader {
  public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
    std::uint16_t u16be() { return static_cast<std::uint16_t>(big_endian(2)); }
    std::uint32_t u24be() { return static_cast<std::uint32_t>(big_endian(3)); }
    std::uint32_t u32be() { return static_cast<std::uint32_t>(big_endian(4)); }
    std::uint64_t u64be() { return big_endian(8); }
    std::uint16_t u16le() { return static_cast<std::uint16_t>(little_endian(2)); }
    std::uint32_t u32le() { return static_cast<std::uint32_t>(little_endian(4)); }
    std::uint64_t u64le() { return little_endian(8); }

    /// The next `count` bytes; empty, and the reader false, when fewer are left.
    ByteView take(std::size_t count) {
        if (!ok_ || count > bytes_.size() - offset_) {
            ok_ = false;
            return {};
        }
        ByteView out = bytes_.subspan(offset_, count);
        offset_ += count;
        return out;
    }
    void skip(std::size_t count) { (void)take(count); }

    std::size_t offset() const { return offset_; }
    std::size_t left() const { return ok_ ? bytes_.size() - offset_ : 0; }
    bool empty() const { return left() == 0; }
    explicit operator bool() const { return ok_; }

  private:
    std::uint64_t big_endian(std::size_t count) {
        std::uint64_t value = 0;
        for (std::uint8_t byte : take(count)) value = value << 8 | byte;
        return value;
    }
    std::uint64_t little_endian(std::size_t count) {
        std::uint64_t value = 0;
        unsigned shift = 0;
        for (std::uint8_t byte : take(count)) {
            value |= std::uint64_t{byte} << shift;
            shift += 8;
        }
        return value;
    }

    ByteView bytes_;
    std::size_t offset_ = 0;
    bool ok_ = true;
};

/// Appends to a string it does not own.
class ByteWriter {
  public:
    explicit ByteWriter(std::string& out) : out_(out) {}

    void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
    void u16be(std::uint16_t value) { big_endian(value, 2); }
    void u24be(std::uint32_t value) { big_endian(value, 3); }
    void u32be(std::uint32_t value) { big_endian(value, 4); }
    void u64be(std::uint64_t value) { big_endian(value, 8); }
    void u16le(std::uint16_t value) { little_endian(value, 2); }
    void u32le(std::uint32_t value) { little_endian(value, 4); }
    void u64le(std::uint64_t value) { little_endian(value, 8); }
    void bytes(ByteView bytes) { out_.append(as_text(bytes)); }
    void text(std::string_view text) { out_.append(text); }
    void zeros(std::size_t count) { out_.append(count, '\0'); }

    std::size_t size() const { return out_.size(); }
    /// Overwrites four bytes written earlier.
    void patch_u32be(std::size_t at, std::uint32_t value) {
        for (unsigned i = 0; i < 4; ++i) out_[at + i] = static_cast<char>(value >> (24 - 8 * i));
    }

  private:
    void big_endian(std::uint64_t value, unsigned count) {
        for (unsigned i = count; i-- > 0;) u8(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    void little_endian(std::uint64_t value, unsigned count) {
        for (unsigned i = 0; i < count; ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
    }

    std::string& out_;
};

}  // namespace spanreel
