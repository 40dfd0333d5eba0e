// SPDX-License-Identifier: Apache-2.0
// The one form of movie fragment we write (ISO 14496-12 8.8): what its writer and its reader must agree on.
#pragma once
#include <cstddef>
#include <cstdint>

namespace spanreel::media::mp4 {

inline constexpr std::size_t kBoxHeaderSize = 8;

/// tfhd: default-base-is-moof; for audio also default-sample-flags-present.
inline constexpr std::uint32_t kVideoHeaderFlags = 0x020000;
inline constexpr std::uint32_t kAudioHeaderFlags = 0x020020;
/// trun: data offset, then duration, size, flags and composition offset of each sample; audio: duration and size.
inline constexpr std::uint32_t kVideoRunFlags = 0x000f01;
inline constexpr std::uint32_t kAudioRunFlags = 0x000301;
/// Sample flags (8.8.3.1): sample_depends_on = 2 (none); or 1 (others) with sample_is_non_sync_sample.
inline constexpr std::uint32_t kKeySampleFlags = 0x02000000;
inline constexpr std::uint32_t kDependentSampleFlags = 0x01010000;

}  // namespace spanreel::media::mp4
