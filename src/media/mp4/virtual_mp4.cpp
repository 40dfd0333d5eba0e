// SPDX-License-Identifier: Apache-2.0
#include "media/mp4/virtual_mp4.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "media/mp4/movie_boxes.hpp"
#include "media/mp4/sample_tables.hpp"

namespace spanreel::media::mp4 {
namespace {

/// Largest head made: some 20 million samples, 80 hours of 30 pictures a second with sound.
constexpr std::uint64_t kMaxHeadBytes = 256u << 20;
/// Payloads above this have 64-bit chunk offsets, so that any head still fits before one below.
constexpr std::uint64_t kLargestNarrowPayload = std::numeric_limits<std::uint32_t>::max() - kMaxHeadBytes;

/// The bytes of the segment file from the first sample to the last; what lies between chunks stays in and is not
/// referred to, which keeps it one extent per segment.
Extent payload_extent(const Segment& segment) {
    std::uint64_t start = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t end = 0;
    for (const SampleTable& table : segment.tracks) {
        auto sample = table.samples.begin();
        for (const Chunk& chunk : table.chunks) {
            std::uint64_t chunk_end = chunk.offset;
            for (std::uint32_t i = 0; i < chunk.sample_count; ++i) chunk_end += (sample++)->size;
            start = std::min(start, chunk.offset);
            end = std::max(end, chunk_end);
        }
    }
    if (start >= end) return {.segment = segment.info.number};
    return {.segment = segment.info.number, .offset = start, .length = end - start};
}

/// Shows [start, end) of the media time line at movie time 0; a track that begins later waits by an empty edit.
std::vector<Edit> make_edits(const SampleTables& track, Window window) {
    const std::int64_t start = std::max(track.presentation_start(), to_ticks(window.start, track.timescale()));
    const std::int64_t end = std::min(track.presentation_end(), to_ticks(window.end, track.timescale()));
    const auto movie_ticks = [&](std::int64_t ticks) {
        return to_ticks(to_media_time(ticks, track.timescale()) - window.start, kMovieTimescale);
    };
    std::vector<Edit> edits;
    if (movie_ticks(start) > 0) {
        edits.push_back({.duration = static_cast<std::uint64_t>(movie_ticks(start)), .media_time = -1});
    }
    if (start < end) {
        edits.push_back({.duration = static_cast<std::uint64_t>(movie_ticks(end) - movie_ticks(start)),
                         .media_time = track.composition_time(start)});
    }
    return edits;
}

std::uint64_t total_duration(const std::vector<Edit>& edits) {
    std::uint64_t total = 0;
    for (const Edit& edit : edits) total += edit.duration;
    return total;
}

}  // namespace

VirtualMp4::VirtualMp4(std::string head, std::vector<Extent> extents)
    : head_(std::move(head)), extents_(std::move(extents)), size_(head_.size()) {
    starts_.reserve(extents_.size());
    for (const Extent& extent : extents_) {
        starts_.push_back(size_);
        size_ += extent.length;
    }
}

std::vector<VirtualRange> VirtualMp4::locate(std::uint64_t offset, std::uint64_t length) const {
    std::vector<VirtualRange> ranges;
    if (offset >= size_) return ranges;
    const std::uint64_t end = offset + std::min(length, size_ - offset);
    if (offset < std::min<std::uint64_t>(end, head_.size())) {
        const std::uint64_t part = std::min<std::uint64_t>(end, head_.size()) - offset;
        ranges.push_back({.segment = std::nullopt, .offset = offset, .length = part});
        offset += part;
    }
    auto at = static_cast<std::size_t>(std::ranges::upper_bound(starts_, offset) - starts_.begin());
    for (std::size_t i = at == 0 ? 0 : at - 1; i < extents_.size() && offset < end; ++i) {
        const Extent& extent = extents_[i];
        const std::uint64_t skipped = offset - starts_[i];
        const std::uint64_t part = std::min(extent.length - skipped, end - offset);
        if (part == 0) continue;
        ranges.push_back({.segment = extent.segment, .offset = extent.offset + skipped, .length = part});
        offset += part;
    }
    return ranges;
}

class VirtualMp4Builder::Impl {
  public:
    explicit Impl(std::optional<Window> window) : window_(window) {}

    void add(const Init& init) { inits_.insert_or_assign(init.number, init); }
    Result<void> add(const Segment& segment);
    Result<VirtualMp4> finish();

