// SPDX-License-Identifier: Apache-2.0
// All that answers requests, over a disk in memory, with something of each kind to ask for. For as long as the program
// runs.
#pragma once
#include <boost/asio/thread_pool.hpp>

#include <future>
#include <string>
#include <vector>

#include "access/key_ring.hpp"
#include "api/livepeer/routes.hpp"
#include "api/orq/routes.hpp"
#include "api/playback/routes.hpp"
#include "api/spanreel/routes.hpp"
#include "base/ids.hpp"
#include "live/asset_service.hpp"
#include "live/clip_service.hpp"
#include "live/pictures.hpp"
#include "live/playback.hpp"
#include "live/recordings.hpp"
#include "live/stream_service.hpp"
#include "live/stream_sessions.hpp"
#include "memory_database.hpp"
#include "otlp/request_builder.hpp"
#include "require.hpp"
#include "store/embedded/embedded_media_store.hpp"
#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/embedded_span_store.hpp"
#include "trace/recorder.hpp"

namespace spanreel {

class MemoryServer {
  public:
    MemoryServer() {
        api::livepeer::add_routes(router_, {.keys = keys_,
                                            .meta = meta_,
                                            .streams = streams_,
                                            .clips = clips_,
                                            .assets = assets_,
                                            .playback = playback_,
                                            .public_url = "",
                                            .clock = clock_});
        api::orq::add_routes(router_, keys_, *recorder_);
        api::spanreel::add_routes(router_, keys_, *recorder_, meta_, recordings_);
        api::playback::add_routes(router_, playback_, pictures_);
        const Workspace workspace = keys_.open_workspace("w").value();
        scope_ = {.workspace = workspace.id, .key_name = "key", .default_project = workspace.default_project};
        add_keys();
        add_streams();
        add_spans();
        names_.push_back(workspace.user_id);
    }

    const net::Router& router() const { return router_; }
    /// Secrets of a key of the workspace, of one of a project, of one of web pages, of one that may only send spans.
    const std::vector<std::string>& secrets() const { return secrets_; }
    /// What paths and queries can name: ids, playback ids, stream keys ... of what there is.
    const std::vector<std::string>& names() const { return names_; }

  private:
    void add_keys() {
        for (access::KeySpec spec :
             {access::KeySpec{.name = "all", .scopes = {.admin = true}}, access::KeySpec{.name = "p", .project = "p"},
              access::KeySpec{.name = "page", .cors = {.allowed_origins = {"https://page.example"}}},
              access::KeySpec{.name = "spans", .scopes = {.read = false, .write = false}}})
            secrets_.push_back(keys_.create_key(scope_.workspace, std::move(spec)).value().secret);
    }

    /// One with a finished recording and a clip of it, one that is live.
    void add_streams() {
        const Stream recorded = streams_.create(scope_, {.name = "recorded", .record = true}).value();
        broadcast(recorded)->end();
        require(sessions_.drop(recorded.id, "", live::StreamSessions::Then::end_session));
        const Asset recording = meta_.asset(meta_.newest_session(recorded.id).value().id, store::Deleted::hide).value();
        Asset clip = recording;
        clip.id = make_uuid();
        clip.playback_id = make_base36(16);
        clip.source = AssetSource::clip;
        clip.source_playback_id = recorded.playback_id;
        const Task task{.id = make_uuid(),
                        .workspace = scope_.workspace,
                        .phase = TaskPhase::completed,
                        .output_asset_id = clip.id};
        require(meta_.create(clip, task).has_value());
        const Stream shown = streams_.create(scope_, {.name = "live", .record = true}).value();
        publisher_ = broadcast(shown);
        const StreamSession running = meta_.newest_session(shown.id).value();
        names_.insert(names_.end(),
                      {recorded.id, recorded.playback_id, recorded.stream_key, recording.id, recording.playback_id,
                       clip.id, clip.playback_id, task.id, shown.id, shown.playback_id, running.id});
    }

    std::shared_ptr<live::Publication> broadcast(const Stream& stream) {
        std::promise<Result<std::shared_ptr<live::Publication>>> answer;
        sessions_.publish(stream.stream_key, [&](auto result) { answer.set_value(std::move(result)); });
        auto publication = answer.get_future().get().value();
        publication->configure({.configuration = "config", .width = 64, .height = 64, .codec_string = "avc1.640000"});
        for (int picture = 0; picture < 60; ++picture) {
            const std::int64_t at = std::int64_t{picture} * media::kVideoTimescale / 10;
            const media::Packet packet{.dts = at, .pts = at, .key = picture % 10 == 0, .payload = "picture"};
            require(publication->push(packet, clock_() + Millis(picture * 100)).has_value());
        }
        return publication;
    }

    void add_spans() {
        otlp::Batch decoded;
        require(
            otlp::decode(otlp::encode_request({{.attributes = {{"session.id", "session"}}}}), {}, decoded).has_value());
        std::promise<Result<trace::Refused>> done;
        recorder_->submit(trace::make_batch(decoded, scope_.workspace, "", clock_()).value(),
                          [&](Result<trace::Refused> refused) { done.set_value(std::move(refused)); });
        require(done.get_future().get().has_value());
        names_.push_back(recorder_->ledger().session_id_of_key(scope_.workspace, "", "session").value().value());
    }

    live::Clock clock_ = [] { return from_unix_millis(1'760'000'000'000); };
    boost::asio::thread_pool pool_{1};
    store::EmbeddedMetaStore meta_{memory_database()};
    access::KeyRing keys_{meta_};
    std::unique_ptr<store::EmbeddedSpanStore> spans_ =
        store::EmbeddedSpanStore::open(memory_disk(), "/spans", memory_database()).value();
    /// Saves nothing by itself, so that all runs see the same.
    std::unique_ptr<trace::Recorder> recorder_ =
        trace::Recorder::start(*spans_, {.save_interval = std::chrono::hours(1'000)}).value();
    std::unique_ptr<store::EmbeddedMediaStore> media_ =
        store::EmbeddedMediaStore::open(memory_disk(), "/media").value();
    live::StreamSessions sessions_{meta_, *media_, pool_, {}, clock_};
    live::Recordings recordings_{meta_, *media_, sessions_};
    live::StreamService streams_{meta_, sessions_, clock_};
    live::ClipService clips_{meta_, *media_, recordings_, pool_, clock_};
    live::AssetService assets_{meta_, *media_, clock_};
    live::Playback playback_{meta_, *media_, sessions_, recordings_};
    live::Pictures pictures_{*media_, recordings_, playback_, pool_, "no worker"};
    net::Router router_;
    live::Scope scope_;
    std::shared_ptr<live::Publication> publisher_;
    std::vector<std::string> secrets_, names_;
};

}  // namespace spanreel
