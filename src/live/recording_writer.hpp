// SPDX-License-Identifier: Apache-2.0
// Puts a segmenter's events into a media directory, in their order (docs/format-recording.md). Owned by an open
// session, used on its lane; methods block.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/error.hpp"
#include "media/mp4/recording_index.hpp"
#include "media/mp4/segmenter.hpp"
#include "store/media_store.hpp"

namespace spanreel::live {

/// Makes the directory what it would be had the last writer stopped in peace: cuts torn ends, completes the segment
/// that was open, removes files of segments that were begun and are lost. Gives the index; an empty one for a directory
/// that is not there.
Result<media::mp4::RecordingIndex> repair_recording(store::MediaStore& media, const std::string& directory);

/// What shortening the index of a session that keeps only a window took out of it.
struct ForgottenSegments {
    std::uint64_t first_kept = 0;       ///< number of the segment after them
    std::uint64_t discontinuities = 0;  ///< that they had
};
/// Nothing forgotten when the directory does not say so.
Result<ForgottenSegments> read_forgotten(store::MediaStore& media, const std::string& directory);

/// Where a segmenter goes on.
media::mp4::SegmenterResume resume_of(const media::mp4::RecordingIndex& index);

class RecordingWriter {
  public:
    /// Goes on with a directory that was repaired, or makes it.
    static Result<std::unique_ptr<RecordingWriter>> open(store::MediaStore& media, std::string directory);

    /// After an error the writer is of no more use: the directory wants to be repaired.
    Result<void> write(const media::mp4::SegmenterEvent& event);

    /// Removes segment files, and now and then their records from the index.
    Result<void> forget(std::span<const std::uint64_t> segments);

  private:
    RecordingWriter(store::MediaStore& media, std::string directory)
        : media_(media), directory_(std::move(directory)) {}

    Result<void> write_event(const media::mp4::InitStarted& event);
    Result<void> write_event(const media::mp4::SegmentStarted& event);
    Result<void> write_event(const media::mp4::PartClosed& event);
    Result<void> write_event(const media::mp4::SegmentClosed& event);
    Result<void> append_to_index(const media::mp4::IndexRecord& record);
    Result<void> shorten_index(std::uint64_t first_kept);

    /// The index of a session that keeps only a window is written anew when this many segments have left it.
    static constexpr std::size_t kForgottenLimit = 600;

    store::MediaStore& media_;
    const std::string directory_;
    std::unique_ptr<store::MediaFile> index_;
    std::unique_ptr<store::MediaFile> segment_;
    std::size_t forgotten_ = 0;
};

}  // namespace spanreel::live
