// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "playback_json.hpp"

namespace spanreel::livepeer {

std::string to_json(const PlaybackInfo& info) { return sdk::json_of(info); }

std::string to_json(const PlaybackResponse& response) {
    return answer_json(response, response.playback_info, "playback-info");
}

}  // namespace spanreel::livepeer
