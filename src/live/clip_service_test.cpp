// SPDX-License-Identifier: Apache-2.0
#include "live/clip_service.hpp"

#include <boost/asio/post.hpp>

#include "live/live_fixture_test.hpp"

namespace spanreel::live {
namespace {

using std::chrono::seconds;

class ClipServiceTest : public LiveTest {
  protected:
    /// An ended session of 10 seconds that began at start_.
    Stream finished_stream(bool record = true) {
        start_ = UnixMillis(Millis(now_.load()));
        const Stream stream = make_stream(record);
        end(broadcast(stream, 10), stream);
        pass(seconds(60));
        sweep(stream);
        return stream;
    }
    NewClip clip(const Stream& stream, seconds from, std::optional<seconds> to) const {
        NewClip wanted{.playback_id = stream.playback_id, .start_time = start_ + from};
        if (to) wanted.end_time = start_ + *to;
        return wanted;
    }
    Asset finished(const ClipOrder& order) {
        EXPECT_TRUE(eventually([&] {
            const TaskPhase phase = meta_->task(order.task.id)->phase;
            return phase == TaskPhase::completed || phase == TaskPhase::failed;
        }));
        EXPECT_EQ(meta_->task(order.task.id)->error_message, "");
        return meta_->asset(order.asset.id, store::Deleted::hide).value();
    }
    std::string refusal(const Scope& scope, const NewClip& wanted) {
        return run_->clips.create(scope, wanted).error().message;
    }

