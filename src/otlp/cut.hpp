// SPDX-License-Identifier: Apache-2.0
// Re-encodes a message that is over a size limit: attribute values are shortened, what is too many or too deep is left
// out, and an attribute kTruncatedKey says what happened. All other fields keep their bytes and their order. Private
// to decode.cpp; takes well-formed messages only.
#pragma once
#include <string>
#include <string_view>

#include "otlp/decode.hpp"

namespace spanreel::otlp {

std::string cut_span(std::string_view span, const Limits& limits);
std::string cut_resource(std::string_view resource, const Limits& limits);
std::string cut_scope(std::string_view scope, const Limits& limits);
/// A LogRecord; its body is cut as an attribute's value is.
std::string cut_log(std::string_view record, const Limits& limits);

}  // namespace spanreel::otlp
