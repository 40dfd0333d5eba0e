// SPDX-License-Identifier: Apache-2.0
// The disk is full while a publisher delivers: database and media lie on one disk in memory of limited size.
#include "live/live_fixture_test.hpp"
#include "store/embedded/sqlite_vfs.hpp"

namespace spanreel::live {
namespace {

using std::chrono::seconds;
using store::Deleted;

class FullDiskTest : public LiveTest {
  protected:
    FullDiskTest() {
        close();
        EXPECT_TRUE(disk_.create_directories("/data"));
        database_ = store::Database::open("/data/spanreel.db", {.vfs = "full-disk"}).value();
        meta_.emplace(*database_);
        EXPECT_TRUE(meta_->create(Workspace{.id = scope_.workspace, .user_id = "u", .name = "w"}));
        start();
    }
    ~FullDiskTest() override { close(); }
    void close() {
        run_.reset();
        meta_.reset();
        database_.reset();
    }

    void fill_disk() { disk_.set_capacity(disk_.used()); }
    void free_disk() { disk_.set_capacity(UINT64_MAX); }
    /// Delivers until the server drops the publisher; the reason it gives.
    std::string push_until_dropped(const std::shared_ptr<Publication>& publisher) {
        std::promise<std::string> told;
        publisher->on_dropped([&](const std::string& reason) { told.set_value(reason); });
        // As fast as it is written, so that the clock does not run ahead of the disk.
        for (int i = 0; i < 100 && send(*publisher, 1); ++i)
            EXPECT_TRUE(eventually([&] { return publisher->backlog() == 0; }));
        auto reason = told.get_future();
        if (reason.wait_for(seconds(10)) != std::future_status::ready) return "never dropped";
        return reason.get();
    }

    /// Five seconds are kept, then the server drops the publisher.
    void fill_disk_during(const Stream& stream) {
        const auto publisher = broadcast(stream, 5);
        ASSERT_TRUE(eventually([&] { return publisher->backlog() == 0; }));
        fill_disk();
        (void)push_until_dropped(publisher);
        settle(stream);
    }

    store::SqliteVfs vfs_{disk_, "full-disk"};
};

TEST_F(FullDiskTest, ThePublisherIsToldAndAllThatWasKeptStays) {
    const Stream finished = make_stream();
    end(broadcast(finished, 10), finished);
    pass(seconds(60));
    sweep(finished);
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 5);
    ASSERT_TRUE(eventually([&] { return publisher->backlog() == 0; }));
    const auto kept = run_->recordings.timeline(newest(stream)).value().segments.size();

    fill_disk();
    EXPECT_THAT(push_until_dropped(publisher), testing::AllOf(testing::HasSubstr("The server cannot record now"),
                                                              testing::HasSubstr("No space left on device")));
    settle(stream);

    // What is there is read as before; what cannot be kept is refused.
    const Asset before = meta_->asset(newest(finished).id, Deleted::hide).value();
    EXPECT_EQ(before.phase, AssetPhase::ready);
    EXPECT_TRUE(run_->playback.mp4(before.playback_id));
    EXPECT_EQ(publish(finished.stream_key).error().code, Code::unavailable);
    EXPECT_EQ(publish(stream.stream_key).error().code, Code::unavailable);
    const auto segments = run_->recordings.timeline(newest(stream)).value().segments;
    EXPECT_GE(segments.size(), kept);
    const Asset growing = meta_->asset(newest(stream).id, Deleted::hide).value();
    EXPECT_TRUE(run_->playback.recording_playlist(growing.playback_id));

    free_disk();
    pass(seconds(10));
    sweep(stream);
    EXPECT_FALSE(meta_->stream(stream.id, Deleted::hide)->is_active);
    EXPECT_EQ(newest(stream).state, SessionState::waiting);
    end(broadcast(stream, 4), stream);
    EXPECT_EQ(session_count(stream), 1u) << "the publisher returned in time";
    pass(seconds(61));
    sweep(stream);
    const Asset asset = meta_->asset(newest(stream).id, Deleted::hide).value();
    EXPECT_EQ(asset.phase, AssetPhase::ready);
    EXPECT_GE(asset.duration, 7);
    const auto mp4 = run_->playback.mp4(asset.playback_id).value();
    EXPECT_EQ(run_->playback.read(mp4, 0, mp4.file->size())->size(), static_cast<std::size_t>(asset.size));
}

TEST_F(FullDiskTest, ASessionWhosePublisherStaysAwayEndsWhenThereIsSpaceAgain) {
    const Stream stream = make_stream();
    ASSERT_NO_FATAL_FAILURE(fill_disk_during(stream));
    pass(seconds(100));
    sweep(stream);
    free_disk();
    pass(seconds(10));
    sweep(stream);
    const StreamSession session = newest(stream);
    EXPECT_EQ(session.state, SessionState::ended);
    EXPECT_EQ(meta_->asset(session.id, Deleted::hide)->phase, AssetPhase::ready);
    EXPECT_FALSE(meta_->stream(stream.id, Deleted::hide)->is_active);
    EXPECT_EQ(meta_->stream(stream.id, Deleted::hide)->statistics.source_segments, session.statistics.source_segments);
}

TEST_F(FullDiskTest, APublisherThatCouldNotBeginDoesNotEndTheNextOne) {
    const Stream stream = make_stream();
    end(broadcast(stream, 3), stream);
    // Both requests wait, so that the second one is behind the first when what that one leaves is delivered.
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    for (int i = 0; i < 2; ++i) run_->sessions.publish("none", [released](const auto&) { released.wait(); });
    std::promise<Result<std::shared_ptr<Publication>>> answers[2];
    for (auto& answer : answers)
        run_->sessions.publish(stream.stream_key, [&](auto result) { answer.set_value(std::move(result)); });
    disk_.fail_next(DiskOperation::write, 0, ENOSPC);
    release.set_value();
    std::vector<std::shared_ptr<Publication>> begun;
    for (auto& answer : answers)
        if (auto result = answer.get_future().get()) begun.push_back(*std::move(result));
    ASSERT_EQ(begun.size(), 1u);
    // A second publisher is asked about after all that was there.
    EXPECT_EQ(publish(stream.stream_key).error().code, Code::conflict);
    EXPECT_EQ(run_->sessions.publisher_count(), 1u);
    EXPECT_EQ(newest(stream).state, SessionState::live);
    end(begun.front(), stream);
}

TEST_F(FullDiskTest, AProgramThatDiesOnAFullDiskFindsItAllAgain) {
    const Stream stream = make_stream();
    ASSERT_NO_FATAL_FAILURE(fill_disk_during(stream));
    free_disk();
    crash_and_start();
    const StreamSession session = newest(stream);
    EXPECT_EQ(session.state, SessionState::waiting);
    EXPECT_FALSE(meta_->stream(stream.id, Deleted::hide)->is_active);
    EXPECT_GE(run_->recordings.timeline(session)->end(), std::chrono::milliseconds(4400));
    end(broadcast(stream, 3), stream);
    EXPECT_EQ(session_count(stream), 1u);
}

}  // namespace
}  // namespace spanreel::live
