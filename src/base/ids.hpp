// SPDX-License-Identifier: Apache-2.0
// Making identifiers. All randomness comes from the kernel through OpenSSL; all functions may be called by any thread.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace spanreel {

/// `count` unpredictable bytes.
std::string random_bytes(std::size_t count);

/// ULID (github.com/ulid/spec): 26 Crockford base-32 characters, the first ten being milliseconds, so ids sort by
/// time. Two made in one millisecond by one process also sort in the order they were made.
std::string make_ulid(Time now);

/// UUID version 4, lower case (RFC 9562 section 5.4).
std::string make_uuid();
bool is_uuid(std::string_view text);

/// `count` characters out of [0-9a-z].
std::string make_base36(std::size_t count);

}  // namespace spanreel
