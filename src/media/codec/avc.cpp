// SPDX-License-Identifier: Apache-2.0
#include "media/codec/avc.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "media/codec/bit_reader.hpp"

namespace spanreel::media {
namespace {

constexpr std::uint8_t kNalTypeSps = 7;
constexpr std::uint8_t kNalTypePps = 8;
constexpr std::uint8_t kNalTypeDelimiter = 9;

std::unexpected<Error> bad_record(std::string_view what, std::size_t offset) {
    return fail(Code::invalid, fmt::format("H.264 configuration: {} at byte {}", what, offset));
}

Result<void> read_parameter_sets(ByteReader& reader, unsigned count, std::uint8_t nal_type,
                                 std::vector<ByteView>& sets) {
    for (unsigned i = 0; i < count; ++i) {
        const ByteView nal = reader.take(reader.u16be());
        if (!reader) return bad_record("cut short", reader.offset());
        if (nal.empty() || (nal[0] & 0x1FU) != nal_type) return bad_record("not a parameter set", reader.offset());
        sets.push_back(nal);
    }
    return {};
}

/// The payload of a NAL unit without emulation prevention bytes (ISO 14496-10 7.3.1).
std::string unescape(ByteView nal) {
    std::string out;
    out.reserve(nal.size());
    unsigned zeros = 0;
    for (std::uint8_t byte : nal) {
        if (zeros >= 2 && byte == 3) {
            zeros = 0;
            continue;
        }
        zeros = byte == 0 ? zeros + 1 : 0;
        out.push_back(static_cast<char>(byte));
    }
    return out;
}

/// Profiles whose sequence parameter set has chroma format, bit depths and scaling lists.
bool has_chroma_format(std::uint8_t profile) {
    constexpr std::uint8_t kProfiles[] = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
    return std::ranges::find(kProfiles, profile) != std::end(kProfiles);
}

void skip_scaling_list(BitReader& bits, unsigned size) {
    std::int64_t last = 8;
    std::int64_t next = 8;
    for (unsigned i = 0; i < size && bits; ++i) {
        if (next != 0) next = (last + bits.signed_golomb() + 256) % 256;
        if (next != 0) last = next;
    }
}

/// chroma_format_idc (0 also for separate colour planes, which crop like monochrome).
unsigned read_chroma_format(BitReader& bits) {
    const std::uint32_t chroma_format = bits.unsigned_golomb();
    const bool separate_planes = chroma_format == 3 && bits.flag();
    bits.unsigned_golomb();  // bit_depth_luma_minus8
    bits.unsigned_golomb();  // bit_depth_chroma_minus8
    bits.skip(1);            // qpprime_y_zero_transform_bypass_flag
    if (bits.flag()) {
        const unsigned lists = chroma_format == 3 ? 12 : 8;
        for (unsigned i = 0; i < lists; ++i) {
            if (bits.flag()) skip_scaling_list(bits, i < 6 ? 16 : 64);
        }
    }
    return separate_planes ? 0 : chroma_format;
}

/// False when the picture order count syntax is out of range.
bool skip_picture_order(BitReader& bits) {
    const std::uint32_t type = bits.unsigned_golomb();
    if (type == 0) {
        bits.unsigned_golomb();  // log2_max_pic_order_cnt_lsb_minus4
    } else if (type == 1) {
        bits.skip(1);          // delta_pic_order_always_zero_flag
        bits.signed_golomb();  // offset_for_non_ref_pic
        bits.signed_golomb();  // offset_for_top_to_bottom_field
        const std::uint32_t cycle = bits.unsigned_golomb();
        if (cycle > 255) return false;
        for (std::uint32_t i = 0; i < cycle; ++i) bits.signed_golomb();
    }
    return type <= 2;
}

struct Cropping {
    std::uint64_t horizontal = 0;  ///< left and right together, pixels
    std::uint64_t vertical = 0;
};

Cropping read_cropping(BitReader& bits, unsigned chroma_format, bool frames_only) {
    if (!bits.flag()) return {};
    const std::uint64_t left = bits.unsigned_golomb();
    const std::uint64_t right = bits.unsigned_golomb();
    const std::uint64_t top = bits.unsigned_golomb();
    const std::uint64_t bottom = bits.unsigned_golomb();
    const unsigned unit_x = chroma_format == 1 || chroma_format == 2 ? 2 : 1;
    const unsigned unit_y = (chroma_format == 1 ? 2 : 1) * (frames_only ? 1 : 2);
    return {.horizontal = (left + right) * unit_x, .vertical = (top + bottom) * unit_y};
}

/// Calls `unit(nal)` for each NAL unit; false when the lengths do not add up to the payload.
template <class Visitor>
bool for_each_unit(ByteView payload, unsigned nal_length_size, Visitor unit) {
    std::size_t at = 0;
    while (payload.size() - at >= nal_length_size) {
        std::size_t length = 0;
        for (unsigned i = 0; i < nal_length_size; ++i) length = length << 8 | payload[at + i];
        at += nal_length_size;
        if (length > payload.size() - at) return false;
        unit(payload.subspan(at, length));
        at += length;
    }
    return at == payload.size();
}

}  // namespace

Result<AvcConfiguration> read_avc_configuration(ByteView record) {
    if (record.size() > kMaxAvcConfigurationBytes) return bad_record("too long", kMaxAvcConfigurationBytes);
    ByteReader reader(record);
    const std::uint8_t version = reader.u8();
    reader.skip(3);  // profile, constraints, level: the sequence parameter set repeats them
    AvcConfiguration out;
    out.nal_length_size = (reader.u8() & 3U) + 1;
    const unsigned sequence_sets = reader.u8() & 0x1FU;
    if (!reader) return bad_record("cut short", record.size());
    if (version != 1) return bad_record("unknown version", 0);
    if (out.nal_length_size == 3) return bad_record("NAL length of 3 bytes", 4);
    SPANREEL_CHECK(read_parameter_sets(reader, sequence_sets, kNalTypeSps, out.sequence_parameter_sets));
    const unsigned picture_sets = reader.u8();
    if (!reader) return bad_record("cut short", record.size());
    SPANREEL_CHECK(read_parameter_sets(reader, picture_sets, kNalTypePps, out.picture_parameter_sets));
    if (sequence_sets == 0) return bad_record("no sequence parameter set", reader.offset());
    if (picture_sets == 0) return bad_record("no picture parameter set", reader.offset());
    return out;
}

Result<AvcSequence> parse_sequence_parameter_set(ByteView nal) {
    auto bad = [](std::string_view what, std::size_t offset) {
        return fail(Code::invalid, fmt::format("H.264 sequence parameter set: {} at byte {}", what, offset));
    };
    if (nal.size() < 4 || (nal[0] & 0x1FU) != kNalTypeSps) return bad("not one", 0);
    const std::string payload = unescape(nal);
    BitReader bits(as_bytes(payload));
    bits.skip(8);
    AvcSequence out;
    out.profile = static_cast<std::uint8_t>(bits.bits(8));
    out.constraints = static_cast<std::uint8_t>(bits.bits(8));
    out.level = static_cast<std::uint8_t>(bits.bits(8));
    if (bits.unsigned_golomb() > 31) return bad("id above 31", bits.byte_offset());
    const unsigned chroma_format = has_chroma_format(out.profile) ? read_chroma_format(bits) : 1;
    if (chroma_format > 3) return bad("unknown chroma format", bits.byte_offset());
    bits.unsigned_golomb();  // log2_max_frame_num_minus4
    if (!skip_picture_order(bits)) return bad("picture order count out of range", bits.byte_offset());
    bits.unsigned_golomb();  // max_num_ref_frames
    bits.skip(1);            // gaps_in_frame_num_value_allowed_flag
    const std::uint64_t width_in_mbs = std::uint64_t{bits.unsigned_golomb()} + 1;
    const std::uint64_t height_in_map_units = std::uint64_t{bits.unsigned_golomb()} + 1;
    const bool frames_only = bits.flag();
    if (!frames_only) bits.skip(1);  // mb_adaptive_frame_field_flag
    bits.skip(1);                    // direct_8x8_inference_flag
    const Cropping cropping = read_cropping(bits, chroma_format, frames_only);
    if (!bits) return bad("cut short", payload.size());

    const std::uint64_t width = width_in_mbs * 16;
    const std::uint64_t height = height_in_map_units * 16 * (frames_only ? 1 : 2);
    if (width > kMaxPictureSide || height > kMaxPictureSide) return bad("picture too large", bits.byte_offset());
    if (cropping.horizontal >= width || cropping.vertical >= height) return bad("nothing left", bits.byte_offset());
    out.width = static_cast<std::uint32_t>(width - cropping.horizontal);
    out.height = static_cast<std::uint32_t>(height - cropping.vertical);
    return out;
}

Result<TrackConfig> parse_avc_configuration(ByteView record) {
    SPANREEL_TRY(const AvcConfiguration configuration, read_avc_configuration(record));
    SPANREEL_TRY(const AvcSequence sequence, parse_sequence_parameter_set(configuration.sequence_parameter_sets[0]));
    TrackConfig track;
    track.kind = TrackKind::video;
    track.codec = Codec::h264;
    track.configuration = as_text(record);
    track.configuration[4] = static_cast<char>(record[4] | 3U);  // lengthSizeMinusOne
    track.timescale = kVideoTimescale;
    track.width = sequence.width;
    track.height = sequence.height;
    track.codec_string = fmt::format("avc1.{:02x}{:02x}{:02x}", sequence.profile, sequence.constraints, sequence.level);
    return track;
}

Result<void> to_four_byte_lengths(std::string& payload, unsigned nal_length_size) {
    std::size_t units = 0;
    std::size_t bytes = 0;
    const bool fits = for_each_unit(as_bytes(payload), nal_length_size, [&](ByteView nal) {
        units += nal.empty() ? 0 : 1;
        bytes += nal.size();
    });
    if (!fits) return fail(Code::invalid, "H.264 frame: NAL unit lengths do not add up to the frame");
    if (payload.size() == bytes + units * 4 && nal_length_size == 4) return {};
    std::string out;
    out.reserve(bytes + units * 4);
    ByteWriter writer(out);
    for_each_unit(as_bytes(payload), nal_length_size, [&](ByteView nal) {
        if (nal.empty()) return;
        writer.u32be(static_cast<std::uint32_t>(nal.size()));
        writer.bytes(nal);
    });
    payload = std::move(out);
    return {};
}

Result<std::string> parameter_set_units(ByteView record) {
    SPANREEL_TRY(const AvcConfiguration configuration, read_avc_configuration(record));
    std::string units;
    ByteWriter writer(units);
    for (const auto& sets : {configuration.sequence_parameter_sets, configuration.picture_parameter_sets}) {
        for (const ByteView nal : sets) {
            writer.u32be(static_cast<std::uint32_t>(nal.size()));
            writer.bytes(nal);
        }
    }
    return units;
}

void insert_parameter_sets(std::string& payload, std::string_view units) {
    bool own = false;
    std::size_t delimiter_end = 0;
    const auto look = [&](ByteView nal) {
        if (nal.empty()) return;
        const unsigned type = nal[0] & 0x1FU;
        own = own || type == kNalTypeSps;
        const auto at = static_cast<std::size_t>(nal.data() - as_bytes(payload).data());
        if (type == kNalTypeDelimiter && at == 4) delimiter_end = at + nal.size();
    };
    if (for_each_unit(as_bytes(payload), 4, look) && !own) payload.insert(delimiter_end, units);
}

}  // namespace spanreel::media
