// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "session_json.hpp"

namespace spanreel::livepeer {

std::string to_json(const Session& session) { return sdk::json_of(session); }

std::string to_json(const SessionResponse& response) { return answer_json(response, response.session, "session"); }

std::string to_json(const SessionsResponse& response) { return answer_json(response, response.data, "data"); }

}  // namespace spanreel::livepeer
