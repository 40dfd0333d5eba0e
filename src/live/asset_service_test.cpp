// SPDX-License-Identifier: Apache-2.0
#include "live/asset_service.hpp"

#include "live/live_fixture_test.hpp"

namespace spanreel::live {
namespace {

class AssetServiceTest : public LiveTest {
  protected:
    /// A recorded session of some seconds that has ended.
    std::string record() {
        const Stream stream = make_stream();
        end(broadcast(stream, 4), stream);
        pass(std::chrono::seconds(60));
        sweep(stream);
        return newest(stream).id;
    }
};

TEST_F(AssetServiceTest, PatchesWhatIsReady) {
    const std::string id = record();
    const Asset patched = run_->assets.patch(scope_, id, {.name = "renamed", .creator_id = "c"}).value();
    EXPECT_EQ(patched.name, "renamed");
    EXPECT_EQ(meta_->asset(id, store::Deleted::hide).value(), patched);
    EXPECT_EQ(run_->assets.patch(stranger_, id, {.name = "x"}).error().code, Code::not_found);
    EXPECT_EQ(run_->assets.patch(scope_, "nothing", {}).error().message, "asset not found");
}

TEST_F(AssetServiceTest, RemovesTheMediaAndAllThatPlaysIt) {
    const std::string id = record();
    const Asset asset = meta_->asset(id, store::Deleted::hide).value();
    ASSERT_TRUE(run_->playback.mp4(asset.playback_id));
    ASSERT_FALSE(media_->list(asset.media_directory).value().empty());
    EXPECT_EQ(run_->assets.remove(stranger_, id).error().code, Code::forbidden);

    pass(Millis(10));
    ASSERT_TRUE(run_->assets.remove(scope_, id));
    EXPECT_TRUE(media_->list(asset.media_directory).value().empty());
    EXPECT_EQ(run_->playback.mp4(asset.playback_id).error().code, Code::not_found);
    EXPECT_EQ(run_->playback.recording_playlist(asset.playback_id).error().code, Code::not_found);
    EXPECT_EQ(run_->playback.find(id).error().code, Code::not_found);
    const StreamSession session = meta_->session(id, store::Deleted::hide).value();
    EXPECT_TRUE(run_->recordings.timeline(session).value().segments.empty());
    const Asset gone = meta_->asset(id, store::Deleted::show).value();
    EXPECT_EQ(gone.phase, AssetPhase::deleted);
    EXPECT_EQ(gone.deleted_at, UnixMillis(Millis(now_.load())));

    EXPECT_EQ(run_->assets.remove(scope_, id).error().message, "asset is already deleted");
    EXPECT_EQ(run_->assets.remove(scope_, "nothing").error().message, "Asset not found");
}

TEST_F(AssetServiceTest, ALeftDirectoryGoesAtTheNextStart) {
    const std::string id = record();
    const Asset asset = meta_->asset(id, store::Deleted::hide).value();
    ASSERT_TRUE(run_->assets.remove(scope_, id));
    ASSERT_TRUE(media_->create_directory(asset.media_directory));
    ASSERT_TRUE(media_->write(asset.media_directory, "1.m4s", as_bytes("left")));
    restart();
    EXPECT_TRUE(media_->list(asset.media_directory).value().empty());
}

}  // namespace
}  // namespace spanreel::live
