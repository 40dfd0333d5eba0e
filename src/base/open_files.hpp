// SPDX-License-Identifier: Apache-2.0
// How many files and sockets this process may have open at a time.
#pragma once
#include <cstdint>

namespace spanreel {

/// Raises the limit as far as the system lets this process, and gives it.
std::uint64_t raise_open_file_limit();

/// Descriptors for what is no client's connection: tape and media files, the database, publishers.
inline constexpr std::uint64_t kReservedFiles = 1024;
/// How many connections such a limit has room for; at most half of a small one.
std::uint64_t connections_within(std::uint64_t open_files);

}  // namespace spanreel
