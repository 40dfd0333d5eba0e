// SPDX-License-Identifier: Apache-2.0
// What a worker is told and what becomes of its answer. Stand-ins for it are cat, which gives the job back as the
// image, and scripts that end as told; the real one is in tests/system/thumbnail.test.mjs.
#include "live/pictures.hpp"

#include <fstream>

#include "live/live_fixture_test.hpp"

namespace spanreel::live {
namespace {

using namespace std::chrono_literals;
namespace picture = media::picture;

struct Job {
    picture::Sheet sheet;
    picture::TileHead tile;  ///< the first
};

Job read_job(const std::string& bytes) {
    const ByteView view = as_bytes(bytes);
    return {.sheet = picture::decode_sheet(view.first(picture::kSheetBytes)).value(),
            .tile = picture::decode_tile_head(view.subspan(picture::kSheetBytes, picture::kTileHeadBytes)).value()};
}

class PicturesTest : public LiveTest {
  protected:
    ~PicturesTest() override { pool_.join(); }

    Pictures& pictures() {
        if (!pictures_) pictures_.emplace(*media_, run_->recordings, run_->playback, pool_, worker_);
        return *pictures_;
    }
    /// From here on the worker is a script.
    void use_script(const std::string& script) {
        worker_ = directory_ / "worker";
        std::ofstream(worker_) << "#!/bin/sh\n" << script << "\n";
        std::filesystem::permissions(worker_, std::filesystem::perms::owner_all);
        pictures_.reset();
    }

    using Answered = std::future<Result<Pictures::Image>>;
    static std::pair<Pictures::Answer, Answered> expect_answer() {
        auto promise = std::make_shared<std::promise<Result<Pictures::Image>>>();
        Answered answered = promise->get_future();
        return {[promise](Result<Pictures::Image> image) { promise->set_value(std::move(image)); },
                std::move(answered)};
    }
    Answered ask(const std::string& playback_id, PictureRequest request) {
        auto [answer, answered] = expect_answer();
        pictures().picture(playback_id, request, std::move(answer));
        return std::move(answered);
    }
    Result<std::string> image(const std::string& playback_id, PictureRequest request = {}) {
        return text_of(ask(playback_id, request).get());
    }
    Result<std::string> session_image(const Stream& stream, const std::string& session_id, Moment moment) {
        auto [answer, answered] = expect_answer();
        pictures().session_picture(stream.playback_id, session_id, {.moment = moment}, std::move(answer));
        return text_of(answered.get());
    }
    Result<std::string> sprite(const std::string& playback_id) {
        auto [answer, answered] = expect_answer();
        pictures().sprite(playback_id, std::move(answer));
        return text_of(answered.get());
    }
    static Result<std::string> text_of(Result<Pictures::Image> image) {
        if (!image) return fail(std::move(image));
        return **image;
    }

    /// Of eight seconds.
    Asset record() {
        const Stream stream = make_stream();
        end(broadcast(stream, 8), stream);
        pass(settings_.reconnect_window);
        sweep(stream);
        return meta_->asset(newest(stream).id, store::Deleted::hide).value();
    }

