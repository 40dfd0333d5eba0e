// SPDX-License-Identifier: Apache-2.0
// What a stream's profiles and tags must keep beyond their schema (contract, livepeer 3.1.1). Pure functions.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spanreel::live {

/// The JSON array of a stream whose maker names no profiles.
std::string_view default_profiles();

inline constexpr std::size_t kMaxUserTags = 2048;  ///< characters of the JSON text

/// `profiles` is a JSON array of objects.
Result<void> check_profiles(std::string_view profiles);
Result<void> check_user_tags(std::string_view user_tags);
Result<void> check_recording_spec(bool record, std::string_view recording_spec);

}  // namespace spanreel::live
