// SPDX-License-Identifier: Apache-2.0
#include "session_json.hpp"

namespace spanreel::orq {

std::string to_json(const Session& session) { return sdk::json_of(session); }

}  // namespace spanreel::orq
