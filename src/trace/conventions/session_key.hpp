// SPDX-License-Identifier: Apache-2.0
// Which session, user and tags a span names, whatever its convention (contract: otlp-attributes section 8, rule 5).
// One place, so that spans of conventions that are not mapped yet still find their session.
#pragma once
#include "model/facts.hpp"
#include "trace/conventions/attribute_index.hpp"

namespace spanreel::trace {

/// Tags of one span; more are dropped.
inline constexpr std::size_t kMaxTags = 64;
/// A longer `metadata` text is not searched for a session key.
inline constexpr std::size_t kMaxMetadataBytes = 64 * 1024;

/// Fills key_class, session_key, session_id, conversation_id, project, user, tags and stream_session. The highest
/// class decides; inside a class the span's own attributes go before its resource's, and names in the order listed.
void map_identity(const AttributeIndex& span, const AttributeIndex& resource, SpanFacts& facts);

}  // namespace spanreel::trace
