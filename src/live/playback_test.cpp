// SPDX-License-Identifier: Apache-2.0
#include "live/playback.hpp"

#include "live/live_fixture_test.hpp"

namespace spanreel::live {
namespace {

using std::chrono::seconds;
using PlaybackTest = LiveTest;

TEST_F(PlaybackTest, ALiveStreamHasASlidingPlaylistAndItsRecordingAGrowingOne) {
    const Stream stream = make_stream();
    EXPECT_EQ(run_->playback.multivariant(stream.playback_id).error().message, "This stream is not live.");
    const auto publisher = broadcast(stream, 30);
    ASSERT_TRUE(has_segments(stream, 14));
    const StreamSession session = newest(stream);
    const auto variants = run_->playback.multivariant(stream.playback_id).value();
    EXPECT_TRUE(variants.growing);
    EXPECT_THAT(variants.text, testing::HasSubstr(session.id + "/index.m3u8"));
    const auto live = run_->playback.live_playlist(stream.playback_id, session.id).value();
    EXPECT_THAT(live.text, testing::HasSubstr("#EXT-X-MEDIA-SEQUENCE:9"));
    EXPECT_THAT(live.text, testing::Not(testing::HasSubstr("000008.m4s")));

    const Asset asset = meta_->asset(session.id, store::Deleted::hide).value();
    const auto whole = run_->playback.recording_playlist(asset.playback_id).value();
    EXPECT_TRUE(whole.growing);
    EXPECT_THAT(whole.text, testing::HasSubstr("000000.m4s"));
    EXPECT_THAT(whole.text, testing::Not(testing::HasSubstr("#EXT-X-ENDLIST")));
    EXPECT_TRUE(run_->playback.asset_file(asset.playback_id, "000000.m4s"));
    EXPECT_EQ(run_->playback.mp4(asset.playback_id).error().code, Code::not_found) << "it would change";

    end(publisher, stream);
    pass(seconds(60));
    sweep(stream);
    EXPECT_THAT(run_->playback.recording_playlist(asset.playback_id)->text, testing::HasSubstr("#EXT-X-ENDLIST"));
    EXPECT_TRUE(run_->playback.mp4(asset.playback_id));
}

class EndOfASession : public PlaybackTest, public testing::WithParamInterface<bool> {};

TEST_P(EndOfASession, OnlyAddsTheEndToTheLivePlaylist) {
    const bool record = GetParam();
    const Stream stream = make_stream(record);
    end(broadcast(stream, 30), stream);
    const StreamSession session = newest(stream);
    const auto playlist = [&] { return run_->playback.live_playlist(stream.playback_id, session.id); };
    const std::string last = playlist()->text;
    EXPECT_THAT(last, testing::Not(testing::HasSubstr("#EXT-X-ENDLIST")));
    pass(seconds(60));
    sweep(stream);
    ASSERT_EQ(newest(stream).state, SessionState::ended);
    EXPECT_EQ(playlist()->text, last + "#EXT-X-ENDLIST\n");
    EXPECT_FALSE(playlist()->growing);

    pass(kEndedWindow);
    sweep(stream);
    if (!record) {
        EXPECT_EQ(playlist().error().code, Code::not_found);
    } else {
        EXPECT_EQ(playlist()->text, last + "#EXT-X-ENDLIST\n");
        restart();
        EXPECT_EQ(playlist()->text, last + "#EXT-X-ENDLIST\n");
    }
}

INSTANTIATE_TEST_SUITE_P(Playback, EndOfASession, testing::Bool(),
                         [](const auto& info) { return info.param ? "recorded" : "unrecorded"; });

TEST_F(PlaybackTest, PlaylistsOfARunningSessionDoNotReadItsIndex) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 10);
    ASSERT_TRUE(has_segments(stream, 4));
    const StreamSession session = newest(stream);
    const Asset asset = meta_->asset(session.id, store::Deleted::hide).value();
    ASSERT_TRUE(media_->remove(session.media_directory, "index"));
    EXPECT_THAT(run_->playback.multivariant(asset.playback_id)->text, testing::HasSubstr("RESOLUTION=64x64"));
    EXPECT_TRUE(run_->playback.recording_playlist(asset.playback_id));
}

TEST_F(PlaybackTest, PlaylistsAndMp4OfAnEndedSessionReadItsIndexOnce) {
    const Stream stream = make_stream();
    end(broadcast(stream, 10), stream);
    pass(seconds(60));
    sweep(stream);
    const StreamSession session = newest(stream);
    const std::string id = meta_->asset(session.id, store::Deleted::hide)->playback_id;
    const auto variants = run_->playback.multivariant(id).value();
    const auto mp4 = run_->playback.mp4(id).value();
    ASSERT_TRUE(media_->remove(session.media_directory, "index"));
    EXPECT_EQ(run_->playback.multivariant(id)->text, variants.text);
    EXPECT_TRUE(run_->playback.recording_playlist(id));
    EXPECT_EQ(run_->playback.mp4(id)->file, mp4.file) << "one for all who download it";
}

TEST_F(PlaybackTest, TheTagOfAnMp4FollowsItsHead) {
    const Stream stream = make_stream();
    end(broadcast(stream, 5), stream);
    pass(seconds(60));
    sweep(stream);
    const Asset asset = meta_->asset(newest(stream).id, store::Deleted::hide).value();
    const std::string tag = run_->playback.mp4(asset.playback_id)->etag;
    EXPECT_THAT(tag, testing::MatchesRegex("\"[0-9a-f]+\""));
    restart();
    EXPECT_EQ(run_->playback.mp4(asset.playback_id)->etag, tag);

    // The same asset and as many segments, but another layout.
    auto index = run_->recordings.index(asset.media_directory).value();
    index.segments.front().tracks.front().samples.front().composition_offset += 1;
    std::string bytes = media::mp4::index_header();
    for (const auto& init : index.inits) bytes += media::mp4::encode_index_record(init);
    for (const auto& segment : index.segments) bytes += media::mp4::encode_index_record(segment);
    ASSERT_TRUE(media_->write(asset.media_directory, "index", as_bytes(bytes)));
    restart();
    EXPECT_NE(run_->playback.mp4(asset.playback_id)->etag, tag);
}

