// SPDX-License-Identifier: Apache-2.0
// Sessions of traces as Orq's first generation has them: /v2/traces/sessions.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "spanreel/orq/core.hpp"
#include "spanreel/sdk/nullable.hpp"
#include "spanreel/sdk/operation.hpp"

namespace spanreel::orq {

using Date = std::chrono::sys_time<std::chrono::milliseconds>;

struct Billing {
    double input_cost = 0, output_cost = 0, total_cost = 0;
};

struct Usage {
    double prompt_tokens = 0, completion_tokens = 0, total_tokens = 0;
};

struct Session {
    std::string id;
    std::string external_id;  ///< the caller's own, by which traces are grouped
    double duration = 0;      ///< milliseconds
    std::vector<std::string> contact_ids;
    Billing billing;
    Usage usage;
    double traces_count = 0;
    std::vector<std::string> tags;
    std::string workspace_id;
    std::optional<sdk::Nullable<std::string>> project_id;
    std::optional<Date> started_at;
    std::optional<Date> updated_at;
};
std::string to_json(const Session& session);

struct SessionId {
    std::string session_id;
};

/// GetSession: GET /v2/traces/sessions/{session_id}. `not_found` with the server's message for an unknown id.
namespace detail {
sdk::Result<sdk::Prepared> prepare_sessions_get(const SessionId& request);
sdk::Result<Session> read_sessions_get(sdk::HttpResponse response);
}  // namespace detail
inline constexpr sdk::Operation<SessionId, Session> sessions_get{detail::prepare_sessions_get,
                                                                 detail::read_sessions_get};

}  // namespace spanreel::orq
