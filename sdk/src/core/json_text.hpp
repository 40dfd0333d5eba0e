// SPDX-License-Identifier: Apache-2.0
// JSON as JSON.stringify writes it (ECMA-262), so that requests look as those of the services' own clients.
#pragma once
#include <string>
#include <string_view>

#pragma GCC visibility push(default)
namespace spanreel::sdk {

void append_json_string(std::string& out, std::string_view text);
/// Numbers that are none become null.
void append_json_number(std::string& out, double number);

}  // namespace spanreel::sdk
#pragma GCC visibility pop
