// SPDX-License-Identifier: Apache-2.0
#include "base/ids.hpp"

#include <openssl/rand.h>

#include <mutex>
#include <stdexcept>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace spanreel {

namespace {

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 48 bits of milliseconds and 80 of randomness; the randomness counts up within a millisecond.
struct UlidState {
    std::mutex mutex;
    std::uint64_t millis = 0;
    unsigned __int128 random = 0;
};

}  // namespace

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system's random source failed");
    return out;
}

std::string make_ulid(Time now) {
    static UlidState state;
    auto millis = static_cast<std::uint64_t>(to_unix_millis(now));
    unsigned __int128 random;
    {
        std::lock_guard lock(state.mutex);
        if (millis <= state.millis) {
            millis = state.millis;
            ++state.random;
        } else {
            state.millis = millis;
            state.random = 0;
            for (char byte : random_bytes(10)) state.random = state.random << 8 | static_cast<std::uint8_t>(byte);
        }
        random = state.random & ((static_cast<unsigned __int128>(1) << 80) - 1);
    }
    unsigned __int128 value = static_cast<unsigned __int128>(millis & 0xFFFF'FFFF'FFFF) << 80 | random;
    std::string out(26, '0');
    for (std::size_t i = 26; i-- > 0; value >>= 5) out[i] = kCrockford[static_cast<std::size_t>(value & 31)];
    return out;
}

std::string make_uuid() {
    std::string bytes = random_bytes(16);
    bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
    std::string hex = to_hex(as_bytes(bytes));
    for (std::size_t at : {20, 16, 12, 8}) hex.insert(at, 1, '-');
    return hex;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char c = text[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

std::string make_base36(std::size_t count) {
    constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
    constexpr std::uint8_t kUnbiased = 252;  // the largest multiple of 36 below 256
    std::string out;
    while (out.size() < count)
        for (char c : random_bytes(count))
            if (auto byte = static_cast<std::uint8_t>(c); byte < kUnbiased && out.size() < count)
                out.push_back(kDigits[byte % 36]);
    return out;
}

}  // namespace spanreel
