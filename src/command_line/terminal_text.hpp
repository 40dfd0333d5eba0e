// SPDX-License-Identifier: Apache-2.0
// Texts of strangers on a terminal: safe to print, as wide as they show. UTF-8; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace spanreel::command_line {

/// On one line and without power over a terminal: white space becomes a blank; control characters, those that turn the
/// direction of writing, and what is no UTF-8 become U+FFFD.
std::string printable(std::string_view text);

/// As above, but lines stay lines.
std::string printable_lines(std::string_view text);

/// JSON with what could steer a terminal written as \u escapes.
std::string printable_json(std::string_view json);

/// Columns of a terminal that a printable text takes.
std::size_t width_of(std::string_view text);

/// A printable text in at most so many columns; one that was longer ends in an ellipsis.
std::string cut_to(std::string_view text, std::size_t columns);

}  // namespace spanreel::command_line
