// SPDX-License-Identifier: Apache-2.0
// Writes a clip's own media directory by copying. Blocks; any thread.
#pragma once
#include <string>

#include "base/error.hpp"
#include "media/mp4/recording_index.hpp"
#include "model/asset.hpp"
#include "store/media_store.hpp"

namespace spanreel::live {

/// Cuts [start, end) out of the recording in `source_directory`, whose index is given, into asset.media_directory,
/// and fills what the asset says about its media. A directory that is there from an earlier attempt is replaced.
Result<void> write_clip(store::MediaStore& media, const std::string& source_directory,
                        const media::mp4::RecordingIndex& source, media::mp4::MediaTime start,
                        media::mp4::MediaTime end, Asset& asset);

}  // namespace spanreel::live