    Path worker_ = "/bin/cat";
    boost::asio::thread_pool pool_{2};
    std::optional<Pictures> pictures_;
};

TEST_F(PicturesTest, TheWorkerGetsWhatLeadsToThePicture) {
    const Asset asset = record();
    const std::string bytes = image(asset.playback_id, {.moment = Nanos(2550ms), .width = 32}).value();
    const Job job = read_job(bytes);
    EXPECT_EQ(job.sheet, (picture::Sheet{.tile_width = 32, .tile_height = 32}));
    EXPECT_EQ(job.tile.samples, 6u) << "the key frame of second 2 and five more";
    EXPECT_EQ(job.tile.wanted, 25 * (media::kVideoTimescale / kRate));
    EXPECT_EQ(bytes.size(), picture::kSheetBytes + picture::kTileHeadBytes + std::string_view("config").size() +
                                6 * (picture::kSampleHeadBytes + 500));
    EXPECT_TRUE(bytes.ends_with(std::string(500, 'x')));
}

TEST_F(PicturesTest, APictureIsMadeOnceAndGoneWithItsAsset) {
    const Asset asset = record();
    ASSERT_TRUE(image(asset.playback_id, {.moment = Nanos(1s)}));
    ASSERT_TRUE(media_->remove(asset.media_directory, "000000.m4s"));
    EXPECT_TRUE(image(asset.playback_id, {.moment = Nanos(1s)}));
    EXPECT_EQ(image(asset.playback_id, {.moment = Nanos(1s), .width = 32}).error().code, Code::not_found);
    ASSERT_TRUE(run_->assets.remove(scope_, asset.id));
    EXPECT_EQ(image(asset.playback_id, {.moment = Nanos(1s)}).error().code, Code::not_found);
}

TEST_F(PicturesTest, AMomentOutsideIsRefused) {
    const Asset asset = record();
    const auto code = [&](Moment moment) {
        const auto made = image(asset.playback_id, {.moment = moment});
        return made ? std::optional<Code>() : made.error().code;
    };
    EXPECT_EQ(code(Nanos(8s)), std::nullopt) << "the end means the last picture";
    EXPECT_EQ(code(Nanos(8001ms)), Code::unprocessable);
    const Time begun = run_->recordings.timeline(asset.id).value().wall_time_at({});
    EXPECT_EQ(code(begun), std::nullopt);
    EXPECT_EQ(code(begun - 900us), std::nullopt) << "the same millisecond";
    EXPECT_EQ(code(begun - 2ms), Code::unprocessable);
    EXPECT_EQ(code(begun + 9s), Code::unprocessable);
    EXPECT_EQ(image(asset.playback_id, {.width = 15}).error().field, "width");
    EXPECT_EQ(image(asset.playback_id, {.width = 8193}).error().field, "width");
    EXPECT_TRUE(image(asset.playback_id, {.width = 16}));
}

TEST_F(PicturesTest, TheLatestOfALiveStreamIsAKeyFrame) {
    const Stream stream = make_stream(false);
    EXPECT_EQ(image(stream.playback_id).error().message, "This stream is not live.");
    const auto publisher = broadcast(stream, 30);
    ASSERT_TRUE(has_segments(stream, 14));
    const Job latest = read_job(image(stream.playback_id).value());
    EXPECT_EQ(latest.tile.samples, 1u);
    EXPECT_EQ(latest.tile.wanted, 26ll * media::kVideoTimescale);
    // Not recorded: what has left the window is gone.
    const std::string session = newest(stream).id;
    EXPECT_TRUE(session_image(stream, session, Nanos(27s)));
    EXPECT_EQ(session_image(stream, session, Nanos(5s)).error().code, Code::unprocessable);
    EXPECT_EQ(session_image(make_stream(), session, Nanos(27s)).error().code, Code::not_found);
    end(publisher, stream);
    pass(settings_.reconnect_window);
    sweep(stream);
    EXPECT_EQ(image(stream.playback_id).error().message, "This stream is not live.");
    EXPECT_TRUE(session_image(stream, session, Nanos(27s))) << "as long as players may";
    Stream suspended = meta_->stream(stream.id, store::Deleted::hide).value();
    suspended.suspended = true;
    ASSERT_TRUE(meta_->update(suspended));
    EXPECT_EQ(session_image(stream, session, Nanos(27s)).error().code, Code::not_found);
}

TEST_F(PicturesTest, ASpriteIsMadeOnceAndStored) {
    const Asset asset = record();
    const std::string made = sprite(asset.playback_id).value();
    const Job job = read_job(made);
    EXPECT_EQ(job.sheet, (picture::Sheet{.tile_width = 64, .tile_height = 64, .columns = 8, .tiles = 8}));
    EXPECT_EQ(job.tile.samples, 1u);
    EXPECT_EQ(media_->read_all(asset.media_directory, "sprite-64x64-8.jpg", 1 << 20).value(), made);
    use_script("exit 1");
    EXPECT_EQ(sprite(asset.playback_id).value(), made);
}

TEST_F(PicturesTest, ASpriteOfWhatGrowsIsNotMade) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 8);
    ASSERT_TRUE(has_segments(stream, 3));
    const Asset asset = meta_->asset(newest(stream).id, store::Deleted::hide).value();
    EXPECT_EQ(sprite(asset.playback_id).error().code, Code::not_found);
    EXPECT_TRUE(image(asset.playback_id, {.moment = Nanos(1s)}));
}

TEST_F(PicturesTest, EachEndOfAWorkerHasItsAnswer) {
    const Asset asset = record();
    const auto code = [&](const std::string& script) {
        use_script(script);
        return image(asset.playback_id).error().code;
    };
    EXPECT_EQ(code("cat >/dev/null; exit 11"), Code::unprocessable);
    EXPECT_EQ(code("echo half; exit 12"), Code::unprocessable);
    EXPECT_EQ(code("exit 10"), Code::internal);
    EXPECT_EQ(code("echo half; exit 1"), Code::internal);
    EXPECT_EQ(code("kill -KILL $$"), Code::unavailable);
    EXPECT_EQ(code("yes"), Code::unprocessable);
    EXPECT_EQ(sprite(asset.playback_id).error().code, Code::unprocessable);
    EXPECT_THAT(media_->list(asset.media_directory).value(),
                testing::Not(testing::Contains(testing::StartsWith("sprite"))));
    use_script("cat");
    EXPECT_TRUE(image(asset.playback_id)) << "a failure is not kept";
}

TEST_F(PicturesTest, SoManyWaitAndNoMore) {
    const Asset asset = record();
    std::promise<void> begin;
    const auto begun = begin.get_future().share();
    for (int i = 0; i < 2; ++i) boost::asio::post(pool_, [begun] { begun.wait(); });
    std::vector<Answered> waiting;
    for (std::size_t i = 0; i < Pictures::kMaxWaiting; ++i) waiting.push_back(ask(asset.playback_id, {}));
    Answered refused = ask(asset.playback_id, {});
    ASSERT_EQ(refused.wait_for(0s), std::future_status::ready);
    EXPECT_EQ(refused.get().error().code, Code::unavailable);
    begin.set_value();
    for (Answered& answered : waiting) EXPECT_TRUE(answered.get());
    EXPECT_TRUE(image(asset.playback_id));
}

TEST_F(PicturesTest, WhatIsBeingMadeIsGivenUpAtTheEnd) {
    const Asset asset = record();
    use_script("exec sleep 30");
    Answered answered = ask(asset.playback_id, {});
    EXPECT_EQ(answered.wait_for(100ms), std::future_status::timeout);
    pictures().stop();
    ASSERT_EQ(answered.wait_for(5s), std::future_status::ready);
    EXPECT_EQ(answered.get().error().code, Code::unavailable);
    EXPECT_EQ(image(asset.playback_id).error().code, Code::unavailable);
}

}  // namespace
}  // namespace spanreel::live
