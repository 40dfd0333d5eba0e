// SPDX-License-Identifier: Apache-2.0
#include "server/live_side.hpp"

#include <sys/resource.h>

#include "live/media_sweep.hpp"
#include "server/thread_names.hpp"

namespace spanreel::server {

namespace {

constexpr std::size_t kMediaThreads = 2;
constexpr std::size_t kClipThreads = 1;
/// As many worker processes at a time.
constexpr std::size_t kPictureThreads = 2;

/// Installed beside the server.
Path worker_program() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).replace_filename("spanreel-worker");
}

std::uint64_t descriptor_limit() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

LiveSide::LiveSide(boost::asio::io_context& io, store::MetaStore& meta,
                   std::unique_ptr<store::EmbeddedMediaStore> media, live::SessionSettings settings)
    : media_(std::move(media)),
      media_pool_(kMediaThreads),
      clip_pool_(kClipThreads),
      picture_pool_(kPictureThreads),
      sessions_(meta, *media_, media_pool_, settings),
      recordings_(meta, *media_, sessions_),
      streams_(meta, sessions_),
      clips_(meta, *media_, recordings_, clip_pool_),
      assets_(meta, *media_),
      playback_(meta, *media_, sessions_, recordings_),
      pictures_(*media_, recordings_, playback_, picture_pool_, worker_program()),
      rtmp_(io, sessions_, {.connections = live::connections_within(descriptor_limit())}),
      sweep_timer_(io) {
    name_threads(media_pool_, kMediaThreads, "media");
    name_threads(clip_pool_, kClipThreads, "clips");
    name_threads(picture_pool_, kPictureThreads, "pictures");
}

LiveSide::~LiveSide() { stop(); }

Result<std::unique_ptr<LiveSide>> LiveSide::open(boost::asio::io_context& io, store::MetaStore& meta,
                                                 const Path& media_directory, live::SessionSettings settings) {
    SPANREEL_TRY(auto media, store::EmbeddedMediaStore::open(posix_file_system(), media_directory));
    live::sweep_media(meta, *media);
    std::unique_ptr<LiveSide> side(new LiveSide(io, meta, std::move(media), settings));
    SPANREEL_CHECK(side->sessions_.recover());
    SPANREEL_CHECK(side->clips_.recover());
    return side;
}

Result<std::uint16_t> LiveSide::listen_rtmp(const std::string& host, std::uint16_t port) {
    return rtmp_.listen(host, port);
}

void LiveSide::start_sweeping() { sweep(); }

void LiveSide::sweep() {
    sweep_timer_.expires_after(live::StreamSessions::kSweepInterval);
    sweep_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        sessions_.sweep();
        sweep();
    });
}

boost::asio::awaitable<void> LiveSide::shutdown() {
    pictures_.stop();
    sweep_timer_.cancel();
    co_await rtmp_.shutdown();
}

void LiveSide::stop() {
    if (stopped_) return;
    stopped_ = true;
    clips_.stop();
    sessions_.stop();
    media_pool_.join();
    clip_pool_.join();
    picture_pool_.join();
}

void LiveSide::watch(net::Metrics& metrics) {
    metrics.watch_gauge("spanreel_publishers", "Publishers delivering now",
                        [this] { return static_cast<double>(sessions_.publisher_count()); });
    metrics.watch_counter("spanreel_rtmp_connections_total", "RTMP connections accepted",
                          [this] { return static_cast<double>(rtmp_.statistics().accepted); });
    metrics.watch_counter("spanreel_rtmp_refused_total", "RTMP connections and publish requests refused",
                          [this] { return static_cast<double>(rtmp_.statistics().refused); });
    metrics.watch_counter("spanreel_rtmp_bytes_total", "Bytes received from RTMP publishers",
                          [this] { return static_cast<double>(rtmp_.statistics().bytes_in); });
}

}  // namespace spanreel::server
