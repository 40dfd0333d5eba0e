// SPDX-License-Identifier: Apache-2.0
// What a URL asks of a picture: `time` (seconds since the beginning) or `at` (Unix milliseconds), and `width`.
#pragma once
#include "live/pictures.hpp"
#include "net/query.hpp"

namespace spanreel::api::playback {

/// `invalid`, with the parameter's name, when one of them cannot be read.
Result<live::PictureRequest> read_picture_query(const net::Query& query, media::picture::ImageFormat format);

}  // namespace spanreel::api::playback
