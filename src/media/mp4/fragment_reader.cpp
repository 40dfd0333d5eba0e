// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "media/mp4/fragment.hpp"
#include "media/mp4/fragment_layout.hpp"

namespace spanreel::media::mp4 {
namespace {

/// Larger than any decode time within limits, and small enough to subtract from.
constexpr std::uint64_t kLatestDecodeTime = std::uint64_t{1} << 60;

struct Box {
    std::string_view type;
    ByteView body;
    std::size_t offset = 0;  ///< of the body in the file
};

/// Why a walk over boxes stopped.
enum class Stop : std::uint8_t { end, cut_short, malformed };

/// Boxes one after the other; having stopped it stays stopped. Only the 32-bit size we write is known (ISO
/// 14496-12 4.2).
class BoxReader {
  public:
    BoxReader(ByteView bytes, std::size_t offset) : reader_(bytes), offset_(offset) {}

    std::optional<Box> next() {
        if (stopped_) return std::nullopt;
        if (reader_.empty()) return stop(Stop::end);
        if (reader_.left() < kBoxHeaderSize) return stop(Stop::cut_short);
        const std::size_t size = reader_.u32be();
        const ByteView type = reader_.take(4);
        if (size < kBoxHeaderSize) return stop(Stop::malformed);
        if (size - kBoxHeaderSize > reader_.left()) return stop(Stop::cut_short);
        Box box{.type = as_text(type), .offset = offset_ + reader_.offset()};
        box.body = reader_.take(size - kBoxHeaderSize);
        return box;
    }
    Stop why() const { return stop_; }
    std::size_t offset() const { return offset_ + reader_.offset(); }

  private:
    std::nullopt_t stop(Stop why) {
        stop_ = why;
        stopped_ = true;
        return std::nullopt;
    }

