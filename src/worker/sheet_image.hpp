// SPDX-License-Identifier: Apache-2.0
// The image that tiles are drawn on, and its encoding.
#pragma once
#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "media/picture/picture_job.hpp"
#include "worker/libav.hpp"

namespace spanreel::worker {

class SheetImage {
  public:
    /// Black all over.
    static Result<SheetImage> make(const media::picture::Sheet& sheet);

    /// Scales a picture into a tile; of another shape, it is centred.
    Result<void> draw(std::uint32_t tile, const AVFrame& picture);
    Result<std::string> encode() const;

  private:
    SheetImage(const media::picture::Sheet& sheet, Frame image) : sheet_(sheet), image_(std::move(image)) {}

    media::picture::Sheet sheet_;
    Frame image_;
};

}  // namespace spanreel::worker
