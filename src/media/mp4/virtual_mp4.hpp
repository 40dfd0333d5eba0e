// SPDX-License-Identifier: Apache-2.0
// A progressive MP4 of a recording or clip that exists only as its head: ftyp and moov are computed from the sample
// index, the payload stays in the segment files. Length and byte ranges are exact (ISO 14496-12).
// Builder and result are plain values; a finished VirtualMp4 may be read by any thread.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

/// A run of bytes of the virtual file: from VirtualMp4::head, or from a segment file.
struct VirtualRange {
    std::optional<std::uint64_t> segment;  ///< nothing: the head
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool operator==(const VirtualRange&) const = default;
};

class VirtualMp4 {
  public:
    VirtualMp4(std::string head, std::vector<Extent> extents);

    const std::string& head() const { return head_; }
    /// The payload after the head, in order.
    const std::vector<Extent>& extents() const { return extents_; }
    std::uint64_t size() const { return size_; }
    /// The ranges that make up [offset, offset + length), cut at the end of the file.
    std::vector<VirtualRange> locate(std::uint64_t offset, std::uint64_t length) const;

  private:
    std::string head_;
    std::vector<Extent> extents_;
    std::vector<std::uint64_t> starts_;  ///< of each extent in the virtual file
    std::uint64_t size_ = 0;
};

/// Takes inits and segments in recording order, keeps a few bytes per sample, and makes the head.
class VirtualMp4Builder {
  public:
    /// With a window the edit list shows exactly [start, end) of media time; else everything.
    explicit VirtualMp4Builder(std::optional<Window> window = std::nullopt);
    ~VirtualMp4Builder();
    VirtualMp4Builder(VirtualMp4Builder&&) noexcept;
    VirtualMp4Builder& operator=(VirtualMp4Builder&&) noexcept;

    void add(const Init& init);
    /// `corrupt` when its init was not added, or times run backwards.
    Result<void> add(const Segment& segment);
    /// `not_found` when no segment has a sample.
    Result<VirtualMp4> finish();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spanreel::media::mp4
