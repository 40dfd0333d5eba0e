// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gtest/gtest.h>

namespace spanreel {
namespace {

TEST(Time, IsoGoesThereAndBack) {
    for (std::string_view text : {"2026-01-02T03:04:05.678Z", "1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z"})
        EXPECT_EQ(to_iso_millis(from_iso(text).value()), text);
}

TEST(Time, IsoTakesZonesFractionsAndMissingSeconds) {
    EXPECT_EQ(to_iso_millis(from_iso("2026-01-02T03:04:05.6789+01:30").value()), "2026-01-02T01:34:05.678Z");
    EXPECT_EQ(to_iso_millis(from_iso("2026-01-02T03:04:05-0030").value()), "2026-01-02T03:34:05.000Z");
    EXPECT_EQ(to_iso_millis(from_iso("2026-01-02T03:04Z").value()), "2026-01-02T03:04:00.000Z");
}

TEST(Time, IsoRefusesWhatIsNoInstant) {
    for (std::string_view text :
         {"", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-02-30T00:00:00Z",
          "2026-01-02T24:00:00Z", "2026-01-02t03:04:05z", "2026-01-02T03:04:05.Z", "9999-01-01T00:00:00Z"})
        EXPECT_FALSE(from_iso(text)) << text;
}

TEST(Time, ADayIsItsBeginningAndATimeWithoutAZoneIsUtc) {
    const auto read = [](std::string_view text) { return to_iso_millis(from_day_or_time(text).value()); };
    EXPECT_EQ(read("2026-01-31"), "2026-01-31T00:00:00.000Z");
    EXPECT_EQ(read("2026-01-31T08:30:00"), "2026-01-31T08:30:00.000Z");
    EXPECT_EQ(read("2026-01-31T08:30+01:00"), "2026-01-31T07:30:00.000Z");
    for (std::string_view text : {"", "2026-02-30", "31.01.2026", "2026-01", "2026-01-31T", "tomorrow"})
        EXPECT_FALSE(from_day_or_time(text)) << text;
}

TEST(Time, MillisecondsAreFlooredAndClamped) {
    EXPECT_EQ(to_unix_millis(from_unix_nanos(-1)), -1);
    EXPECT_EQ(to_unix_millis(from_unix_millis(1234)), 1234);
    EXPECT_GT(to_unix_millis(from_unix_millis(INT64_MAX)), 0);
    EXPECT_EQ(to_iso_millis(from_unix_millis(INT64_MAX)), "2262-04-11T23:47:16.854Z");
    EXPECT_EQ(to_iso_millis(from_unix_millis(INT64_MIN)), "1677-09-21T00:12:43.146Z");
}

}  // namespace
}  // namespace spanreel