TEST_F(PlaybackTest, AFailingDatabaseIsNotTheEndOfAStream) {
    ASSERT_TRUE(database_->write([](store::Connection& connection) -> Result<void> {
        for (const std::string table : {"streams", "stream_sessions", "assets"})
            connection.execute("ALTER TABLE " + table + " RENAME TO lost_" + table);
        return {};
    }));
    Playback& playback = run_->playback;
    EXPECT_EQ(playback.find("id").error().code, Code::internal);
    EXPECT_EQ(playback.multivariant("id").error().code, Code::internal);
    EXPECT_EQ(playback.live_playlist("id", "session").error().code, Code::internal);
    EXPECT_EQ(playback.recording_playlist("id").error().code, Code::internal);
    EXPECT_EQ(playback.session_file("id", "session", "000000.m4s").error().code, Code::internal);
    EXPECT_EQ(playback.asset_file("id", "000000.m4s").error().code, Code::internal);
    EXPECT_EQ(playback.mp4("id").error().code, Code::internal);
}

TEST_F(PlaybackTest, OnlyFilesOfARecordingAreServed) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 5);
    ASSERT_TRUE(has_segments(stream, 2));
    const std::string session = newest(stream).id;
    EXPECT_TRUE(run_->playback.session_file(stream.playback_id, session, "000000.m4s"));
    EXPECT_TRUE(run_->playback.session_file(stream.playback_id, session, "init-0.mp4"));
    for (const std::string_view name : {"index", "000002.m4s.open", "../index", "..", "", "000000.M4S", "init-.mp4",
                                        "init-0.mp4/", "0000000000000000000000000000000000.m4s", "999999.m4s"})
        EXPECT_EQ(run_->playback.session_file(stream.playback_id, session, name).error().code, Code::not_found) << name;
    EXPECT_FALSE(run_->playback.session_file("another", session, "000000.m4s"));
    EXPECT_FALSE(run_->playback.session_file(stream.playback_id, "../" + session, "000000.m4s"));
}

TEST_F(PlaybackTest, ASuspendedStreamDoesNotPlay) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 5);
    ASSERT_TRUE(has_segments(stream, 2));
    ASSERT_TRUE(run_->streams.patch(scope_, stream.id, {.suspended = true}));
    const std::string session = newest(stream).id;
    EXPECT_FALSE(run_->playback.find(stream.playback_id));
    EXPECT_FALSE(run_->playback.multivariant(stream.playback_id));
    EXPECT_FALSE(run_->playback.live_playlist(stream.playback_id, session));
    EXPECT_FALSE(run_->playback.session_file(stream.playback_id, session, "000000.m4s"));
}

TEST_F(PlaybackTest, FindsWhatAnIdStandsFor) {
    const Stream stream = make_stream();
    EXPECT_TRUE(std::holds_alternative<Stream>(run_->playback.find(stream.playback_id).value()));
    EXPECT_EQ(run_->playback.find(stream.id).error().message, "No playback URL found for " + stream.id);
    end(broadcast(stream, 3), stream);
    const StreamSession session = newest(stream);
    EXPECT_TRUE(std::holds_alternative<PlayableRecording>(run_->playback.find(session.id).value()));
    const Asset asset = meta_->asset(session.id, store::Deleted::hide).value();
    EXPECT_TRUE(std::holds_alternative<Asset>(run_->playback.find(asset.playback_id).value()));
}

TEST(Plays, ARecordingWhileItGrowsAndAClipWhenItIsMade) {
    const auto phases = [](Asset asset) {
        std::vector<AssetPhase> playing;
        for (std::size_t i = 0; i < kNames<AssetPhase>.size(); ++i) {
            asset.phase = static_cast<AssetPhase>(i);
            if (plays(asset)) playing.push_back(asset.phase);
        }
        return playing;
    };
    using enum AssetPhase;
    EXPECT_THAT(phases({.source = AssetSource::recording, .media_directory = "d"}),
                testing::ElementsAre(processing, ready));
    EXPECT_THAT(phases({.source = AssetSource::clip, .media_directory = "d"}), testing::ElementsAre(ready));
    EXPECT_THAT(phases({.source = AssetSource::recording}), testing::IsEmpty()) << "nothing is kept";
    EXPECT_THAT(phases({.media_directory = "d", .deleted = true}), testing::IsEmpty());
}

TEST_F(PlaybackTest, WallClockAndMediaTimeMeet) {
    const UnixMillis start(Millis(now_.load()));
    const Stream stream = make_stream();
    end(broadcast(stream, 4), stream);
    pass(seconds(20));
    end(broadcast(stream, 4), stream);
    const SessionTimeline timeline = run_->recordings.timeline(newest(stream).id).value();
    EXPECT_EQ(timeline.media_time_at(start + seconds(3)).media, seconds(3));
    EXPECT_EQ(timeline.media_time_at(start + seconds(25)).media, seconds(5)) << "the absence takes no media time";
    EXPECT_FALSE(timeline.media_time_at(start + seconds(10)).recorded);
    EXPECT_EQ(timeline.wall_time_at(seconds(5)), Time(start + seconds(25)));
}

}  // namespace
}  // namespace spanreel::live
