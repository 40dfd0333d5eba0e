// SPDX-License-Identifier: Apache-2.0
// SpanFacts as protobuf bytes: what the tape keeps beside each raw span, so that a later mapping or price table never
// changes what was counted. Field numbers are in facts_codec.cpp and in docs/span-facts.md; a number is never used
// twice.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/facts.hpp"

namespace spanreel::trace {

/// Appends to `into`.
void encode_facts(const SpanFacts& facts, std::string& into);
/// Overwrites all of `into`. Unknown fields are skipped; malformed bytes are `corrupt`.
Result<void> decode_facts(std::string_view bytes, SpanFacts& into);

}  // namespace spanreel::trace
