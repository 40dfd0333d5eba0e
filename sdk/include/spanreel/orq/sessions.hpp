// SPDX-License-Identifier: Apache-2.0
// Sessions of traces as Orq's first generation has them: /v2/traces/sessions. session_list.hpp finds and counts them.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "spanreel/orq/core.hpp"
#include "spanreel/orq/date.hpp"
#include "spanreel/orq/print.hpp"
#include "spanreel/sdk/nullable.hpp"
#include "spanreel/sdk/operation.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

/// In the currency of the workspace's prices.
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

/// What is not optional is always sent: a number that is not set as 0, a list as [].
struct SessionCreate {
    std::string external_id;  ///< the caller's own, by which traces are grouped
    double duration = 0;      ///< milliseconds
    std::vector<std::string> contact_ids{};
    Billing billing{};
    Usage usage{};
    double traces_count = 0;
    std::vector<std::string> tags{};
    std::optional<sdk::Nullable<std::string>> project_id{};
    std::optional<Date> started_at{};
    std::optional<Date> updated_at{};
};

/// What is absent stays as it is; a project_id of null takes the session out of its project.
struct SessionUpdate {
    std::optional<std::string> id{};  ///< sent as "_id"
    std::optional<std::string> external_id{};
    std::optional<double> duration{};  ///< milliseconds
    std::optional<std::vector<std::string>> contact_ids{};
    std::optional<Billing> billing{};  ///< replaced whole
    std::optional<Usage> usage{};      ///< replaced whole
    std::optional<double> traces_count{};
    std::optional<std::vector<std::string>> tags{};
    std::optional<std::string> workspace_id{};
    std::optional<sdk::Nullable<std::string>> project_id{};
    std::optional<Date> started_at{};
    std::optional<Date> updated_at{};
};

/// Which session.
struct SessionId {
    std::string session_id;
};

/// Which session, and what becomes of it.
struct SessionUpdateRequest {
    std::string session_id;
    std::optional<SessionUpdate> request_body{};  ///< absent: the request has no body
};

namespace detail {
Result<sdk::Prepared> prepare_sessions_create(const std::optional<SessionCreate>& request);
Result<Session> read_sessions_create(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_sessions_get(const SessionId& request);
Result<Session> read_sessions_get(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_sessions_update(const SessionUpdateRequest& request);
Result<Session> read_sessions_update(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_sessions_delete(const SessionId& request);
Result<void> read_sessions_delete(sdk::HttpResponse response);
}  // namespace detail

// Errors of all: `api` for a status of 4XX or 5XX and for whatever is neither the answer nor an error,
// `response_validation` for an answer that does not fit, `input_validation` for a number that is NaN, and those of
// sdk::Error::Kind for which no answer came. Get, update and delete tell an unknown id by `not_found`, with the
// server's message, when the 404 is JSON.

/// CreateSession: POST /v2/traces/sessions. Without a request the server chooses everything. A second session of one
/// external_id in a project is an `api` error of status 409.
inline constexpr sdk::Operation<std::optional<SessionCreate>, Session> sessions_create{detail::prepare_sessions_create,
                                                                                       detail::read_sessions_create};
/// GetSession: GET /v2/traces/sessions/{session_id}.
inline constexpr sdk::Operation<SessionId, Session> sessions_get{detail::prepare_sessions_get,
                                                                 detail::read_sessions_get};
/// UpdateSession: PATCH /v2/traces/sessions/{session_id}. The session as it is then.
inline constexpr sdk::Operation<SessionUpdateRequest, Session> sessions_update{detail::prepare_sessions_update,
                                                                               detail::read_sessions_update};
/// DeleteSession: DELETE /v2/traces/sessions/{session_id}.
inline constexpr sdk::Operation<SessionId, void> sessions_delete{detail::prepare_sessions_delete,
                                                                 detail::read_sessions_delete};

}  // namespace spanreel::orq
#pragma GCC visibility pop
