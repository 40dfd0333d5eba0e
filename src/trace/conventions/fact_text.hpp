// SPDX-License-Identifier: Apache-2.0
// Text on its way from a span into facts: well-formed UTF-8 and bounded, since facts end up in rows and answers.
#pragma once
#include <string>
#include <string_view>

#include "otlp/value.hpp"

namespace spanreel::trace {

/// Bound of a text in facts, in bytes; longer ones are cut at a character.
inline constexpr std::size_t kMaxFactText = 1'024;

void assign_text(std::string& into, std::string_view text);
/// A text, or a whole number as its digits; false and unchanged for anything else and for an empty text.
bool assign_identifier(std::string& into, const otlp::Value* value);

}  // namespace spanreel::trace