    ByteReader reader_;
    std::size_t offset_;
    Stop stop_ = Stop::end;
    bool stopped_ = false;
};

std::unexpected<Error> malformed(std::string_view what, std::size_t offset) {
    return fail(Code::corrupt, fmt::format("segment file: {} at byte {}", what, offset));
}

/// A traf as read: where its payload should be is checked when the mdat is known.
struct Run {
    SampleTable table;
    std::uint32_t data_offset = 0;  ///< from the start of the moof
    std::uint64_t size = 0;
};

Result<const TrackConfig*> read_header(const Box& box, const Init& init) {
    ByteReader in(box.body);
    const std::uint32_t version_and_flags = in.u32be();
    const std::uint32_t id = in.u32be();
    for (const TrackConfig& track : init.tracks) {
        if (track_id(track.kind) != id) continue;
        const bool video = track.kind == TrackKind::video;
        if (!in || version_and_flags != (video ? kVideoHeaderFlags : kAudioHeaderFlags)) break;
        return &track;
    }
    return malformed("tfhd of an unknown track or form", box.offset);
}

Result<std::uint64_t> read_decode_time(const Box& box) {
    ByteReader in(box.body);
    const std::uint32_t version_and_flags = in.u32be();
    const std::uint64_t time = in.u64be();
    if (!in || version_and_flags != 0x01000000 || time > kLatestDecodeTime) return malformed("tfdt", box.offset);
    return time;
}

Result<void> read_samples(const Box& box, Run& run, std::size_t most_samples) {
    const bool video = run.table.kind == TrackKind::video;
    ByteReader in(box.body);
    const std::uint32_t version_and_flags = in.u32be();
    const std::size_t count = in.u32be();
    run.data_offset = in.u32be();
    if (!in || version_and_flags != (0x01000000 | (video ? kVideoRunFlags : kAudioRunFlags))) {
        return malformed("trun of an unknown form", box.offset);
    }
    const std::size_t entry_size = video ? 16 : 8;
    if (count == 0 || count > most_samples || in.left() != count * entry_size) {
        return malformed("trun with a wrong sample count", box.offset);
    }
    run.table.samples.resize(count);
    for (Sample& sample : run.table.samples) {
        sample.duration = in.u32be();
        sample.size = in.u32be();
        sample.key = !video || in.u32be() == kKeySampleFlags;
        if (video) sample.composition_offset = static_cast<std::int32_t>(in.u32be());
        run.size += sample.size;
    }
    return {};
}

Result<Run> read_track_fragment(const Box& traf, const Init& init, std::size_t most_samples) {
    BoxReader boxes(traf.body, traf.offset);
    const auto header = boxes.next();
    const auto decode_time = boxes.next();
    const auto samples = boxes.next();
    if (!samples || header->type != "tfhd" || decode_time->type != "tfdt" || samples->type != "trun" || boxes.next() ||
        boxes.why() != Stop::end) {
        return malformed("traf without exactly tfhd, tfdt and trun", traf.offset);
    }
    SPANREEL_TRY(const TrackConfig* track, read_header(*header, init));
    SPANREEL_TRY(const std::uint64_t time, read_decode_time(*decode_time));
    Run run{
        .table = {.kind = track->kind, .timescale = track->timescale, .decode_start = static_cast<std::int64_t>(time)}};
    SPANREEL_CHECK(read_samples(*samples, run, most_samples));
    if (!is_within_limits(run.table)) return malformed("decode time beyond all limits", decode_time->offset);
    return run;
}

Result<std::vector<Run>> read_movie_fragment(const Box& moof, const Init& init, std::size_t most_samples) {
    std::vector<Run> runs;
    BoxReader boxes(moof.body, moof.offset);
    while (const auto box = boxes.next()) {
        if (box->type == "mfhd") continue;
        if (box->type != "traf") return malformed("unknown box in moof", box->offset);
        SPANREEL_TRY(Run run, read_track_fragment(*box, init, most_samples));
        if (!runs.empty() && track_id(runs.back().table.kind) >= track_id(run.table.kind)) {
            return malformed("tracks out of order", box->offset);
        }
        runs.push_back(std::move(run));
    }
    if (boxes.why() != Stop::end || runs.empty()) return malformed("moof", moof.offset);
    return runs;
}

/// The runs' payloads must fill the mdat one after the other.
Result<void> place_payloads(std::vector<Run>& runs, const Box& moof, const Box& mdat) {
    const std::size_t moof_start = moof.offset - kBoxHeaderSize;
    std::uint64_t offset = mdat.offset;
    for (Run& run : runs) {
        if (moof_start + run.data_offset != offset) return malformed("data offset", moof.offset);
        run.table.chunks = {{.offset = offset, .sample_count = static_cast<std::uint32_t>(run.table.samples.size())}};
        offset += run.size;
    }
    if (offset != mdat.offset + mdat.body.size()) return malformed("mdat of a wrong size", mdat.offset);
    return {};
}

MediaTime decode_start(const Run& run) { return to_media_time(run.table.decode_start, run.table.timescale); }

/// Adds a part's runs to the tables; a hole before them belongs to the sample that went before.
Result<void> append_runs(std::vector<SampleTable>& tables, std::vector<Run>& runs, std::size_t offset) {
    for (const Run& run : runs) {  // check all before changing any
        const auto found = std::ranges::find(tables, run.table.kind, &SampleTable::kind);
        if (found == tables.end()) continue;
        const std::int64_t hole = run.table.decode_start - found->decode_end();
        if (hole < 0 || hole > std::numeric_limits<std::uint32_t>::max() - found->samples.back().duration) {
            return malformed("tfdt that does not continue the part before", offset);
        }
    }
    for (Run& run : runs) {
        const auto found = std::ranges::find(tables, run.table.kind, &SampleTable::kind);
        if (found == tables.end()) {
            const bool video = run.table.kind == TrackKind::video;
            tables.insert(video ? tables.begin() : tables.end(), std::move(run.table));
            continue;
        }
        found->samples.back().duration += static_cast<std::uint32_t>(run.table.decode_start - found->decode_end());
        found->samples.insert(found->samples.end(), run.table.samples.begin(), run.table.samples.end());
        found->chunks.insert(found->chunks.end(), run.table.chunks.begin(), run.table.chunks.end());
    }
    return {};
}

MediaTime presentation_end(const std::vector<SampleTable>& tables) {
    MediaTime end = MediaTime::min();
    for (const SampleTable& table : tables) {
        end = std::max(end, to_media_time(table.presentation_end(), table.timescale));
    }
    return end;
}

/// One moof and mdat. Nothing: the file ends before the pair does.
Result<bool> read_pair(BoxReader& boxes, const Init& init, Fragments& out, std::vector<MediaTime>& starts) {
    const std::size_t pair_start = boxes.offset();
    const auto moof = boxes.next();
    if (moof && moof->type != "moof") return malformed("a box that is no moof", pair_start);
    const auto mdat = moof ? boxes.next() : std::nullopt;
    if (!mdat) {
        if (boxes.why() == Stop::malformed) return malformed("box size", boxes.offset());
        return false;
    }
    if (mdat->type != "mdat") return malformed("a box that is no mdat", mdat->offset - kBoxHeaderSize);

    std::size_t samples = 0;
    for (const SampleTable& table : out.tracks) samples += table.samples.size();
    SPANREEL_TRY(std::vector<Run> runs, read_movie_fragment(*moof, init, kMaxSegmentSamples - samples));
    SPANREEL_CHECK(place_payloads(runs, *moof, *mdat));

    MediaTime start = MediaTime::max();
    for (const Run& run : runs) start = std::min(start, decode_start(run));
    const Sample first = runs.front().table.samples.front();
    const bool has_video = init.find(TrackKind::video) != nullptr;
    const bool independent = !has_video || (runs.front().table.kind == TrackKind::video && first.key);
    SPANREEL_CHECK(append_runs(out.tracks, runs, pair_start));
    starts.push_back(start);
    out.parts.push_back(
        {.offset = pair_start, .size = boxes.offset() - pair_start, .duration = {}, .independent = independent});
    out.complete_length = boxes.offset();
    return true;
}

}  // namespace

Fragments read_fragments(ByteView segment, const Init& init) {
    Fragments out;
    std::vector<MediaTime> starts;
    BoxReader boxes(segment, 0);
    while (true) {
        auto more = read_pair(boxes, init, out, starts);
        if (!more) {
            out.damage = std::move(more).error();
            break;
        }
        if (!*more) break;
    }
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const MediaTime end = i + 1 < starts.size() ? starts[i + 1] : presentation_end(out.tracks);
        out.parts[i].duration = std::max(Nanos(0), end - starts[i]);
    }
    return out;
}

Result<Segment> rebuild_segment(const SegmentInfo& opened, const Init& init, ByteView file) {
    Fragments fragments = read_fragments(file, init);
    if (fragments.parts.empty()) {
        return fail(Code::not_found, fmt::format("segment {} has no complete part", opened.number));
    }
    Segment segment{.info = opened, .parts = std::move(fragments.parts), .tracks = std::move(fragments.tracks)};
    segment.info.size = fragments.complete_length;
    segment.info.independent = segment.parts.front().independent;
    segment.info.duration = std::max(Nanos(0), presentation_end(segment.tracks) - opened.start());
    return segment;
}

}  // namespace spanreel::media::mp4
