// SPDX-License-Identifier: Apache-2.0
// Everything about live video, made and ended in order: the media files, stream sessions, recordings, clips, playback
// and the RTMP listener.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <memory>

#include "live/asset_service.hpp"
#include "live/clip_service.hpp"
#include "live/pictures.hpp"
#include "live/playback.hpp"
#include "live/recordings.hpp"
#include "live/rtmp_server.hpp"
#include "live/stream_service.hpp"
#include "live/stream_sessions.hpp"
#include "net/metrics.hpp"
#include "store/embedded/embedded_media_store.hpp"

namespace spanreel::server {

class LiveSide {
  public:
    /// Recovers what a crash left. `io` and `meta` must outlive it.
    static Result<std::unique_ptr<LiveSide>> open(boost::asio::io_context& io, store::MetaStore& meta,
                                                  const Path& media_directory, live::SessionSettings settings);
    ~LiveSide();
    LiveSide(const LiveSide&) = delete;
    LiveSide& operator=(const LiveSide&) = delete;

    Result<std::uint16_t> listen_rtmp(const std::string& host, std::uint16_t port);
    /// Ends sessions whose reconnect window is over, again and again until shutdown().
    void start_sweeping();
    /// Publishers are told and dropped; what they delivered is written. Pictures are given up. On the io_context.
    boost::asio::awaitable<void> shutdown();
    /// After shutdown(), on any thread but the io_context's: waits for the pools.
    void stop();

    void watch(net::Metrics& metrics);

    live::StreamService& streams() { return streams_; }
    live::StreamSessions& sessions() { return sessions_; }
    live::Recordings& recordings() { return recordings_; }
    live::ClipService& clips() { return clips_; }
    live::AssetService& assets() { return assets_; }
    live::Playback& playback() { return playback_; }
    live::Pictures& pictures() { return pictures_; }

  private:
    LiveSide(boost::asio::io_context& io, store::MetaStore& meta, std::unique_ptr<store::EmbeddedMediaStore> media,
             live::SessionSettings settings);
    void sweep();

    std::unique_ptr<store::EmbeddedMediaStore> media_;
    boost::asio::thread_pool media_pool_;
    boost::asio::thread_pool clip_pool_;
    boost::asio::thread_pool picture_pool_;
    live::StreamSessions sessions_;
    live::Recordings recordings_;
    live::StreamService streams_;
    live::ClipService clips_;
    live::AssetService assets_;
    live::Playback playback_;
    live::Pictures pictures_;
    live::RtmpServer rtmp_;
    boost::asio::steady_timer sweep_timer_;
    bool stopped_ = false;
};

}  // namespace spanreel::server
