// SPDX-License-Identifier: Apache-2.0
#include "api/playback/picture_query.hpp"

#include <gtest/gtest.h>

namespace spanreel::api::playback {
namespace {

using media::picture::ImageFormat;

Result<live::PictureRequest> read(std::string_view query) {
    return read_picture_query(net::Query::parse(query), ImageFormat::png);
}

TEST(PictureQuery, NamesAMomentByEitherClock) {
    EXPECT_EQ(std::get<Nanos>(read("time=12.5")->moment), std::chrono::milliseconds(12'500));
    EXPECT_EQ(std::get<Nanos>(read("time=0")->moment), Nanos(0));
    EXPECT_EQ(std::get<Time>(read("at=1767225600001")->moment), from_unix_millis(1'767'225'600'001));
    EXPECT_TRUE(std::holds_alternative<live::AnyMoment>(read("")->moment));
    EXPECT_EQ(read("")->format, ImageFormat::png);
    EXPECT_EQ(read("")->width, std::nullopt);
    EXPECT_EQ(read("time=1&width=320")->width, 320u);
}

TEST(PictureQuery, NamesTheParameterThatCannotBeRead) {
    for (const std::string_view query :
         {"time=", "time=x", "time=-1", "time=nan", "time=inf", "time=1e10", "time=1s", "time=0x10", "time=%201"}) {
        ASSERT_FALSE(read(query)) << query;
        EXPECT_EQ(read(query).error().code, Code::invalid);
        EXPECT_EQ(read(query).error().field, "time");
    }
    for (const std::string_view query : {"at=", "at=1.5", "at=-1", "at=99999999999999999999", "at=4000000000001"})
        EXPECT_EQ(read(query).error().field, "at") << query;
    for (const std::string_view query : {"width=", "width=-1", "width=1.5", "width=4294967296"})
        EXPECT_EQ(read(query).error().field, "width") << query;
    EXPECT_EQ(read("time=1&at=1").error().field, "at");
}

}  // namespace
}  // namespace spanreel::api::playback
