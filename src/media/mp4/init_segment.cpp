// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/init_segment.hpp"

#include "media/mp4/movie_boxes.hpp"

namespace spanreel::media::mp4 {
namespace {

/// The tables a fragmented file leaves empty (ISO 14496-12 8.8.1).
void write_empty_tables(BoxWriter& out) {
    for (std::string_view type : {"stts", "stsc", "stco"}) out.full_box(type, 0, 0, [&] { out.u32be(0); });
    out.full_box("stsz", 0, 0, [&] { out.zeros(8); });
}

}  // namespace

std::string init_segment(const Init& init) {
    std::string bytes;
    BoxWriter out(bytes);
    out.box("ftyp", [&] {
        out.text("iso6");
        out.u32be(0);
        out.text("iso6mp41");
    });
    out.box("moov", [&] {
        write_movie_header(out, 0);
        for (const TrackConfig& track : init.tracks) {
            write_track(out, {.configs = {&track, 1}}, [&] { write_empty_tables(out); });
        }
        out.box("mvex", [&] {
            for (const TrackConfig& track : init.tracks) {
                out.full_box("trex", 0, 0, [&] {
                    out.u32be(track_id(track.kind));
                    out.u32be(1);   // sample description index
                    out.zeros(12);  // every fragment gives duration, size and flags itself
                });
            }
        });
    });
    return bytes;
}

}  // namespace spanreel::media::mp4
