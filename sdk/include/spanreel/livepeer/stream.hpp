// SPDX-License-Identifier: Apache-2.0
// Streams, which somebody may publish to again and again: /stream.
#pragma once
#include "spanreel/livepeer/asset.hpp"
#include "spanreel/livepeer/media.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

/// Where else a stream goes, by reference: `id` is a multistream target.
struct TargetOutput {
    std::string profile;  ///< a name of the stream's profiles, or "source"
    std::optional<bool> video_only = false;
    std::optional<std::string> id;
};

struct StreamMultistream {
    std::optional<std::vector<TargetOutput>> targets;
};

using UserTag = std::variant<std::string, double, std::vector<std::variant<std::string, double>>>;

/// Where the server fetches a stream from. This library only reads it.
struct PullLocation {
    double lat = 0, lon = 0;  ///< degrees
};

struct StreamPull {
    std::string source;  ///< URL
    std::optional<std::map<std::string, std::string>> headers;
    std::optional<std::variant<bool, double>> is_mobile;  ///< 0: no, 1: its screen, 2: its camera
    std::optional<PullLocation> location;
};

struct Stream {
    std::optional<std::string> id;
    std::string name;
    std::optional<std::string> kind;  ///< "stream"
    std::optional<CreatorId> creator_id;
    std::optional<std::map<std::string, UserTag>> user_tags;
    std::optional<double> last_seen;  ///< milliseconds since 1970; 0: never
    std::optional<double> source_segments;
    std::optional<double> transcoded_segments;
    std::optional<double> source_segments_duration;      ///< seconds
    std::optional<double> transcoded_segments_duration;  ///< seconds
    std::optional<double> source_bytes;
    std::optional<double> transcoded_bytes;
    std::optional<double> ingest_rate;    ///< bytes a second
    std::optional<double> outgoing_rate;  ///< bytes a second
    std::optional<bool> is_active;
    std::optional<sdk::Nullable<bool>> is_healthy;
    std::optional<sdk::Nullable<std::vector<std::string>>> issues;  ///< for people
    std::optional<std::string> created_by_token_name;
    std::optional<double> created_at;  ///< milliseconds since 1970
    std::optional<std::string> parent_id;
    std::optional<std::string> stream_key;  ///< a secret: who has it may publish
    std::optional<StreamPull> pull;
    std::optional<std::string> playback_id;
    std::optional<sdk::Nullable<PlaybackPolicy>> playback_policy;
    std::optional<std::vector<FfmpegProfile>> profiles;
    std::optional<std::string> project_id;
    std::optional<bool> record;
    std::optional<RecordingSpec> recording_spec;
    std::optional<StreamMultistream> multistream;
    std::optional<bool> suspended;
    std::optional<sdk::Nullable<double>> last_terminated_at;  ///< milliseconds since 1970
    std::optional<std::string> user_id;
    std::optional<sdk::JsonText> renditions;
};
std::string to_json(const Stream& stream);

/// A multistream target as it is asked for: `id` of one that exists, or `spec` of a new one.
struct TargetSpec {
    std::optional<std::string> name{};
    std::string url;
};

struct Target {
    std::string profile;  ///< a name of the stream's profiles, or "source"
    std::optional<bool> video_only = false;
    std::optional<std::string> id{};
    std::optional<TargetSpec> spec{};
};

struct Multistream {
    std::optional<std::vector<Target>> targets{};
};

/// The stream to make.
struct NewStreamPayload {
    std::string name;
    std::optional<InputCreatorId> creator_id{};
    std::optional<sdk::Nullable<PlaybackPolicy>> playback_policy{};
    std::optional<sdk::Nullable<std::vector<FfmpegProfile>>> profiles{};  ///< absent or null: the server's
    std::optional<bool> record{};
    std::optional<RecordingSpec> recording_spec{};
    std::optional<Multistream> multistream{};
    std::optional<std::map<std::string, UserTag>> user_tags{};
};

/// What is absent stays as it is.
struct StreamPatchPayload {
    std::optional<InputCreatorId> creator_id{};
    std::optional<bool> record{};
    std::optional<bool> suspended{};
    std::optional<Multistream> multistream{};
    std::optional<sdk::Nullable<PlaybackPolicy>> playback_policy{};
    std::optional<sdk::Nullable<std::vector<FfmpegProfile>>> profiles{};
    std::optional<RecordingSpec> recording_spec{};
    std::optional<std::map<std::string, UserTag>> user_tags{};
    std::optional<std::string> name{};
};

