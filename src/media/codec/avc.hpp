// SPDX-License-Identifier: Apache-2.0
// H.264 (ISO 14496-10) as files and publishers carry it (ISO 14496-15): the configuration record, the sequence
// parameter set, and NAL units with lengths. Pure functions over foreign bytes; errors name the byte offset.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "media/packet.hpp"

namespace spanreel::media {

/// Largest AVCDecoderConfigurationRecord accepted; real ones have less than 200 bytes.
inline constexpr std::size_t kMaxAvcConfigurationBytes = 64 << 10;
/// Largest side of a picture in pixels: level 6.2 ends a little above (ISO 14496-10 A.3.1).
inline constexpr std::uint32_t kMaxPictureSide = 16'384;

/// An AVCDecoderConfigurationRecord (ISO 14496-15 5.3.3.1) taken apart. The parameter sets are NAL units without
/// length or start code, and view the bytes that were parsed.
struct AvcConfiguration {
    unsigned nal_length_size = 4;  ///< bytes before each NAL unit: 1, 2 or 4
    std::vector<ByteView> sequence_parameter_sets;
    std::vector<ByteView> picture_parameter_sets;
};

/// What a sequence parameter set says (ISO 14496-10 7.3.2.1.1).
struct AvcSequence {
    std::uint8_t profile = 0;
    std::uint8_t constraints = 0;
    std::uint8_t level = 0;
    std::uint32_t width = 0;  ///< pixels after cropping
    std::uint32_t height = 0;
};

/// `invalid` when the record is cut short or lacks a sequence or picture parameter set.
Result<AvcConfiguration> read_avc_configuration(ByteView record);

/// `nal` is one NAL unit of type 7 with its header byte, emulation prevention still in.
Result<AvcSequence> parse_sequence_parameter_set(ByteView nal);

/// The track a record describes. Its `configuration` always announces 4-byte NAL lengths, whatever the record
/// announced: pass the payloads through to_four_byte_lengths with the record's nal_length_size.
Result<TrackConfig> parse_avc_configuration(ByteView record);

/// Checks that the NAL lengths add up exactly to the payload, and makes them 4 bytes wide. Units of length 0 are
/// left out. A payload that already has only 4-byte lengths is not touched. On `invalid` the payload is unchanged.
Result<void> to_four_byte_lengths(std::string& payload, unsigned nal_length_size);

/// The record's parameter sets as NAL units with 4-byte lengths, sequence before picture.
Result<std::string> parameter_set_units(ByteView record);

/// Puts `units` in front of an access unit with 4-byte lengths, behind its delimiter if it has one (ISO 14496-10
/// 7.4.1.2.3). One that brings a sequence parameter set of its own is not touched.
void insert_parameter_sets(std::string& payload, std::string_view units);

}  // namespace spanreel::media
