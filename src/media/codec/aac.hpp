// SPDX-License-Identifier: Apache-2.0
// AudioSpecificConfig of AAC (ISO 14496-3 1.6.2.1): what a decoder must know before the first frame.
// Pure functions over foreign bytes; errors name the byte offset.
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "media/packet.hpp"

namespace spanreel::media {

/// Largest AudioSpecificConfig accepted; real ones have 2 to 64 bytes.
inline constexpr std::size_t kMaxAacConfigurationBytes = 1024;

struct AacConfiguration {
    unsigned object_type = 2;                ///< of the core coder: 1 Main, 2 LC, 3 SSR, 4 LTP (ISO 14496-3 table 1.17)
    std::uint32_t sample_rate = 0;           ///< of the core coder, Hz
    std::uint32_t channels = 0;              ///< of the core coder
    std::uint32_t samples_per_frame = 0;     ///< at sample_rate: 1024 or 960
    bool spectral_band_replication = false;  ///< signalled HE-AAC: a decoder gives twice the rate
    bool parametric_stereo = false;          ///< signalled HE-AAC v2: a decoder gives two channels
};

/// `invalid` for bytes that are no AudioSpecificConfig, `unsupported` for other kinds of MPEG-4 audio.
Result<AacConfiguration> read_aac_configuration(ByteView config);

/// The track. Timescale and sample_rate are the core coder's, so that one frame is samples_per_frame ticks;
/// codec_string is mp4a.40.5 or .29 where SBR or PS is signalled, else mp4a.40.<object type>.
Result<TrackConfig> parse_aac_configuration(ByteView config);

}  // namespace spanreel::media
