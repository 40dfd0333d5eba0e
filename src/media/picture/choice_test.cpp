// SPDX-License-Identifier: Apache-2.0
#include "media/picture/choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/mp4/synthetic_stream.hpp"
#include "media/picture/picture_job.hpp"

namespace spanreel::media::picture {
namespace {

using namespace std::chrono_literals;
using namespace mp4::testing;
using mp4::MediaTime;

MediaTime time_of(std::int64_t shown) { return mp4::to_media_time(shown * kPictureTicks, kVideoTimescale); }

class ChoiceTest : public ::testing::Test {
  protected:
    std::vector<mp4::SegmentInfo> infos() const {
        std::vector<mp4::SegmentInfo> infos;
        for (const mp4::Segment& segment : recorder_.segments) infos.push_back(segment.info);
        return infos;
    }
    Result<CodedPicture> find(MediaTime moment, Choice choice = Choice::exact) {
        loaded_.clear();
        const auto load = [this](std::size_t place) -> Result<mp4::Segment> {
            loaded_.push_back(place);
            return recorder_.segments.at(place);
        };
        return find_picture(infos(), load, moment, choice);
    }
    /// Which picture in the order shown, and how many samples lead to it.
    std::pair<std::int64_t, std::size_t> shown(MediaTime moment, Choice choice = Choice::exact) {
        const CodedPicture found = find(moment, choice).value();
        return {found.wanted() / kPictureTicks, found.samples.size()};
    }
    std::string payload(const CodedSample& sample) const {
        return recorder_.read({.segment = sample.segment, .offset = sample.offset, .length = sample.size});
    }

    Recorder recorder_;
    std::vector<std::size_t> loaded_;
};

TEST_F(ChoiceTest, EachPictureFromItsBeginningToItsEnd) {
    recorder_.record({.seconds = 10});
    ASSERT_GE(recorder_.segments.size(), 4u);
    for (std::int64_t n = 0; n < 240; ++n) {
        for (const MediaTime moment : {time_of(n), time_of(n) - 400us, time_of(n + 1) - 1ms}) {
            const CodedPicture found = find(std::max(moment, MediaTime{})).value();
            ASSERT_EQ(found.wanted(), n * kPictureTicks);
            EXPECT_THAT(payload(found.samples.front()),
                        ::testing::StartsWith(fmt::format("picture {} ", n / kGroup * kGroup)));
            EXPECT_LE(loaded_.size(), 2u);
        }
    }
}

TEST_F(ChoiceTest, KeyFramesAreAlone) {
    recorder_.record({.seconds = 10});
    EXPECT_EQ(shown(time_of(100), Choice::key_frame), std::pair(kGroup, std::size_t{1}));
    EXPECT_EQ(shown(time_of(kGroup), Choice::key_frame), std::pair(kGroup, std::size_t{1}));
    EXPECT_EQ(shown(time_of(kGroup) - 1ms, Choice::key_frame), std::pair(std::int64_t{0}, std::size_t{1}));
}

TEST_F(ChoiceTest, ReachesBackOverSegmentsWithoutAKeyFrame) {
    recorder_.connect({.audio = false, .b_frames = false});
    std::vector<Packet> packets = make_packets({.seconds = 25, .audio = false, .b_frames = false});
    for (std::size_t i = 0; i < packets.size(); ++i) packets[i].key = i == 0;
    recorder_.feed(packets);
    recorder_.take(recorder_.segmenter.end_connection());
    ASSERT_GE(recorder_.segments.size(), 3u);
    EXPECT_EQ(shown(24s), std::pair(std::int64_t{720}, std::size_t{721}));
}

TEST_F(ChoiceTest, RefusesWhatIsTooFarFromAKeyFrame) {
    recorder_.connect({.audio = false, .b_frames = false});
    std::vector<Packet> packets = make_packets({.seconds = 90, .audio = false, .b_frames = false});
    for (std::size_t i = 0; i < packets.size(); ++i) packets[i].key = i == 0;
    recorder_.feed(packets);
    recorder_.take(recorder_.segmenter.end_connection());
    EXPECT_EQ(shown(time_of(kMaxTileSamples - 1)).second, kMaxTileSamples);
    EXPECT_EQ(find(time_of(kMaxTileSamples)).error().code, Code::too_large);
}

TEST_F(ChoiceTest, AnOpenGroupOfPicturesIsDecodedFromTheOneBefore) {
    recorder_.record({.seconds = 6, .audio = false});
    // As an encoder with open groups has it: the key frame is sent before two pictures that are shown before it.
    mp4::SampleTable& table = recorder_.segments.at(1).tracks.at(0);
    const std::int64_t key = table.decode_start + table.samples[0].composition_offset;
    table.samples[0].composition_offset += 2 * kPictureTicks;
    table.samples[2].composition_offset = static_cast<std::int32_t>(key - table.decode_start - 2 * kPictureTicks);
    table.samples[3].composition_offset = static_cast<std::int32_t>(key - table.decode_start - 2 * kPictureTicks);
    // A segment begins when its key frame is shown.
    recorder_.segments.at(0).info.duration += time_of(2);
    recorder_.segments.at(1).info.anchor.media += time_of(2);
    recorder_.segments.at(1).info.duration -= time_of(2);
    const CodedPicture leading = find(mp4::to_media_time(key, kVideoTimescale)).value();
    EXPECT_EQ(leading.wanted(), key);
    EXPECT_THAT(payload(leading.samples.front()), ::testing::StartsWith("picture 0 "));
    EXPECT_EQ(leading.samples.size(), static_cast<std::size_t>(kGroup) + 3);
}

TEST_F(ChoiceTest, BeforeTheFirstPictureIsTheFirstAndAfterTheLastTheLast) {
    recorder_.record({.seconds = 122.1 / 30});  // two whole groups
    EXPECT_EQ(shown(-1s).first, 0);
    EXPECT_EQ(shown(1h).first, 121);
}

TEST_F(ChoiceTest, WithoutVideoThereIsNone) {
    EXPECT_EQ(find(0s).error().code, Code::not_found);
    recorder_.record({.seconds = 400, .video = false});
    ASSERT_GT(recorder_.segments.size(), kMaxSegments);
    EXPECT_EQ(find(399s).error().code, Code::not_found);
    EXPECT_EQ(loaded_.size(), kMaxSegments);
}

TEST_F(ChoiceTest, AnotherConfigurationIsNotDecodedWithThis) {
    recorder_.record({.seconds = 4, .audio = false});
    recorder_.segments.back().info.init = 1;
    recorder_.segments.back().tracks[0].samples[0].key = false;
    EXPECT_EQ(find(recorder_.segments.back().info.start()).error().code, Code::not_found);
}

}  // namespace
}  // namespace spanreel::media::picture
