// SPDX-License-Identifier: Apache-2.0
// Tasks, by which assets are made: /task.
#pragma once
#include "spanreel/livepeer/media.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

enum class TaskType { upload, export_, export_data, transcode_file, clip };
constexpr auto enum_words(TaskType) {
    return std::to_array<std::string_view>({"upload", "export", "export-data", "transcode-file", "clip"});
}

struct UploadParams {
    std::optional<std::string> url;
    std::optional<sdk::JsonText> encryption;
    std::optional<bool> c2pa;
    std::optional<std::vector<TranscodeProfile>> profiles;
    std::optional<double> target_segment_size_secs;
};

/// A place by its URL, or a file by its path.
struct TaskUrl {
    std::optional<std::string> url;
};
struct TaskPath {
    std::optional<std::string> path;
};

struct TranscodeOutputs {
    std::optional<TaskPath> hls;
    std::optional<TaskPath> mp4;
};

struct TranscodeFileParams {
    std::optional<TaskUrl> input;
    std::optional<TaskUrl> storage;
    std::optional<TranscodeOutputs> outputs;
    std::optional<std::vector<TranscodeProfile>> profiles;
    std::optional<double> target_segment_size_secs;
    std::optional<InputCreatorId> creator_id;
    std::optional<bool> c2pa;
};

struct ClipStrategy {
    std::optional<double> start_time;  ///< milliseconds since 1970
    std::optional<double> end_time;    ///< milliseconds since 1970
    std::optional<std::string> playback_id;
};

enum class PipelineStrategy {
    catalyst,
    catalyst_ffmpeg,
    background_external,
    background_mist,
    fallback_external,
    external
};
constexpr auto enum_words(PipelineStrategy) {
    return std::to_array<std::string_view>(
        {"catalyst", "catalyst_ffmpeg", "background_external", "background_mist", "fallback_external", "external"});
}

struct ClipParams {
    std::optional<std::string> url;
    std::optional<ClipStrategy> clip_strategy;
    std::optional<sdk::OpenEnum<PipelineStrategy>> catalyst_pipeline_strategy;
    std::optional<std::string> session_id;
    std::optional<std::string> input_id;  ///< the stream's
};

/// The member that `type` names is there. Exports, which end in other services, are kept as the server gives them.
struct TaskParams {
    std::optional<UploadParams> upload;
    std::optional<sdk::JsonText> export_;
    std::optional<sdk::JsonText> export_data;
    std::optional<TranscodeFileParams> transcode_file;
    std::optional<ClipParams> clip;
};

enum class TaskPhase { pending, waiting, running, failed, completed, cancelled };
constexpr auto enum_words(TaskPhase) {
    return std::to_array<std::string_view>({"pending", "waiting", "running", "failed", "completed", "cancelled"});
}

struct TaskStatus {
    sdk::OpenEnum<TaskPhase> phase;
    double updated_at = 0;           ///< milliseconds since 1970
    std::optional<double> progress;  ///< 0 to 1
    std::optional<std::string> error_message;
    std::optional<double> retries;
};

/// As the server gives it.
struct TaskOutput {
    std::optional<sdk::JsonText> upload;
    std::optional<sdk::JsonText> export_;
    std::optional<sdk::JsonText> export_data;
};

struct Task {
    std::optional<std::string> id;
    std::optional<sdk::OpenEnum<TaskType>> type;
    std::optional<double> created_at;    ///< milliseconds since 1970
    std::optional<double> scheduled_at;  ///< milliseconds since 1970
    std::optional<std::string> input_asset_id;
    std::optional<std::string> output_asset_id;
    std::optional<std::string> project_id;
    std::optional<std::string> requester_id;
    std::optional<TaskParams> params;
    std::optional<TaskStatus> status;
    std::optional<TaskOutput> output;
    std::optional<std::string> user_id;
};
std::string to_json(const Task& task);

struct TaskResponse : Answer {
    std::optional<Task> task;
};
std::string to_json(const TaskResponse& response);

struct TasksResponse : Answer {
    std::optional<std::vector<Task>> data;
};
std::string to_json(const TasksResponse& response);

namespace detail {
sdk::Result<sdk::Prepared> prepare_task_get(const Id& request);
sdk::Result<TaskResponse> read_task_get(sdk::HttpResponse response);
sdk::Result<sdk::Prepared> prepare_task_get_all(const NoRequest& request);
sdk::Result<TasksResponse> read_task_get_all(sdk::HttpResponse response);
}  // namespace detail

/// getTask: GET /task/{taskId}; 200 with the task. Any other answer below 400 comes back without one, and without
/// `error`.
inline constexpr sdk::Operation<Id, TaskResponse> task_get{detail::prepare_task_get, detail::read_task_get};
/// getTasks: GET /task; 200 with a page of tasks, the one updated last first.
inline constexpr sdk::Operation<NoRequest, TasksResponse> task_get_all{detail::prepare_task_get_all,
                                                                       detail::read_task_get_all};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
