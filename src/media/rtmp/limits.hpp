// SPDX-License-Identifier: Apache-2.0
// What one RTMP connection may cost before somebody says no. Sizes are in bytes.
#pragma once
#include <cstddef>
#include <cstdint>

namespace spanreel::media::rtmp {

/// Largest message once publishing is accepted: a key frame of 100 Mbps video has about 4 MB.
inline constexpr std::size_t kMaxMediaMessageBytes = 16 << 20;
/// Largest command, and largest message of any kind before publishing is accepted.
inline constexpr std::size_t kMaxCommandBytes = 64 << 10;
/// Announced sizes of all messages that are under way at once, one per chunk stream, once publishing is accepted.
inline constexpr std::size_t kMaxPendingMediaBytes = 32 << 20;
/// Likewise before: what a stranger may make us keep.
inline constexpr std::size_t kMaxPendingCommandBytes = 128 << 10;
inline constexpr std::size_t kMaxChunkStreams = 64;
inline constexpr std::uint32_t kMaxChunkSize = 1 << 20;

/// Bytes kept while the owner decides about a publish request.
inline constexpr std::size_t kMaxHeldBytes = 1 << 20;

inline constexpr unsigned kMaxAmfDepth = 8;
inline constexpr std::size_t kMaxAmfValues = 1024;  ///< in one message, nested ones included
inline constexpr std::size_t kMaxAmfStringBytes = 8 << 10;
inline constexpr std::size_t kMaxStreamKeyBytes = 512;  ///< with its query

}  // namespace spanreel::media::rtmp
