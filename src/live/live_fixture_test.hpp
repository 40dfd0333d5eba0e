// SPDX-License-Identifier: Apache-2.0
// For tests: the live room over a temporary database and a disk in memory, with a clock that stands until it is moved.
#pragma once
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <future>
#include <optional>
#include <thread>

#include "base/simulated_disk.hpp"
#include "live/asset_service.hpp"
#include "live/clip_service.hpp"
#include "live/media_sweep.hpp"
#include "live/playback.hpp"
#include "live/recordings.hpp"
#include "live/stream_service.hpp"
#include "live/stream_sessions.hpp"
#include "store/embedded/embedded_media_store.hpp"
#include "store/embedded/embedded_meta_store.hpp"

namespace spanreel::live {

/// The room as one run of a server has it.
class LiveRun {
  public:
    LiveRun(store::MetaStore& meta, store::MediaStore& media, SessionSettings settings, Clock clock)
        : sessions(meta, media, pool_, settings, clock),
          recordings(meta, media, sessions),
          streams(meta, sessions, clock),
          clips(meta, media, recordings, clip_pool_, clock),
          assets(meta, media, clock),
          playback(meta, media, sessions, recordings) {
        sweep_media(meta, media);
        EXPECT_TRUE(sessions.recover());
        EXPECT_TRUE(clips.recover());
    }
    ~LiveRun() {
        if (!crashed_) {
            sessions.stop();
            clips.stop();
        }
        pool_.join();
        clip_pool_.join();
    }
    /// Its only thread waits for `until`.
    void occupy_clip_pool(std::future<void> until) {
        boost::asio::post(clip_pool_, [shared = until.share()] { shared.wait(); });
    }
    /// Ends without a word to anybody.
    void crash() { crashed_ = true; }

  private:
    boost::asio::thread_pool pool_{2};
    boost::asio::thread_pool clip_pool_{1};
    bool crashed_ = false;

  public:
    StreamSessions sessions;
    Recordings recordings;
    StreamService streams;
    ClipService clips;
    AssetService assets;
    Playback playback;
};

class LiveTest : public testing::Test {
  protected:
    LiveTest() : directory_(testing::TempDir() + "live_test_" + std::to_string(::getpid())) {
        std::filesystem::create_directories(directory_);
        database_ = store::Database::open(directory_ / "spanreel.db").value();
        meta_.emplace(*database_);
        EXPECT_TRUE(meta_->create(Workspace{.id = scope_.workspace, .user_id = "u", .name = "w"}));
        EXPECT_TRUE(meta_->create(Workspace{.id = stranger_.workspace, .user_id = "v", .name = "x"}));
        start();
    }
    ~LiveTest() override {
        run_.reset();
        meta_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    void start() {
        run_.emplace(*meta_, *media_, settings_, [this] { return Time(UnixMillis(Millis(now_.load()))); });
    }
    void restart() {
        run_.reset();
        start();
    }
    /// The process dies; what it wrote to files is there.
    void crash_and_start() {
        run_->crash();
        restart();
    }

    void pass(Millis time) { now_ += time.count(); }
    /// What the wiring's timer does, waited for. The stream has no publisher.
    void sweep(const Stream& stream) {
        run_->sessions.sweep();
        settle(stream);
    }
    /// Until all that was begun on a stream without a publisher is done.
    void settle(const Stream& stream) {
        while (!run_->sessions.drop(stream.id, "", StreamSessions::Then::wait_for_publisher)) {
        }
    }
    /// For what a publisher's lane does meanwhile.
    static bool eventually(const std::function<bool()>& condition) {
        for (int i = 0; i < 500; ++i) {
            if (condition()) return true;  // asked again, it might have changed what it asks about
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return condition();
    }

    Stream make_stream(bool record = true) {
        return run_->streams.create(scope_, {.name = "s", .record = record}).value();
    }
    Result<std::shared_ptr<Publication>> publish(const std::string& stream_key) {
        std::promise<Result<std::shared_ptr<Publication>>> answer;
        run_->sessions.publish(stream_key, [&](auto result) { answer.set_value(std::move(result)); });
        return answer.get_future().get();
    }
    /// A publisher that brings `seconds` of 10 pictures a second, a key frame every second, while the clock runs along.
    std::shared_ptr<Publication> broadcast(const Stream& stream, int seconds) {
        auto publication = publish(stream.stream_key).value();
        while (picture_ % kRate != 0) ++picture_;
        publication->configure({.configuration = "config", .width = 64, .height = 64, .codec_string = "avc1.640000"});
        (void)send(*publication, seconds);
        return publication;
    }
    Result<void> send(Publication& publication, int seconds) {
        for (int i = 0; i < seconds * kRate; ++i) {
            const bool key = picture_ % kRate == 0;
            const std::int64_t at = picture_++ * (media::kVideoTimescale / kRate);
            SPANREEL_CHECK(publication.push({.dts = at, .pts = at, .key = key, .payload = std::string(500, 'x')},
                                            Time(UnixMillis(Millis(now_.load())))));
            pass(Millis(1000 / kRate));
        }
        return {};
    }
    void end(const std::shared_ptr<Publication>& publication, const Stream& stream) {
        publication->end();
        settle(stream);
    }

    /// That many segments, counted from the session's start, have been written.
    bool has_segments(const Stream& stream, std::uint64_t count) {
        return eventually([&] {
            const auto window = run_->sessions.window_of_stream(stream.id);
            const WindowView view = window ? window->whole() : WindowView{};
            return !view.segments.empty() && view.segments.back().number + 1 == count;
        });
    }
    StreamSession newest(const Stream& stream) { return meta_->newest_session(stream.id).value(); }
    std::size_t session_count(const Stream& stream) {
        return meta_
            ->list_sessions({.workspace = scope_.workspace, .filters = {{.field = "parentId", .value = stream.id}}})
            .value()
            .items.size();
    }

    static constexpr int kRate = 10;  ///< pictures a second

    Scope scope_{.workspace = "W1", .key_name = "key", .key_id = "K1"};
    Scope stranger_{.workspace = "W2", .key_name = "other", .key_id = "K2"};
    std::atomic<std::int64_t> now_{1'800'000'000'000};
    std::int64_t picture_ = 0;
    SessionSettings settings_{.reconnect_window = std::chrono::seconds(60), .dvr_window = std::chrono::seconds(10)};
    Path directory_;
    std::unique_ptr<store::Database> database_;
    std::optional<store::EmbeddedMetaStore> meta_;
    SimulatedDisk disk_;
    std::unique_ptr<store::MediaStore> media_ = store::EmbeddedMediaStore::open(disk_, "/media").value();
    std::optional<LiveRun> run_;
};

}  // namespace spanreel::live