    UnixMillis start_{};
};

TEST_F(ClipServiceTest, CutsOutOfAFinishedSession) {
    const Stream stream = finished_stream();
    const ClipOrder order = run_->clips.create(scope_, clip(stream, seconds(3), seconds(7))).value();
    EXPECT_EQ(order.asset.name, "clip-" + order.asset.playback_id);
    const Asset asset = finished(order);
    EXPECT_EQ(asset.phase, AssetPhase::ready);
    EXPECT_NEAR(asset.duration, 4, 0.11);
    EXPECT_EQ(asset.source_session_id, newest(stream).id);
    EXPECT_TRUE(run_->playback.mp4(asset.playback_id));
    EXPECT_THAT(run_->playback.recording_playlist(asset.playback_id)->text, testing::HasSubstr("#EXT-X-ENDLIST"));

    // It owns its bytes.
    ASSERT_TRUE(media_->remove_directory(newest(stream).media_directory));
    const auto mp4 = run_->playback.mp4(asset.playback_id).value();
    EXPECT_EQ(run_->playback.read(mp4, 0, mp4.file->size())->size(), static_cast<std::size_t>(asset.size));
}

TEST_F(ClipServiceTest, ARangeIsClampedToWhatIsRecorded) {
    const Stream stream = finished_stream();
    EXPECT_NEAR(finished(run_->clips.create(scope_, clip(stream, seconds(-5), seconds(2))).value()).duration, 2, 0.11);
    EXPECT_NEAR(finished(run_->clips.create(scope_, clip(stream, seconds(8), {})).value()).duration, 2, 0.11);
}

TEST_F(ClipServiceTest, TheFirstAndLastMomentsThereAreMeanAllThatIsRecorded) {
    const Stream stream = finished_stream();
    NewClip wanted = clip(stream, seconds(0), {});
    wanted.start_time = UnixMillis(Millis(-9'200'000'000'000));
    wanted.end_time = UnixMillis(Millis(9'200'000'000'000));
    EXPECT_NEAR(finished(run_->clips.create(scope_, wanted).value()).duration, 10, 0.11);
    std::swap(wanted.start_time, *wanted.end_time);
    EXPECT_EQ(refusal(scope_, wanted), "endTime must occur after startTime");
}

TEST_F(ClipServiceTest, NoMoreThanFiveAtOnceHoweverManyAskAtATime) {
    const Stream stream = finished_stream();
    std::promise<void> release;
    boost::asio::thread_pool pool(1);
    boost::asio::post(pool, [&] { release.get_future().wait(); });
    ClipService clips(*meta_, *media_, run_->recordings, pool,
                      [this] { return Time(UnixMillis(Millis(now_.load()))); });
    std::atomic<std::uint64_t> made{0};
    {
        std::vector<std::jthread> askers;
        for (int i = 0; i < 20; ++i)
            askers.emplace_back(
                [&] { made += clips.create(scope_, clip(stream, seconds(1), seconds(2))).has_value(); });
    }
    EXPECT_EQ(made, kMaxClipsInProcess);
    release.set_value();
    clips.stop();
    pool.join();
}

TEST_F(ClipServiceTest, ALongClipDoesNotKeepPublishersWaiting) {
    const Stream stream = finished_stream();
    // The only thread for clips is busy.
    std::promise<void> release;
    run_->occupy_clip_pool(release.get_future());
    const ClipOrder order = run_->clips.create(scope_, clip(stream, seconds(1), seconds(2))).value();
    const Stream live = make_stream();
    end(broadcast(live, 5), live);
    EXPECT_EQ(meta_->task(order.task.id)->phase, TaskPhase::waiting);
    release.set_value();
    EXPECT_EQ(finished(order).phase, AssetPhase::ready);
}

TEST_F(ClipServiceTest, AClipThatFailsLeavesNoFiles) {
    const Stream stream = finished_stream();
    ASSERT_TRUE(media_->remove(newest(stream).media_directory, "000003.m4s"));
    const ClipOrder order = run_->clips.create(scope_, clip(stream, seconds(1), seconds(9))).value();
    ASSERT_TRUE(eventually([&] { return meta_->task(order.task.id)->phase == TaskPhase::failed; }));
    EXPECT_TRUE(eventually([&] { return media_->list(order.asset.media_directory)->empty(); }));

    // A crash before they were removed.
    ASSERT_TRUE(media_->create_directory(order.asset.media_directory));
    restart();
    EXPECT_THAT(media_->list_directories().value(), testing::ElementsAre(newest(stream).id));
}

TEST_F(ClipServiceTest, WhatFailedIsCutAgainWhenAsked) {
    const Stream stream = finished_stream();
    const std::string directory = newest(stream).media_directory, name = "000003.m4s";
    const std::string kept = media_->read_all(directory, name, 1 << 20).value();
    ASSERT_TRUE(media_->remove(directory, name));
    const ClipOrder order = run_->clips.create(scope_, clip(stream, seconds(1), seconds(9))).value();
    ASSERT_TRUE(eventually([&] { return meta_->task(order.task.id)->phase == TaskPhase::failed; }));
    ASSERT_TRUE(media_->write(directory, name, as_bytes(kept)));

    EXPECT_EQ(run_->clips.retry(stranger_, order.task.id).error().code, Code::forbidden);
    EXPECT_EQ(run_->clips.retry(scope_, "nothing").error().code, Code::not_found);
    EXPECT_EQ(run_->clips.retry(scope_, order.task.id).value().retries, 1);
    EXPECT_EQ(finished(order).phase, AssetPhase::ready);
    EXPECT_EQ(run_->clips.retry(scope_, order.task.id).error().message, "task is not in a retryable state");
}

TEST_F(ClipServiceTest, RefusesInTheOrderOfTheContract) {
    const Stream stream = finished_stream();
    const Stream other = finished_stream();
    NewClip wanted = clip(stream, seconds(3), seconds(2));
    wanted.playback_id = "nothing";
    EXPECT_EQ(refusal(stranger_, wanted), "Content not found");
    wanted.playback_id = stream.playback_id;
    EXPECT_EQ(refusal(stranger_, wanted), "You do not have permission to clip this stream");
    wanted.session_id = "nothing";
    EXPECT_EQ(refusal(scope_, wanted), "Session not found");
    wanted.session_id = newest(other).id;
    EXPECT_EQ(refusal(scope_, wanted), "The provided session id does not belong to this stream");
    wanted.session_id = newest(stream).id;
    EXPECT_EQ(refusal(scope_, wanted), "endTime must occur after startTime");
    EXPECT_EQ(refusal(scope_, clip(stream, seconds(500), seconds(600))), "clip range is outside the recording");
    ASSERT_TRUE(run_->streams.patch(scope_, stream.id, {.suspended = true}));
    EXPECT_EQ(refusal(scope_, wanted), "Content not found");
}

TEST_F(ClipServiceTest, NeedsASessionThatKeptSomething) {
    EXPECT_EQ(refusal(scope_, clip(make_stream(), seconds(0), seconds(1))), "Session not found");
    EXPECT_EQ(refusal(scope_, clip(finished_stream(false), seconds(0), seconds(1))), "session is not recorded");
    const Stream deleted = finished_stream();
    ASSERT_TRUE(run_->streams.remove(scope_, deleted.id));
    EXPECT_EQ(refusal(scope_, clip(deleted, seconds(0), seconds(1))), "Content not found");
}

TEST_F(ClipServiceTest, ARunningUnrecordedSessionIsClippedInsideItsWindow) {
    start_ = UnixMillis(Millis(now_.load()));
    const Stream stream = make_stream(false);
    const auto publisher = broadcast(stream, 9);
    ASSERT_TRUE(has_segments(stream, 4));
    EXPECT_NEAR(finished(run_->clips.create(scope_, clip(stream, seconds(2), seconds(5))).value()).duration, 3, 0.11);
}

TEST_F(ClipServiceTest, FiveAtATime) {
    const Stream stream = finished_stream();
    const ClipOrder order = run_->clips.create(scope_, clip(stream, seconds(1), seconds(2))).value();
    (void)finished(order);
    // As many as are allowed, left by a run that crashed.
    run_->crash();
    run_.reset();
    for (std::uint64_t i = 0; i < kMaxClipsInProcess; ++i) {
        Asset asset = order.asset;
        Task task = order.task;
        asset.id = asset.media_directory = asset.playback_id = fmt::format("asset{}", i);
        task.id = fmt::format("task{}", i);
        task.output_asset_id = asset.id;
        task.scheduled_at = UnixMillis(Millis(now_.load()));
        ASSERT_TRUE(meta_->create(asset, task));
    }
    EXPECT_EQ(
        meta_->count_unfinished_tasks(order.task.requester_id, UnixMillis(Millis(now_.load())) - kClipLimitPeriod),
        kMaxClipsInProcess);
    start();
    EXPECT_TRUE(eventually([&] { return meta_->unfinished_tasks()->empty(); })) << "a start runs them again";
    EXPECT_EQ(meta_->asset("asset4", store::Deleted::hide)->phase, AssetPhase::ready);
}

}  // namespace
}  // namespace spanreel::live
