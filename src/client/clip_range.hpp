// SPDX-License-Identifier: Apache-2.0
// Which part of a session a clip is. Pure functions.
#pragma once
#include <optional>
#include <string>

#include "base/time.hpp"

namespace spanreel::client {

struct ClipRange {
    UnixMillis from;
    std::optional<UnixMillis> to;  ///< absent: all there is
};

/// Each end is a length of time since the session began, or a time; an empty `from` is its beginning.
Result<ClipRange> clip_range(const std::string& from, const std::string& to, UnixMillis began);

}  // namespace spanreel::client
