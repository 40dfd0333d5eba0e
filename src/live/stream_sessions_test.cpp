// SPDX-License-Identifier: Apache-2.0
#include "live/stream_sessions.hpp"

#include "live/live_fixture_test.hpp"
#include "live/recording_status.hpp"

namespace spanreel::live {
namespace {

using std::chrono::seconds;
using StreamSessionsTest = LiveTest;

TEST_F(StreamSessionsTest, ABroadcastBecomesARecording) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 5);
    ASSERT_TRUE(has_segments(stream, 2));
    StreamSession session = newest(stream);
    EXPECT_EQ(session.name, "video+" + stream.playback_id);
    EXPECT_EQ(session.state, SessionState::live);
    EXPECT_TRUE(session.recorded) << "playable while it is live";
    EXPECT_TRUE(meta_->stream(stream.id, store::Deleted::hide)->is_active);
    EXPECT_EQ(meta_->asset(session.id, store::Deleted::hide)->phase, AssetPhase::processing);

    end(publisher, stream);
    session = newest(stream);
    EXPECT_EQ(session.state, SessionState::waiting);
    EXPECT_NEAR(session.statistics.source_segments_duration, 5, 0.01);
    EXPECT_EQ(session.statistics.source_bytes, 50 * 500);
    EXPECT_EQ(session.statistics.ingest_rate, 0);
    const Stream left = meta_->stream(stream.id, store::Deleted::hide).value();
    EXPECT_FALSE(left.is_active);
    EXPECT_EQ(left.statistics.source_bytes, 50 * 500);

    pass(seconds(59));
    sweep(stream);
    EXPECT_EQ(newest(stream).state, SessionState::waiting);
    pass(seconds(1));
    sweep(stream);
    EXPECT_EQ(newest(stream).state, SessionState::ended);
    const Asset asset = meta_->asset(session.id, store::Deleted::hide).value();
    EXPECT_EQ(asset.phase, AssetPhase::ready);
    EXPECT_NEAR(asset.duration, 5, 0.01);
    EXPECT_EQ(asset.name, "live-2027-01-15T08:00Z");
    EXPECT_EQ(run_->sessions.window_of_session(session.id), nullptr);
}

TEST_F(StreamSessionsTest, APublisherThatReturnsInTimeJoinsItsSession) {
    const Stream stream = make_stream();
    end(broadcast(stream, 3), stream);
    const StreamSession first = newest(stream);
    pass(seconds(50));
    end(broadcast(stream, 3), stream);
    EXPECT_EQ(session_count(stream), 1u);
    EXPECT_EQ(newest(stream).created_at, first.created_at);
    EXPECT_NEAR(newest(stream).statistics.source_segments_duration, 6, 0.01);
    const SessionTimeline timeline = run_->recordings.timeline(first).value();
    EXPECT_EQ(std::ranges::count_if(timeline.segments, &media::mp4::SegmentInfo::discontinuity), 1);

    pass(seconds(61));
    end(broadcast(stream, 3), stream);
    EXPECT_EQ(session_count(stream), 2u);
}

TEST_F(StreamSessionsTest, WithoutAWindowTheSessionEndsWithItsPublisher) {
    settings_.reconnect_window = seconds(0);
    restart();
    const Stream stream = make_stream();
    end(broadcast(stream, 3), stream);
    EXPECT_EQ(newest(stream).state, SessionState::ended);
}

TEST_F(StreamSessionsTest, ASecondPublisherWaitsUntilTheFirstIsSilent) {
    const Stream stream = make_stream();
    const auto first = broadcast(stream, 3);
    const auto refused = publish(stream.stream_key);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::conflict);
    EXPECT_EQ(refused.error().message, "Another publisher is live with this stream key.");

    pass(seconds(4));
    std::string told;
    first->on_dropped([&](const std::string& reason) { told = reason; });
    const auto second = broadcast(stream, 3);
    EXPECT_EQ(told, "Another publisher took over this stream.");
    EXPECT_FALSE(first->push({.key = true, .payload = "x"}, Time{}));
    end(second, stream);
    EXPECT_EQ(session_count(stream), 1u);
    EXPECT_NEAR(newest(stream).statistics.source_segments_duration, 6, 0.01);
}

TEST_F(StreamSessionsTest, RefusalsSayWhatToDo) {
    const Stream stream = make_stream();
    const auto message = [&](const std::string& key) { return publish(key).error().message; };
    EXPECT_THAT(message("none"), testing::HasSubstr("not known"));
    ASSERT_TRUE(run_->streams.terminate(scope_, stream.id));
    EXPECT_THAT(message(stream.stream_key), testing::HasSubstr("terminated"));
    pass(seconds(5));
    ASSERT_TRUE(run_->streams.patch(scope_, stream.id, {.suspended = true}));
    EXPECT_THAT(message(stream.stream_key), testing::HasSubstr("suspended"));
    ASSERT_TRUE(run_->streams.remove(scope_, stream.id));
    EXPECT_THAT(message(stream.stream_key), testing::HasSubstr("not known"));
    EXPECT_EQ(session_count(stream), 0u);
}

