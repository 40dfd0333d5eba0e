// SPDX-License-Identifier: Apache-2.0
// What an asset says about its media, computed from the index of its directory. Pure functions.
#pragma once
#include "base/error.hpp"
#include "media/mp4/recording_index.hpp"
#include "media/mp4/virtual_mp4.hpp"
#include "model/asset.hpp"

namespace spanreel::live {

/// `not_found` when the index has no sample.
Result<media::mp4::VirtualMp4> build_mp4(const media::mp4::RecordingIndex& index,
                                         std::optional<media::mp4::Window> window);

/// Fills size, duration, bitrate and tracks; window too where `window` is given.
Result<void> describe(Asset& asset, const media::mp4::RecordingIndex& index, std::optional<media::mp4::Window> window);

/// Media times in the ticks of the model.
std::int64_t to_model_ticks(media::mp4::MediaTime time);
media::mp4::MediaTime from_model_ticks(std::int64_t ticks);

}  // namespace spanreel::live
