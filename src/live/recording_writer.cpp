// SPDX-License-Identifier: Apache-2.0
#include "live/recording_writer.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/log.hpp"
#include "media/mp4/fragment.hpp"
#include "media/mp4/init_segment.hpp"

namespace spanreel::live {

using media::mp4::IndexRecord;
using media::mp4::InitStarted;
using media::mp4::kIndexName;
using media::mp4::PartClosed;
using media::mp4::RecordingIndex;
using media::mp4::Segment;
using media::mp4::SegmentClosed;
using media::mp4::SegmentInfo;
using media::mp4::SegmentOpened;
using media::mp4::SegmentStarted;

namespace {

constexpr std::uint64_t kLargestIndex = 1u << 30;
constexpr std::uint64_t kLargestSegment = 1u << 30;
constexpr char kDamagedIndexName[] = "index.damaged";
/// ForgottenSegments as two decimal numbers.
constexpr char kForgottenName[] = "forgotten";
constexpr std::uint64_t kLargestForgotten = 64;

class Repair {
  public:
    Repair(store::MediaStore& media, const std::string& directory) : media_(media), directory_(directory) {}

    Result<RecordingIndex> run() {
        SPANREEL_TRY(files_, media_.list(directory_));
        RecordingIndex index;
        if (has(kIndexName)) {
            SPANREEL_TRY(index, read());
            SPANREEL_CHECK(restore_inits(index));
            if (index.open) SPANREEL_CHECK(complete(index));
        }
        for (const std::string& file : files_)
            if (file.ends_with(".open")) SPANREEL_CHECK(media_.remove(directory_, file));
        return index;
    }

  private:
    bool has(std::string_view name) const { return std::ranges::find(files_, name) != files_.end(); }

    Result<RecordingIndex> read() {
        SPANREEL_TRY(const std::string bytes, media_.read_all(directory_, kIndexName, kLargestIndex));
        RecordingIndex index = media::mp4::read_index(as_bytes(bytes));
        if (index.valid_length == bytes.size()) return index;
        if (index.damage) {
            log::error("index damaged", {{"directory", directory_}, {"error", index.damage->message}});
            SPANREEL_CHECK(media_.write(directory_, kDamagedIndexName, as_bytes(bytes)));
        }
        SPANREEL_TRY(const auto file, media_.append_to(directory_, kIndexName));
        SPANREEL_CHECK(file->truncate(index.valid_length));
        SPANREEL_CHECK(file->sync());
        return index;
    }

    Result<void> restore_inits(const RecordingIndex& index) {
        for (const auto& init : index.inits) {
            const std::string name = media::mp4::init_name(init.number);
            if (!has(name)) SPANREEL_CHECK(media_.write(directory_, name, as_bytes(media::mp4::init_segment(init))));
        }
        return {};
    }

    /// The file has its final name already when the crash came between renaming it and noting that.
    Result<void> complete(RecordingIndex& index) {
        const SegmentInfo opened = *std::exchange(index.open, std::nullopt);
        const std::string sealed = media::mp4::segment_name(opened.number);
        const std::string open = media::mp4::open_segment_name(opened.number);
        const std::string& name = has(open) ? open : sealed;
        const auto* init = index.find_init(opened.init);
        if (!init || !has(name)) return {};
        SPANREEL_TRY(const std::string bytes, media_.read_all(directory_, name, kLargestSegment));
        Result<Segment> segment = media::mp4::rebuild_segment(opened, *init, as_bytes(bytes));
        if (!segment) {
            log::warning("segment lost",
                         {{"directory", directory_}, {"file", name}, {"error", segment.error().message}});
            return {};
        }
        SPANREEL_TRY(const auto file, media_.append_to(directory_, name));
        SPANREEL_CHECK(file->truncate(segment->info.size));
        SPANREEL_CHECK(file->seal(sealed));
        std::erase(files_, open);
        SPANREEL_TRY(const auto index_file, media_.append_to(directory_, kIndexName));
        SPANREEL_CHECK(index_file->append(as_bytes(encode_index_record(*segment))));
        SPANREEL_CHECK(index_file->sync());
        index.segments.push_back(*std::move(segment));
        return {};
    }

