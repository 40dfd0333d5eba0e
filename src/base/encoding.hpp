// SPDX-License-Identifier: Apache-2.0
// Text forms of bytes (RFC 4648) and checksums of them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spanreel {

std::string to_hex(ByteView bytes);
/// Takes both cases; anything else, or an odd length, is `invalid`.
Result<std::string> from_hex(std::string_view text);

std::string to_base64(ByteView bytes);
/// Standard alphabet, padding optional; white space is refused.
Result<std::string> from_base64(std::string_view text);

/// Percent-decoding (RFC 3986 section 2.1); a broken escape is `invalid`.
Result<std::string> percent_decode(std::string_view text);

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), with the processor's instruction where it has one.
std::uint32_t crc32c(ByteView bytes, std::uint32_t previous = 0);

/// SHA-256 (FIPS 180-4), 32 bytes.
std::string sha256(ByteView bytes);

/// Whether the text is well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);
/// The text with every ill-formed UTF-8 sequence replaced by U+FFFD.
std::string to_utf8(std::string_view text);

}  // namespace spanreel