TEST_F(StreamSessionsTest, TerminatingEndsTheSessionAtOnce) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 3);
    ASSERT_TRUE(run_->streams.terminate(scope_, stream.id));
    EXPECT_EQ(newest(stream).state, SessionState::ended);
    EXPECT_EQ(meta_->asset(newest(stream).id, store::Deleted::hide)->phase, AssetPhase::ready);
    EXPECT_FALSE(publisher->push({.key = true, .payload = "x"}, Time{}));
    EXPECT_EQ(run_->sessions.publisher_count(), 0u);
}

TEST_F(StreamSessionsTest, AnUnrecordedSessionKeepsOnlyItsWindow) {
    const Stream stream = make_stream(false);
    const auto publisher = broadcast(stream, 30);
    ASSERT_TRUE(has_segments(stream, 14));
    const auto window = run_->sessions.window_of_stream(stream.id);
    EXPECT_EQ(window->whole().segments.size(), 5u);
    EXPECT_EQ(window->whole().segments.front().number, 9u);
    const std::string directory = newest(stream).media_directory;
    EXPECT_TRUE(eventually([&] { return !media_->size(directory, "000008.m4s"); }));
    EXPECT_TRUE(media_->size(directory, "000009.m4s"));
    end(publisher, stream);
    pass(seconds(60));
    sweep(stream);
    EXPECT_FALSE(newest(stream).recorded);
    EXPECT_EQ(newest(stream).media_directory, "");
    EXPECT_TRUE(run_->playback.session_file(stream.playback_id, newest(stream).id, "000014.m4s"))
        << "players are still behind";
    pass(kEndedWindow);
    sweep(stream);
    EXPECT_TRUE(eventually([&] { return media_->list_directories()->empty(); }));
    EXPECT_FALSE(run_->playback.session_file(stream.playback_id, newest(stream).id, "000014.m4s"));
    EXPECT_EQ(meta_->asset(newest(stream).id, store::Deleted::show).error().code, Code::not_found);
}

TEST_F(StreamSessionsTest, TheDiscontinuitySequenceOfAnUnrecordedSessionGoesOnAfterARestart) {
    const Stream stream = make_stream(false);
    for (int i = 0; i < 3; ++i) end(broadcast(stream, 3), stream);
    // Until its index is shortened.
    end(broadcast(stream, 1230), stream);
    const StreamSession session = newest(stream);
    EXPECT_TRUE(media_->size(session.media_directory, "forgotten"));
    const auto sequence = [&] { return run_->sessions.window_of_session(session.id)->live().discontinuity_sequence; };
    EXPECT_EQ(sequence(), 3u);
    restart();
    EXPECT_EQ(sequence(), 3u);
    end(broadcast(stream, 20), stream);
    EXPECT_EQ(sequence(), 4u);
    crash_and_start();
    EXPECT_EQ(sequence(), 4u);
}

TEST_F(StreamSessionsTest, AStartRemovesWhatNoRowNamesAnyMoreAndLeavesWhatItNeverKnew) {
    const Stream unrecorded = make_stream(false);
    end(broadcast(unrecorded, 3), unrecorded);
    const Stream recorded = make_stream();
    end(broadcast(recorded, 3), recorded);
    pass(seconds(60));
    run_->sessions.sweep();
    settle(unrecorded);
    settle(recorded);
    ASSERT_EQ(media_->list_directories()->size(), 2u);
    ASSERT_TRUE(media_->create_directory("unknown"));
    crash_and_start();
    EXPECT_THAT(media_->list_directories().value(),
                testing::UnorderedElementsAre(newest(recorded).id, std::string("unknown")));
}

TEST_F(StreamSessionsTest, DroppingWaitsForADiskOnlySoLong) {
    settings_.drop_wait = std::chrono::milliseconds(50);
    restart();
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 3);
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    for (int i = 0; i < 2; ++i) run_->sessions.publish("none", [released](const auto&) { released.wait(); });
    EXPECT_TRUE(run_->streams.terminate(scope_, stream.id)) << "answered though all threads of the pool wait";
    EXPECT_EQ(newest(stream).state, SessionState::live);
    release.set_value();
    EXPECT_TRUE(eventually([&] { return newest(stream).state == SessionState::ended; }));
}