    store::MediaStore& media_;
    const std::string& directory_;
    std::vector<std::string> files_;
};

}  // namespace

Result<RecordingIndex> repair_recording(store::MediaStore& media, const std::string& directory) {
    return Repair(media, directory).run();
}

Result<ForgottenSegments> read_forgotten(store::MediaStore& media, const std::string& directory) {
    const Result<std::string> text = media.read_all(directory, kForgottenName, kLargestForgotten);
    if (!text && text.error().code == Code::not_found) return ForgottenSegments{};
    if (!text) return std::unexpected(text.error());
    ForgottenSegments forgotten;
    const char* const end = text->data() + text->size();
    const auto [space, error] = std::from_chars(text->data(), end, forgotten.first_kept);
    if (error != std::errc{} || space == end ||
        std::from_chars(space + 1, end, forgotten.discontinuities).ec != std::errc{})
        return fail(Code::corrupt, fmt::format("{}/{} does not hold two numbers", directory, kForgottenName));
    return forgotten;
}

media::mp4::SegmenterResume resume_of(const RecordingIndex& index) {
    media::mp4::SegmenterResume resume;
    if (!index.inits.empty()) resume.init = index.inits.back();
    if (index.segments.empty()) return resume;
    resume.last = index.segments.back().info;
    resume.next_segment = resume.last->number + 1;
    for (const Segment& segment : index.segments)
        resume.longest_segment = std::max(resume.longest_segment, segment.info.duration);
    return resume;
}

Result<std::unique_ptr<RecordingWriter>> RecordingWriter::open(store::MediaStore& media, std::string directory) {
    SPANREEL_CHECK(media.create_directory(directory));
    std::unique_ptr<RecordingWriter> writer(new RecordingWriter(media, std::move(directory)));
    SPANREEL_TRY(writer->index_, media.append_to(writer->directory_, kIndexName));
    if (writer->index_->size() == 0) {
        SPANREEL_CHECK(writer->index_->append(as_bytes(media::mp4::index_header())));
        SPANREEL_CHECK(writer->index_->sync());
    }
    return writer;
}

Result<void> RecordingWriter::write(const media::mp4::SegmenterEvent& event) {
    return std::visit([this](const auto& known) { return write_event(known); }, event);
}

Result<void> RecordingWriter::write_event(const InitStarted& event) {
    SPANREEL_CHECK(media_.write(directory_, media::mp4::init_name(event.init.number), as_bytes(event.bytes)));
    return append_to_index(event.init);
}

Result<void> RecordingWriter::write_event(const SegmentStarted& event) {
    SPANREEL_TRY(segment_, media_.append_to(directory_, media::mp4::open_segment_name(event.info.number)));
    return append_to_index(SegmentOpened{event.info});
}

Result<void> RecordingWriter::write_event(const PartClosed& event) { return segment_->append(as_bytes(event.bytes)); }

Result<void> RecordingWriter::write_event(const SegmentClosed& event) {
    SPANREEL_CHECK(segment_->seal(media::mp4::segment_name(event.segment.info.number)));
    segment_.reset();
    SPANREEL_CHECK(append_to_index(event.segment));
    return index_->sync();
}

Result<void> RecordingWriter::append_to_index(const IndexRecord& record) {
    return index_->append(as_bytes(media::mp4::encode_index_record(record)));
}

Result<void> RecordingWriter::forget(std::span<const std::uint64_t> segments) {
    if (segments.empty()) return {};
    for (const std::uint64_t number : segments)
        SPANREEL_CHECK(media_.remove(directory_, media::mp4::segment_name(number)));
    forgotten_ += segments.size();
    if (forgotten_ < kForgottenLimit) return {};
    forgotten_ = 0;
    return shorten_index(segments.back() + 1);
}

Result<void> RecordingWriter::shorten_index(std::uint64_t first_kept) {
    SPANREEL_TRY(const std::string bytes, media_.read_all(directory_, kIndexName, kLargestIndex));
    const RecordingIndex old = media::mp4::read_index(as_bytes(bytes));
    SPANREEL_TRY(ForgottenSegments forgotten, read_forgotten(media_, directory_));
    for (const Segment& segment : old.segments)
        if (segment.info.number >= forgotten.first_kept && segment.info.number < first_kept)
            forgotten.discontinuities += segment.info.discontinuity;
    // Before the index: a crash in between leaves records that are known to be counted.
    SPANREEL_CHECK(media_.write(directory_, kForgottenName,
                                as_bytes(fmt::format("{} {}", first_kept, forgotten.discontinuities))));
    std::string shorter = media::mp4::index_header();
    for (const auto& init : old.inits) shorter += media::mp4::encode_index_record(init);
    for (const Segment& segment : old.segments)
        if (segment.info.number >= first_kept) shorter += media::mp4::encode_index_record(segment);
    SPANREEL_CHECK(media_.write(directory_, kIndexName, as_bytes(shorter)));
    SPANREEL_TRY(index_, media_.append_to(directory_, kIndexName));
    return {};
}

}  // namespace spanreel::live
