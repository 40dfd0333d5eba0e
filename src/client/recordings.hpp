// SPDX-License-Identifier: Apache-2.0
// Sessions of streams, which are recordings where the stream is recorded.
#pragma once
#include "client/by_id.hpp"
#include "spanreel/livepeer/session.hpp"

namespace spanreel::client {

Result<livepeer::Session> get_stream_session(const Connection& connection, const std::string& id);
/// The newest session of a stream. `not_found` when nobody published to it yet.
Result<livepeer::Session> newest_session(const Connection& connection, const std::string& stream_id);

/// `streams sessions`
void add_stream_sessions(const Command& streams);

}  // namespace spanreel::client
