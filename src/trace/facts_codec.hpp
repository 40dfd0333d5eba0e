// SPDX-License-Identifier: Apache-2.0
// SpanFacts without the plain ones (plain_facts.hpp) as protobuf bytes: what the tape keeps beside each raw span, so
// that a later mapping or price table never changes what was counted. Field numbers are in facts_codec.cpp and in
// docs/span-facts.md; a number is never used twice.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/facts.hpp"

namespace spanreel::trace {

/// Appends to `into` all but the plain facts, which are in the span beside it; the name too where a convention has
/// given another than `plain_name`.
void encode_facts(const SpanFacts& facts, std::string_view plain_name, std::string& into);
/// `plain` holds the plain facts of the span and nothing else. What there is of them in `bytes` stands: frames that an
/// earlier version wrote have them all. Unknown fields are skipped; malformed bytes are `corrupt`.
Result<SpanFacts> decode_facts(std::string_view bytes, SpanFacts plain);

}  // namespace spanreel::trace
