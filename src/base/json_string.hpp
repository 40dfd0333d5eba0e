// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace spanreel {

/// Appends a text in quotes as JSON has it (RFC 8259, section 7). It must be UTF-8.
void append_json_string(std::string& out, std::string_view text);
/// The same with what is beyond ASCII as \u escapes, as some writers have it.
void append_ascii_json_string(std::string& out, std::string_view text);

}  // namespace spanreel
