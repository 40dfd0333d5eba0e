// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/movie_boxes.hpp"

namespace spanreel::media::mp4 {
namespace {

/// Unity transformation (ISO 14496-12 8.2.2): 16.16 and, in the last column, 2.30 fixed point.
void write_matrix(BoxWriter& out) {
    for (std::uint32_t value : {0x10000u, 0u, 0u, 0u, 0x10000u, 0u, 0u, 0u, 0x40000000u}) out.u32be(value);
}

void write_track_header(BoxWriter& out, const MovieTrack& track) {
    const TrackConfig& config = track.configs.front();
    constexpr std::uint32_t kEnabledInMovieInPreview = 7;
    out.full_box("tkhd", 1, kEnabledInMovieInPreview, [&] {
        out.u64be(0);  // creation time
        out.u64be(0);  // modification time
        out.u32be(track_id(config.kind));
        out.u32be(0);
        out.u64be(track.movie_duration);
        out.zeros(8);
        out.u16be(0);                                             // layer
        out.u16be(0);                                             // alternate group
        out.u16be(config.kind == TrackKind::audio ? 0x0100 : 0);  // volume
        out.u16be(0);
        write_matrix(out);
        out.u32be(config.width << 16);
        out.u32be(config.height << 16);
    });
}

void write_edits(BoxWriter& out, const std::vector<Edit>& edits) {
    if (edits.empty()) return;
    out.box("edts", [&] {
        out.full_box("elst", 1, 0, [&] {
            out.u32be(static_cast<std::uint32_t>(edits.size()));
            for (const Edit& edit : edits) {
                out.u64be(edit.duration);
                out.u64be(static_cast<std::uint64_t>(edit.media_time));
                out.u32be(0x10000);  // media rate 1.0
            }
        });
    });
}

void write_media_header(BoxWriter& out, const MovieTrack& track) {
    out.full_box("mdhd", 1, 0, [&] {
        out.u64be(0);
        out.u64be(0);
        out.u32be(track.configs.front().timescale);
        out.u64be(track.media_duration);
        out.u16be(0x55c4);  // "und", packed ISO 639-2
        out.u16be(0);
    });
}

void write_handler(BoxWriter& out, TrackKind kind) {
    out.full_box("hdlr", 0, 0, [&] {
        out.u32be(0);
        out.text(kind == TrackKind::video ? "vide" : "soun");
        out.zeros(12);
        out.u8(0);  // empty name
    });
}

void write_media_information_header(BoxWriter& out, TrackKind kind) {
    if (kind == TrackKind::video) {
        out.full_box("vmhd", 0, 1, [&] { out.zeros(8); });
    } else {
        out.full_box("smhd", 0, 0, [&] { out.zeros(4); });
    }
}

/// Says that the media data are in the same file (ISO 14496-12 8.7.2).
void write_data_information(BoxWriter& out) {
    out.box("dinf", [&] {
        out.full_box("dref", 0, 0, [&] {
            out.u32be(1);
            out.full_box("url ", 0, 1, [] {});
        });
    });
}

/// AVCSampleEntry (ISO 14496-15 5.4.2).
void write_avc_entry(BoxWriter& out, const TrackConfig& config) {
    out.box("avc1", [&] {
        out.zeros(6);
        out.u16be(1);  // data reference index
        out.zeros(16);
        out.u16be(static_cast<std::uint16_t>(config.width));
        out.u16be(static_cast<std::uint16_t>(config.height));
        out.u32be(0x480000);  // 72 dpi
        out.u32be(0x480000);
        out.u32be(0);
        out.u16be(1);   // frame count
        out.zeros(32);  // compressor name
        out.u16be(24);  // depth
        out.u16be(0xffff);
        out.box("avcC", [&] { out.text(config.configuration); });
    });
}

/// Expandable size of a descriptor (ISO 14496-1 8.3.3): seven bits a byte, high bit on all but the last.
void write_descriptor(BoxWriter& out, std::uint8_t tag, std::string_view body) {
    out.u8(tag);
    const std::size_t size = body.size();
    if (size >= 1u << 14) out.u8(static_cast<std::uint8_t>(0x80 | (size >> 14 & 0x7f)));
    if (size >= 1u << 7) out.u8(static_cast<std::uint8_t>(0x80 | (size >> 7 & 0x7f)));
    out.u8(static_cast<std::uint8_t>(size & 0x7f));
    out.text(body);
}

/// ES_Descriptor with the AudioSpecificConfig in it (ISO 14496-1 7.2.6.5, ISO 14496-14 5.6).
std::string elementary_stream_descriptor(const TrackConfig& config) {
    std::string decoder;
    BoxWriter decoder_out(decoder);
    decoder_out.u8(0x40);      // MPEG-4 audio
    decoder_out.u8(0x15);      // audio stream
    decoder_out.u24be(0);      // buffer size
    decoder_out.zeros(4 + 4);  // maximum and average bitrate: not known
    write_descriptor(decoder_out, 0x05, config.configuration);

    std::string stream;
    BoxWriter stream_out(stream);
    stream_out.u16be(0);  // ES_ID: 0 in files
    stream_out.u8(0);
    write_descriptor(stream_out, 0x04, decoder);
    write_descriptor(stream_out, 0x06, "\x02");  // SLConfigDescriptor: as ISO 14496-14 3.1.2 wants
    return stream;
}

/// MP4AudioSampleEntry (ISO 14496-14 5.6).
void write_aac_entry(BoxWriter& out, const TrackConfig& config) {
    out.box("mp4a", [&] {
        out.zeros(6);
        out.u16be(1);  // data reference index
        out.zeros(8);
        out.u16be(static_cast<std::uint16_t>(config.channels));
        out.u16be(16);  // sample size
        out.u32be(0);
        out.u32be(config.sample_rate <= 0xffff ? config.sample_rate << 16 : 0);
        out.full_box("esds", 0, 0, [&] { write_descriptor(out, 0x03, elementary_stream_descriptor(config)); });
    });
}

void write_sample_descriptions(BoxWriter& out, std::span<const TrackConfig> configs) {
    out.full_box("stsd", 0, 0, [&] {
        out.u32be(static_cast<std::uint32_t>(configs.size()));
        for (const TrackConfig& config : configs) {
            config.codec == Codec::h264 ? write_avc_entry(out, config) : write_aac_entry(out, config);
        }
    });
}

}  // namespace

void write_movie_header(BoxWriter& out, std::uint64_t duration) {
    out.full_box("mvhd", 1, 0, [&] {
        out.u64be(0);
        out.u64be(0);
        out.u32be(kMovieTimescale);
        out.u64be(duration);
        out.u32be(0x10000);  // rate 1.0
        out.u16be(0x0100);   // volume 1.0
        out.zeros(10);
        write_matrix(out);
        out.zeros(24);
        out.u32be(track_id(TrackKind::audio) + 1);  // next track id
    });
}

void write_track(BoxWriter& out, const MovieTrack& track, const std::function<void()>& sample_tables) {
    const TrackKind kind = track.configs.front().kind;
    out.box("trak", [&] {
        write_track_header(out, track);
        write_edits(out, track.edits);
        out.box("mdia", [&] {
            write_media_header(out, track);
            write_handler(out, kind);
            out.box("minf", [&] {
                write_media_information_header(out, kind);
                write_data_information(out);
                out.box("stbl", [&] {
                    write_sample_descriptions(out, track.configs);
                    sample_tables();
                });
            });
        });
    });
}

}  // namespace spanreel::media::mp4
