// SPDX-License-Identifier: Apache-2.0
// Sessions: what was published to a stream between connecting and leaving: /session.
#pragma once
#include "spanreel/livepeer/asset.hpp"
#include "spanreel/livepeer/record_filter.hpp"
#include "spanreel/livepeer/stream.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

enum class RecordingStatus { waiting, ready, failed, deleted, none };
constexpr auto enum_words(RecordingStatus) {
    return std::to_array<std::string_view>({"waiting", "ready", "failed", "deleted", "none"});
}

struct Session {
    std::optional<std::string> id;
    std::optional<std::string> kind;  ///< "session"
    std::optional<std::string> user_id;
    std::string name;
    std::optional<double> last_seen;  ///< milliseconds since 1970; 0: never
    std::optional<double> source_segments;
    std::optional<double> transcoded_segments;
    std::optional<double> source_segments_duration;      ///< seconds
    std::optional<double> transcoded_segments_duration;  ///< seconds
    std::optional<double> source_bytes;
    std::optional<double> transcoded_bytes;
    std::optional<double> ingest_rate;    ///< bytes a second
    std::optional<double> outgoing_rate;  ///< bytes a second
    std::optional<sdk::Nullable<bool>> is_healthy;
    std::optional<sdk::Nullable<std::vector<std::string>>> issues;  ///< for people
    std::optional<double> created_at;                               ///< milliseconds since 1970
    std::optional<std::string> parent_id;                           ///< the stream's
    std::optional<std::string> project_id;
    std::optional<bool> record;
    std::optional<sdk::OpenEnum<RecordingStatus>> recording_status;  ///< only of what is recorded
    std::optional<std::string> recording_url;                        ///< HLS
    std::optional<std::string> mp4_url;
    std::optional<std::string> playback_id;
    std::optional<std::vector<FfmpegProfile>> profiles;
    std::optional<RecordingSpec> recording_spec;
    std::optional<Stream> parent_stream;              ///< in session_get_all, where the server sends it
    std::optional<std::string> source_recording_url;  ///< where the server sends it
};
std::string to_json(const Session& session);

struct GetRecordedSessionsRequest {
    std::string parent_id;                 ///< the stream's
    std::optional<RecordFilter> record{};  ///< absent: all sessions
};

struct SessionResponse : Answer {
    std::optional<Session> session;
};
std::string to_json(const SessionResponse& response);

struct SessionsResponse : Answer {
    std::optional<std::vector<Session>> data;
};
std::string to_json(const SessionsResponse& response);

namespace detail {
sdk::Result<sdk::Prepared> prepare_session_get_clips(const Id& request);
sdk::Result<AssetsResponse> read_session_get_clips(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_session_get_all(const NoRequest& request);
sdk::Result<SessionsResponse> read_session_get_all(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_session_get(const Id& request);
sdk::Result<SessionResponse> read_session_get(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_session_get_recorded(const GetRecordedSessionsRequest& request);
sdk::Result<SessionsResponse> read_session_get_recorded(sdk::HttpResponse response);
}  // namespace detail

/// getSessionClips: GET /session/{id}/clips; 200 with a page of assets.
inline constexpr sdk::Operation<Id, AssetsResponse> session_get_clips{detail::prepare_session_get_clips,
                                                                      detail::read_session_get_clips};
/// getSessions: GET /session; 200 with a page of sessions, the one seen last first.
inline constexpr sdk::Operation<NoRequest, SessionsResponse> session_get_all{detail::prepare_session_get_all,
                                                                             detail::read_session_get_all};
/// getSession: GET /session/{id}; 200 with the session.
inline constexpr sdk::Operation<Id, SessionResponse> session_get{detail::prepare_session_get, detail::read_session_get};
/// getRecordedSessions: GET /stream/{parentId}/sessions; 200 with the sessions of a stream that delivered something.
/// `session_get_recorded(core, {"<value>", true})`
inline constexpr sdk::Operation<GetRecordedSessionsRequest, SessionsResponse> session_get_recorded{
    detail::prepare_session_get_recorded, detail::read_session_get_recorded};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
