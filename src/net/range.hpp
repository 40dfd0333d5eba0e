// SPDX-License-Identifier: Apache-2.0
// Byte ranges and conditional requests (RFC 9110 sections 13 and 14) for files that are streamed.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_message.hpp"

namespace spanreel::net {

struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

/// What a Range header asks for. `whole` also stands for headers to ignore: other units, bad syntax, several ranges.
enum class RangeKind { whole, part, unsatisfiable };
struct RangeChoice {
    RangeKind kind = RangeKind::whole;
    ByteRange range{};
};
RangeChoice choose_range(std::string_view header, std::uint64_t length);

/// Whether an If-None-Match header names `etag`, by weak comparison (section 8.8.3.2).
bool etag_matches(std::string_view if_none_match, std::string_view etag);

/// 200, 206, 304 or 416 for a file of `content_type` and known length. `etag` is strong and quoted, or empty when there
/// is none: then If-Range never holds.
Response range_response(const Request& request, StreamedBody file, std::string content_type, std::string etag);

}  // namespace spanreel::net
