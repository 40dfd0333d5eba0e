// SPDX-License-Identifier: Apache-2.0
// The body of an index record: byte tables in docs/format-recording.md. Used by recording_index alone.
#pragma once
#include <string>

#include "media/mp4/recording_index.hpp"

namespace spanreel::media::mp4 {

std::string encode_record_body(const IndexRecord& record);
/// `corrupt` without an offset: the caller knows where the record lies.
Result<IndexRecord> decode_record_body(ByteView body);

}  // namespace spanreel::media::mp4
