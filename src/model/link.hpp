// SPDX-License-Identifier: Apache-2.0
// What joins a trace session and a stream session on one time line.
#pragma once
#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "model/names.hpp"

namespace spanreel {

enum class LinkSource : std::uint8_t {
    span_attribute,  ///< a span names the stream session
    session_key,     ///< both carry one key
    request,         ///< asked for by an API call
};
template <>
inline constexpr std::array<std::string_view, 3> kNames<LinkSource>{"span_attribute", "session_key", "request"};

struct SessionLink {
    std::string workspace;       ///< Workspace::id, of both
    std::string trace_session;   ///< ULID
    std::string stream_session;  ///< UUID
    LinkSource source = LinkSource::request;
    UnixMillis created_at{};

    bool operator==(const SessionLink&) const = default;
};

}  // namespace spanreel