struct UpdateStreamRequest {
    StreamPatchPayload stream_patch_payload;
    std::string id;
};

struct GetStreamsRequest {
    /// "true": without the streams of single connections.
    std::optional<std::string> streamsonly{};
};

/// What to cut out.
struct ClipPayload {
    std::string playback_id;
    double start_time = 0;             ///< milliseconds since 1970
    std::optional<double> end_time{};  ///< milliseconds since 1970; absent: all there is
    std::optional<std::string> name{};
    std::optional<std::string> session_id{};  ///< absent: the newest of the stream
};

struct StreamResponse : Answer {
    std::optional<Stream> stream;
};
std::string to_json(const StreamResponse& response);

struct StreamsResponse : Answer {
    std::optional<std::vector<Stream>> data;
};
std::string to_json(const StreamsResponse& response);

struct ClipTask {
    std::optional<std::string> id;
};

struct ClipData {
    Asset asset;
    ClipTask task;
};

struct ClipResponse : Answer {
    std::optional<ClipData> data;
};
std::string to_json(const ClipResponse& response);

namespace detail {
sdk::Result<sdk::Prepared> prepare_stream_create(const NewStreamPayload& request);
sdk::Result<StreamResponse> read_stream_create(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_stream_get(const Id& request);
sdk::Result<StreamResponse> read_stream_get(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_stream_get_all(const GetStreamsRequest& request);
sdk::Result<StreamsResponse> read_stream_get_all(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_stream_update(const UpdateStreamRequest& request);
sdk::Result<Answer> read_stream_update(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_stream_delete(const Id& request);
sdk::Result<Answer> read_stream_delete(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_stream_terminate(const Id& request);
sdk::Result<Answer> read_stream_terminate(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_stream_create_clip(const ClipPayload& request);
sdk::Result<ClipResponse> read_stream_create_clip(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_stream_get_clips(const Id& request);
sdk::Result<AssetsResponse> read_stream_get_clips(sdk::HttpResponse response);
}  // namespace detail

/// createStream: POST /stream; 201 with the stream. `input_validation` for what JSON cannot say.
inline constexpr sdk::Operation<NewStreamPayload, StreamResponse> stream_create{detail::prepare_stream_create,
                                                                                detail::read_stream_create};
/// getStream: GET /stream/{id}; 200 with the stream.
inline constexpr sdk::Operation<Id, StreamResponse> stream_get{detail::prepare_stream_get, detail::read_stream_get};
/// getStreams: GET /stream; 200 with a page of streams, the one seen last first.
inline constexpr sdk::Operation<GetStreamsRequest, StreamsResponse> stream_get_all{detail::prepare_stream_get_all,
                                                                                   detail::read_stream_get_all};
/// updateStream: PATCH /stream/{id}; 204.
inline constexpr sdk::Operation<UpdateStreamRequest, Answer> stream_update{detail::prepare_stream_update,
                                                                           detail::read_stream_update};
/// deleteStream: DELETE /stream/{id}; 204. Its sessions and recordings stay.
inline constexpr sdk::Operation<Id, Answer> stream_delete{detail::prepare_stream_delete, detail::read_stream_delete};
/// terminateStream: DELETE /stream/{id}/terminate; 204. Whoever publishes is disconnected.
inline constexpr sdk::Operation<Id, Answer> stream_terminate{detail::prepare_stream_terminate,
                                                             detail::read_stream_terminate};
/// createClip: POST /clip; 200 with the asset that is to be, and the task that makes it.
inline constexpr sdk::Operation<ClipPayload, ClipResponse> stream_create_clip{detail::prepare_stream_create_clip,
                                                                              detail::read_stream_create_clip};
/// getClips: GET /stream/{id}/clips; 200 with a page of assets. Takes a playback id too.
inline constexpr sdk::Operation<Id, AssetsResponse> stream_get_clips{detail::prepare_stream_get_clips,
                                                                     detail::read_stream_get_clips};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
