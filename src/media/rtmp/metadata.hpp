// SPDX-License-Identifier: Apache-2.0
// What a publisher says about its stream in a data message: @setDataFrame onMetaData (Adobe FLV 10.1, E.5).
#pragma once
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "media/rtmp/events.hpp"

namespace spanreel::media::rtmp {

/// `body` is AMF0. Nothing for data messages of another name; `invalid` or `unsupported` for unreadable ones.
Result<std::optional<Metadata>> read_metadata(ByteView body);

}  // namespace spanreel::media::rtmp
