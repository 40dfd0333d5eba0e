// SPDX-License-Identifier: Apache-2.0
// The fMP4 initialization section: ftyp and a moov without samples (ISO 14496-12 8.8, CMAF ISO 23000-19 7.3.1).
// Pure function of its input: the same init always gives the same bytes.
#pragma once
#include <string>

#include "media/mp4/recording.hpp"

namespace spanreel::media::mp4 {

std::string init_segment(const Init& init);

}  // namespace spanreel::media::mp4
