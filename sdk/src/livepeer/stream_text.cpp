// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "stream_json.hpp"

namespace spanreel::livepeer {

std::string to_json(const Stream& stream) { return sdk::json_of(stream); }

std::string to_json(const StreamResponse& response) { return answer_json(response, response.stream, "stream"); }

std::string to_json(const StreamsResponse& response) { return answer_json(response, response.data, "data"); }

std::string to_json(const ClipResponse& response) { return answer_json(response, response.data, "data"); }

}  // namespace spanreel::livepeer
