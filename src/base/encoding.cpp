// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.hpp"

#include <nmmintrin.h>
#include <openssl/sha.h>

#include <array>

namespace spanreel {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

constexpr std::array<std::uint32_t, 256> crc32c_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0x82F63B78u : 0);
        table[i] = value;
    }
    return table;
}

std::uint32_t crc32c_portable(ByteView bytes, std::uint32_t crc) {
    static constexpr auto kTable = crc32c_table();
    for (std::uint8_t byte : bytes) crc = kTable[(crc ^ byte) & 0xff] ^ (crc >> 8);
    return crc;
}

__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(ByteView bytes, std::uint32_t crc) {
    std::uint64_t wide = crc;
    while (bytes.size() >= 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data(), 8);
        wide = _mm_crc32_u64(wide, word);
        bytes = bytes.subspan(8);
    }
    crc = static_cast<std::uint32_t>(wide);
    for (std::uint8_t byte : bytes) crc = _mm_crc32_u8(crc, byte);
    return crc;
}

/// Length of the well-formed UTF-8 sequence at the front; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
        if (is_utf8(text.substr(0, length))) return length;
    return 0;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (std::uint8_t byte : bytes) {
        out.push_back(kHexDigits[byte >> 4]);
        out.push_back(kHexDigits[byte & 15]);
    }
    return out;
}

Result<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return fail(Code::invalid, "hexadecimal text has an odd length");
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        int high = hex_value(text[i]);
        int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return fail(Code::invalid, fmt::format("not a hexadecimal digit at offset {}", i));
        out.push_back(static_cast<char>(high << 4 | low));
    }
    return out;
}

std::string to_base64(ByteView bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = std::uint32_t{bytes[i]} << 16;
        if (count > 1) group |= std::uint32_t{bytes[i + 1]} << 8;
        if (count > 2) group |= bytes[i + 2];
        out.push_back(kBase64Digits[group >> 18]);
        out.push_back(kBase64Digits[group >> 12 & 63]);
        out.push_back(count > 1 ? kBase64Digits[group >> 6 & 63] : '=');
        out.push_back(count > 2 ? kBase64Digits[group & 63] : '=');
    }
    return out;
}

Result<std::string> from_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    if (text.size() % 4 == 1) return fail(Code::invalid, "base64 text has an impossible length");
    std::string out;
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::size_t digit = kBase64Digits.find(text[i]);
        if (digit == std::string_view::npos) return fail(Code::invalid, fmt::format("not base64 at offset {}", i));
        group = group << 6 | static_cast<std::uint32_t>(digit);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out.push_back(static_cast<char>(group >> bits));
        }
    }
    return out;
}

Result<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low < 0) return fail(Code::invalid, fmt::format("broken percent escape at offset {}", i));
        out.push_back(static_cast<char>(high << 4 | low));
        i += 2;
    }
    return out;
}

std::uint32_t crc32c(ByteView bytes, std::uint32_t previous) {
    static const bool has_instruction = __builtin_cpu_supports("sse4.2");
    return ~(has_instruction ? crc32c_sse42(bytes, ~previous) : crc32c_portable(bytes, ~previous));
}

std::string sha256(ByteView bytes) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

bool is_utf8(std::string_view text) {
    ByteView bytes = as_bytes(text);
    for (std::size_t i = 0; i < bytes.size();) {
        std::uint8_t lead = bytes[i];
        if (lead < 0x80) {
            ++i;
            continue;
        }
        unsigned length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || bytes.size() - i < length) return false;
        // The second byte's range excludes overlong forms, surrogates and what lies past U+10FFFF.
        std::uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        std::uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (bytes[i + 1] < low || bytes[i + 1] > high) return false;
        for (unsigned k = 2; k < length; ++k)
            if ((bytes[i + k] & 0xC0) != 0x80) return false;
        i += length;
    }
    return true;
}

std::string to_utf8(std::string_view text) {
    if (is_utf8(text)) return std::string(text);
    std::string mended;
    mended.reserve(text.size() + 16);
    while (!text.empty()) {
        std::size_t length = sequence_length(text);
        if (length == 0) {
            mended += "\xEF\xBF\xBD";
            length = 1;
        } else {
            mended += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return mended;
}

}  // namespace spanreel