  private:
    Window whole() const;
    void write_movie(BoxWriter& out, bool wide);

    std::optional<Window> window_;
    std::map<std::uint32_t, Init> inits_;
    std::array<std::optional<SampleTables>, 2> tracks_;  ///< video, audio
    std::vector<Extent> extents_;
    std::uint64_t payload_size_ = 0;
};

Result<void> VirtualMp4Builder::Impl::add(const Segment& segment) {
    const auto init = inits_.find(segment.info.init);
    const Extent extent = payload_extent(segment);
    for (const SampleTable& table : segment.tracks) {
        const TrackConfig* described = init == inits_.end() ? nullptr : init->second.find(table.kind);
        if (!described) {
            return fail(Code::corrupt, fmt::format("segment {} refers to init {}, which does not describe its tracks",
                                                   segment.info.number, segment.info.init));
        }
        if (table.samples.empty()) continue;
        auto& track = tracks_[static_cast<std::size_t>(table.kind)];
        if (!track) track.emplace(*described);
        track->add(table, *described, payload_size_ - extent.offset);
    }
    if (extent.length == 0) return {};
    extents_.push_back(extent);
    payload_size_ += extent.length;
    return {};
}

Window VirtualMp4Builder::Impl::whole() const {
    Window window{.start = MediaTime::max(), .end = MediaTime::min()};
    for (const auto& track : tracks_) {
        if (!track) continue;
        window.start = std::min(window.start, to_media_time(track->presentation_start(), track->timescale()));
        window.end = std::max(window.end, to_media_time(track->presentation_end(), track->timescale()));
    }
    return window;
}

void VirtualMp4Builder::Impl::write_movie(BoxWriter& out, bool wide) {
    const Window window = window_.value_or(whole());
    std::array<std::vector<Edit>, 2> edits;
    std::uint64_t duration = 0;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        if (tracks_[i]) edits[i] = make_edits(*tracks_[i], window);
        duration = std::max(duration, total_duration(edits[i]));
    }
    out.box("moov", [&] {
        write_movie_header(out, duration);
        for (std::size_t i = 0; i < tracks_.size(); ++i) {
            if (!tracks_[i]) continue;
            SampleTables& tables = *tracks_[i];
            const MovieTrack track{.configs = tables.configs(),
                                   .movie_duration = total_duration(edits[i]),
                                   .media_duration = tables.media_duration(),
                                   .edits = std::move(edits[i])};
            write_track(out, track, [&] { tables.write(out, wide); });
        }
    });
}

Result<VirtualMp4> VirtualMp4Builder::Impl::finish() {
    if (extents_.empty()) return fail(Code::not_found, "the recording has no media");
    const bool wide = payload_size_ > kLargestNarrowPayload;
    std::string head;
    BoxWriter out(head);
    out.box("ftyp", [&] {
        out.text("isom");
        out.u32be(0x200);
        out.text("isomiso2avc1mp41");
    });
    write_movie(out, wide);
    if (wide) {
        out.u32be(1);  // the size follows as 64 bits
        out.text("mdat");
        out.u64be(payload_size_ + 16);
    } else {
        out.u32be(static_cast<std::uint32_t>(payload_size_ + 8));
        out.text("mdat");
    }
    if (head.size() > kMaxHeadBytes) return fail(Code::too_large, "the recording is too long for one MP4 file");
    for (const auto& track : tracks_) {
        if (track) track->move_chunks(out, head.size());
    }
    return VirtualMp4(std::move(head), std::exchange(extents_, {}));
}

VirtualMp4Builder::VirtualMp4Builder(std::optional<Window> window) : impl_(std::make_unique<Impl>(window)) {}
VirtualMp4Builder::~VirtualMp4Builder() = default;
VirtualMp4Builder::VirtualMp4Builder(VirtualMp4Builder&&) noexcept = default;
VirtualMp4Builder& VirtualMp4Builder::operator=(VirtualMp4Builder&&) noexcept = default;

void VirtualMp4Builder::add(const Init& init) { impl_->add(init); }
Result<void> VirtualMp4Builder::add(const Segment& segment) { return impl_->add(segment); }
Result<VirtualMp4> VirtualMp4Builder::finish() { return impl_->finish(); }

}  // namespace spanreel::media::mp4
