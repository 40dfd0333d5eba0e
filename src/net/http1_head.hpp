// SPDX-License-Identifier: Apache-2.0
// Writes the head of an HTTP/1.1 response (RFC 9112 section 4).
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/http_message.hpp"

namespace spanreel::net {

enum class Connection { keep, keep_http10, close };

/// Status line, fields, Date, Connection and Content-Length (not for 204 and 304) or, when that is unknown,
/// Transfer-Encoding, through the empty line. Control characters in names and values become blanks, so a handler's text
/// cannot add a line.
std::string response_head(const Response& response, Connection connection, Time now);

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
std::string http_date(Time time);
/// The same, formatted once a second by each thread; valid until its next call on this thread.
std::string_view current_http_date(Time now);

}  // namespace spanreel::net
