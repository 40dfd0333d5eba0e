// SPDX-License-Identifier: Apache-2.0
#include "media/codec/aac.hpp"

#include <fmt/format.h>

#include <iterator>

#include "media/codec/bit_reader.hpp"

namespace spanreel::media {
namespace {

constexpr unsigned kObjectTypeLtp = 4;
constexpr unsigned kObjectTypeSbr = 5;
constexpr unsigned kObjectTypePs = 29;
/// syncExtensionType values of backward compatible signalling (ISO 14496-3 1.6.6).
constexpr std::uint32_t kSyncSbr = 0x2B7;
constexpr std::uint32_t kSyncPs = 0x548;

unsigned read_object_type(BitReader& bits) {
    const unsigned type = bits.bits(5);
    return type == 31 ? 32 + bits.bits(6) : type;
}

/// 0 for a reserved index.
std::uint32_t read_frequency(BitReader& bits) {
    constexpr std::uint32_t kRates[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                        22050, 16000, 12000, 11025, 8000,  7350};  // table 1.18
    const std::uint32_t index = bits.bits(4);
    if (index == 15) return bits.bits(24);
    return index < std::size(kRates) ? kRates[index] : 0;
}

/// Channels of a program_config_element (ISO 14496-3 table 4.2), used when the channel configuration is 0.
std::uint32_t count_program_channels(BitReader& bits) {
    bits.skip(4 + 2 + 4);  // element_instance_tag, object_type, sampling_frequency_index
    const unsigned front = bits.bits(4);
    const unsigned side = bits.bits(4);
    const unsigned back = bits.bits(4);
    const unsigned low_frequency = bits.bits(2);
    bits.skip(3 + 4);               // num_assoc_data_elements, num_valid_cc_elements
    if (bits.flag()) bits.skip(4);  // mono_mixdown_element_number
    if (bits.flag()) bits.skip(4);  // stereo_mixdown_element_number
    if (bits.flag()) bits.skip(3);  // matrix_mixdown_idx, pseudo_surround_enable
    std::uint32_t channels = low_frequency;
    for (unsigned i = 0; i < front + side + back; ++i) {
        channels += bits.flag() ? 2 : 1;
        bits.skip(4);
    }
    return channels;
}

/// SBR and PS announced after a configuration that older decoders understand.
void read_backward_compatible_extension(BitReader& bits, AacConfiguration& out) {
    if (bits.left() < 16 || bits.bits(11) != kSyncSbr || read_object_type(bits) != kObjectTypeSbr) return;
    out.spectral_band_replication = bits.flag();
    if (!out.spectral_band_replication) return;
    read_frequency(bits);
    if (bits.left() >= 12 && bits.bits(11) == kSyncPs) out.parametric_stereo = bits.flag();
}

}  // namespace

Result<AacConfiguration> read_aac_configuration(ByteView config) {
    auto bad = [](std::string_view what, std::size_t offset) {
        return fail(Code::invalid, fmt::format("AAC configuration: {} at byte {}", what, offset));
    };
    if (config.size() > kMaxAacConfigurationBytes) return bad("too long", kMaxAacConfigurationBytes);
    BitReader bits(config);
    AacConfiguration out;
    out.object_type = read_object_type(bits);
    out.sample_rate = read_frequency(bits);
    const unsigned channel_configuration = bits.bits(4);
    const bool hierarchical = out.object_type == kObjectTypeSbr || out.object_type == kObjectTypePs;
    if (hierarchical) {
        out.spectral_band_replication = true;
        out.parametric_stereo = out.object_type == kObjectTypePs;
        read_frequency(bits);  // of the extension
        out.object_type = read_object_type(bits);
    }
    if (!bits) return bad("cut short", config.size());
    if (out.object_type < 1 || out.object_type > kObjectTypeLtp) {
        return fail(Code::unsupported,
                    fmt::format("MPEG-4 audio object type {} is not supported: publish AAC-LC", out.object_type));
    }
    if (out.sample_rate < 7'350 || out.sample_rate > 96'000) return bad("sample rate out of range", bits.byte_offset());

    out.samples_per_frame = bits.flag() ? 960 : 1024;
    if (bits.flag()) bits.skip(14);  // coreCoderDelay
    const bool extension = bits.flag();
    if (!bits) return bad("cut short", config.size());
    if (extension) return bad("extension flag of an error resilient codec", bits.byte_offset());
    constexpr std::uint32_t kChannels[] = {0, 1, 2, 3, 4, 5, 6, 8};  // table 1.19
    if (channel_configuration >= std::size(kChannels)) return bad("unknown channel configuration", 1);
    out.channels = channel_configuration == 0 ? count_program_channels(bits) : kChannels[channel_configuration];
    if (!bits) return bad("cut short", config.size());
    if (out.channels == 0) return bad("no channels", bits.byte_offset());
    if (!hierarchical && channel_configuration != 0) read_backward_compatible_extension(bits, out);
    return out;
}

Result<TrackConfig> parse_aac_configuration(ByteView config) {
    SPANREEL_TRY(const AacConfiguration aac, read_aac_configuration(config));
    const unsigned object_type = aac.parametric_stereo           ? kObjectTypePs
                                 : aac.spectral_band_replication ? kObjectTypeSbr
                                                                 : aac.object_type;
    TrackConfig track;
    track.kind = TrackKind::audio;
    track.codec = Codec::aac;
    track.configuration = as_text(config);
    track.timescale = aac.sample_rate;
    track.sample_rate = aac.sample_rate;
    track.channels = aac.channels;
    track.codec_string = fmt::format("mp4a.40.{}", object_type);
    return track;
}

}  // namespace spanreel::media
