// SPDX-License-Identifier: Apache-2.0
#include "live/ingest_health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spanreel::live {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Time kBegun{};

media::Packet picture(std::int64_t second, bool key) {
    return {.dts = second * media::kVideoTimescale, .key = key, .payload = "x"};
}

class IngestHealthTest : public testing::Test {
  protected:
    IngestHealthTest() { health_.configure({}); }
    IngestHealth health_{kBegun};
};

TEST_F(IngestHealthTest, SilenceIsNamed) {
    EXPECT_THAT(health_.take_issues(kBegun + std::chrono::seconds(3)), IsEmpty());
    EXPECT_THAT(health_.take_issues(kBegun + std::chrono::seconds(4)), ElementsAre(HasSubstr("No media")));
}

TEST_F(IngestHealthTest, KeyFramesMustNotBeFarApart) {
    for (int i = 0; i <= 10; ++i) health_.observe(picture(i, i == 0), kBegun);
    EXPECT_THAT(health_.take_issues(kBegun), IsEmpty());
    health_.observe(picture(11, false), kBegun);
    EXPECT_THAT(health_.take_issues(kBegun), ElementsAre(HasSubstr("key frame")));
    health_.observe(picture(12, true), kBegun);
    EXPECT_THAT(health_.take_issues(kBegun), IsEmpty());
}

TEST_F(IngestHealthTest, JumpsOfTheClockAreNamedOnce) {
    health_.observe(picture(0, true), kBegun);
    health_.observe(picture(5, true), kBegun);
    EXPECT_THAT(health_.take_issues(kBegun), ElementsAre(HasSubstr("jump")));
    health_.observe(picture(6, true), kBegun);
    EXPECT_THAT(health_.take_issues(kBegun), IsEmpty());
}

}  // namespace
}  // namespace spanreel::live
