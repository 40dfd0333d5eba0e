// SPDX-License-Identifier: Apache-2.0
// Has the worker process make an image of recorded pictures. Blocks while it works; any thread.
#pragma once
#include <string>
#include <vector>

#include "base/child_process.hpp"
#include "media/packet.hpp"
#include "media/picture/choice.hpp"
#include "media/picture/picture_job.hpp"
#include "store/media_store.hpp"

namespace spanreel::live {

inline constexpr std::size_t kMaxImageBytes = 32 << 20;

struct SheetTile {
    std::string configuration;  ///< AVCDecoderConfigurationRecord
    media::picture::CodedPicture picture;
};

class PictureWorker {
  public:
    /// `program` is the worker's path.
    PictureWorker(store::MediaStore& media, Path program) : media_(media), program_(std::move(program)) {}

    /// The image file. `unprocessable` when the video is damaged or too large, `unavailable` when another try may
    /// go better.
    Result<std::string> draw(const std::string& media_directory, const media::picture::Sheet& sheet,
                             std::vector<SheetTile> tiles, std::stop_token stop);

  private:
    store::MediaStore& media_;
    const Path program_;
};

}  // namespace spanreel::live
