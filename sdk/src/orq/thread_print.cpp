// SPDX-License-Identifier: Apache-2.0
#include "thread_json.hpp"

namespace spanreel::orq {

std::string to_json(const Thread& thread) { return sdk::json_of(thread); }
std::string to_json(const ThreadPage& page) { return sdk::json_of(page); }
std::string to_json(const ThreadCount& count) { return sdk::json_of(count); }

}  // namespace spanreel::orq