TEST_F(StreamSessionsTest, APublisherIsNotToldWhereTheServerKeepsItsFiles) {
    const Stream stream = make_stream();
    end(broadcast(stream, 3), stream);
    // A damaged directory: nothing that a later try would find better.
    const std::string directory = newest(stream).media_directory;
    ASSERT_TRUE(media_->remove(directory, "index"));
    ASSERT_TRUE(disk_.create_directories(Path("/media") / directory / "index"));
    const auto refused = publish(stream.stream_key);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("/")));
    EXPECT_THAT(refused.error().message, testing::HasSubstr("The server cannot record now"));
}

TEST_F(StreamSessionsTest, APublisherFindsItsSessionAfterARestart) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 3);
    restart();
    EXPECT_FALSE(publisher->push({.key = true, .payload = "x"}, Time{}));
    EXPECT_EQ(newest(stream).state, SessionState::waiting);
    end(broadcast(stream, 3), stream);
    EXPECT_EQ(session_count(stream), 1u);
    EXPECT_NEAR(newest(stream).statistics.source_segments_duration, 6, 0.01);
}

TEST_F(StreamSessionsTest, ACrashLosesNoPartThatWasWritten) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 5);
    ASSERT_TRUE(eventually([&] { return publisher->backlog() == 0; }));
    crash_and_start();
    const StreamSession session = newest(stream);
    EXPECT_EQ(session.state, SessionState::waiting);
    // Counted from the last media, not from the start.
    EXPECT_LE(*session.window_ends_at, UnixMillis(Millis(now_.load())) + seconds(60));
    EXPECT_FALSE(meta_->stream(stream.id, store::Deleted::hide)->is_active);
    const SessionTimeline timeline = run_->recordings.timeline(session).value();
    EXPECT_GE(timeline.end(), std::chrono::milliseconds(4400));
    EXPECT_EQ(session.statistics.source_segments, static_cast<std::int64_t>(timeline.segments.size()));

    pass(seconds(100));
    crash_and_start();
    EXPECT_EQ(newest(stream).state, SessionState::ended) << "the window was over before the start";
    EXPECT_EQ(meta_->asset(session.id, store::Deleted::hide)->phase, AssetPhase::ready);
}

TEST_F(StreamSessionsTest, AFullDiskDropsThePublisherAndKeepsWhatThereIs) {
    const Stream stream = make_stream();
    auto publisher = broadcast(stream, 5);
    ASSERT_TRUE(eventually([&] { return publisher->backlog() == 0; }));
    disk_.set_capacity(1);
    std::promise<std::string> told;
    publisher->on_dropped([&](const std::string& reason) { told.set_value(reason); });
    (void)send(*publisher, 5);
    EXPECT_THAT(told.get_future().get(), testing::HasSubstr("The server cannot record now"));
    settle(stream);
    EXPECT_EQ(newest(stream).state, SessionState::waiting);
    EXPECT_EQ(publish(stream.stream_key).error().code, Code::unavailable);

    disk_.set_capacity(UINT64_MAX);
    end(broadcast(stream, 3), stream);
    EXPECT_EQ(session_count(stream), 1u);
    pass(seconds(61));
    sweep(stream);
    const Asset asset = meta_->asset(newest(stream).id, store::Deleted::hide).value();
    EXPECT_EQ(asset.phase, AssetPhase::ready);
    EXPECT_GE(asset.duration, 7);
}

TEST_F(StreamSessionsTest, ASilentPublisherIsUnhealthy) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 3);
    ASSERT_TRUE(eventually([&] { return newest(stream).health == Health::good; }));
    pass(seconds(10));
    run_->sessions.sweep();
    ASSERT_TRUE(eventually([&] { return newest(stream).health == Health::bad; }));
    EXPECT_THAT(newest(stream).issues, testing::ElementsAre(testing::HasSubstr("No media has arrived")));
    end(publisher, stream);
    EXPECT_EQ(newest(stream).health, Health::unknown);
}

TEST(RecordingStatus, FollowsTheAssetAndTheClock) {
    StreamSession session{.record = true, .state = SessionState::live};
    const UnixMillis now(std::chrono::hours(100));
    EXPECT_EQ(recording_status(session, nullptr, now), RecordingStatus::waiting);
    session.state = SessionState::ended;
    EXPECT_EQ(recording_status(session, nullptr, now), RecordingStatus::none);
    session.last_seen = now - kRecordingWait;
    EXPECT_EQ(recording_status(session, nullptr, now), RecordingStatus::waiting);
    Asset asset{.phase = AssetPhase::processing};
    EXPECT_EQ(recording_status(session, &asset, now), RecordingStatus::waiting);
    asset.phase = AssetPhase::ready;
    EXPECT_EQ(recording_status(session, &asset, now), RecordingStatus::ready);
    asset.deleted = true;
    EXPECT_EQ(recording_status(session, &asset, now), RecordingStatus::deleted);
}

}  // namespace
}  // namespace spanreel::live
