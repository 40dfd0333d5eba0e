// SPDX-License-Identifier: Apache-2.0
// Livepeer's API with methods, which give the answer or throw (spanreel/sdk/error.hpp):
//     const Livepeer livepeer({.api_key = "..."});
//     const SessionResponse result = livepeer.session.get("<id>");
// Each method stands for the function of the same name, `session_get(core, "<id>")`, which gives a Result.
#pragma once
#include "spanreel/livepeer/asset.hpp"
#include "spanreel/livepeer/pages.hpp"
#include "spanreel/livepeer/playback.hpp"
#include "spanreel/livepeer/session.hpp"
#include "spanreel/livepeer/stream.hpp"
#include "spanreel/livepeer/task.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

class SessionApi {
  public:
    explicit SessionApi(LivepeerCore core) : core_(std::move(core)) {}

    /// Clips of a session.
    AssetsResponse get_clips(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(session_get_clips(core_, id, options));
    }
    /// Sessions of all streams.
    SessionsResponse get_all(const CallOptions& options = {}) const {
        return value_or_throw(session_get_all(core_, {}, options));
    }
    /// All sessions, page by page.
    Pages<SessionsResponse, NoRequest, SessionsResponse> pages(CallOptions options = {}) const {
        return throwing_pages(core_, session_get_all, {}, std::move(options));
    }
    /// One session.
    SessionResponse get(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(session_get(core_, id, options));
    }
    /// Sessions of one stream.
    SessionsResponse get_recorded(const Id& parent_id, std::optional<RecordFilter> record = {},
                                  const CallOptions& options = {}) const {
        return value_or_throw(session_get_recorded(core_, {parent_id.id, record}, options));
    }

  private:
    LivepeerCore core_;
};

class StreamApi {
  public:
    explicit StreamApi(LivepeerCore core) : core_(std::move(core)) {}

    /// A new stream.
    StreamResponse create(const NewStreamPayload& payload, const CallOptions& options = {}) const {
        return value_or_throw(stream_create(core_, payload, options));
    }
    /// One stream.
    StreamResponse get(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(stream_get(core_, id, options));
    }
    /// Streams.
    StreamsResponse get_all(std::optional<std::string> streamsonly = {}, const CallOptions& options = {}) const {
        return value_or_throw(stream_get_all(core_, {std::move(streamsonly)}, options));
    }
    /// All streams, page by page.
    Pages<StreamsResponse, GetStreamsRequest, StreamsResponse> pages(const GetStreamsRequest& request = {},
                                                                     CallOptions options = {}) const {
        return throwing_pages(core_, stream_get_all, request, std::move(options));
    }
    /// Changes what the payload names.
    Answer update(const StreamPatchPayload& payload, const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(stream_update(core_, {payload, id.id}, options));
    }
    /// Deletes a stream; what was recorded of it stays. (`delete` is a word of the language.)
    Answer remove(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(stream_delete(core_, id, options));
    }
    /// Disconnects whoever publishes.
    Answer terminate(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(stream_terminate(core_, id, options));
    }
    /// A clip of what was published.
    ClipResponse create_clip(const ClipPayload& payload, const CallOptions& options = {}) const {
        return value_or_throw(stream_create_clip(core_, payload, options));
    }
    /// Clips of a stream, which may go by its playback id.
    AssetsResponse get_clips(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(stream_get_clips(core_, id, options));
    }

  private:
    LivepeerCore core_;
};

class AssetApi {
  public:
    explicit AssetApi(LivepeerCore core) : core_(std::move(core)) {}

    /// One asset.
    AssetResponse get(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(asset_get(core_, id, options));
    }
    /// Assets.
    AssetsResponse get_all(const CallOptions& options = {}) const {
        return value_or_throw(asset_get_all(core_, {}, options));
    }
    /// All assets, page by page.
    Pages<AssetsResponse, NoRequest, AssetsResponse> pages(CallOptions options = {}) const {
        return throwing_pages(core_, asset_get_all, {}, std::move(options));
    }
    /// Changes what the payload names.
    AssetResponse update(const AssetPatchPayload& payload, const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(asset_update(core_, {payload, id.id}, options));
    }
    /// Deletes an asset.
    Answer remove(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(asset_delete(core_, id, options));
    }

  private:
    LivepeerCore core_;
};

class PlaybackApi {
  public:
    explicit PlaybackApi(LivepeerCore core) : core_(std::move(core)) {}

    /// What there is to play. Throws HonoApiError for an unknown id.
    PlaybackResponse get(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(playback_get(core_, id, options));
    }

  private:
    LivepeerCore core_;
};

class TaskApi {
  public:
    explicit TaskApi(LivepeerCore core) : core_(std::move(core)) {}

    /// One task.
    TaskResponse get(const Id& id, const CallOptions& options = {}) const {
        return value_or_throw(task_get(core_, id, options));
    }
    /// Tasks.
    TasksResponse get_all(const CallOptions& options = {}) const {
        return value_or_throw(task_get_all(core_, {}, options));
    }
    /// All tasks, page by page.
    Pages<TasksResponse, NoRequest, TasksResponse> pages(CallOptions options = {}) const {
        return throwing_pages(core_, task_get_all, {}, std::move(options));
    }

  private:
    LivepeerCore core_;
};

/// Copies share one set of connections; all methods may be called from any thread.
class Livepeer {
  public:
    /// Throws as LivepeerCore does.
    explicit Livepeer(ClientOptions options = {}) : Livepeer(LivepeerCore(std::move(options))) {}
    explicit Livepeer(const LivepeerCore& core)
        : session(core), stream(core), asset(core), playback(core), task(core), core_(core) {}

    /// What the functions are called with.
    const LivepeerCore& core() const { return core_; }

    SessionApi session;
    StreamApi stream;
    AssetApi asset;
    PlaybackApi playback;
    TaskApi task;

  private:
    LivepeerCore core_;
};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
