// SPDX-License-Identifier: Apache-2.0
#include "session_list_json.hpp"

namespace spanreel::orq {

std::string to_json(const Session& session) { return sdk::json_of(session); }
std::string to_json(const SessionPage& page) { return sdk::json_of(page); }
std::string to_json(const SessionCount& count) { return sdk::json_of(count); }

}  // namespace spanreel::orq
