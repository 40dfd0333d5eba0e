// SPDX-License-Identifier: Apache-2.0
#include "store/frame.hpp"

#include <gtest/gtest.h>

namespace spanreel::store {
namespace {

Frame frame_of(std::string_view span) {
    return {.workspace = "w", .sources = {{}}, .records = {{.source = 0, .span = span, .facts = "facts"}}};
}

TEST(Frame, WhatIsEncodedCanBeDecoded) {
    auto payload = encode_frame(frame_of("span"));
    ASSERT_TRUE(payload);
    auto owned = decode_frame(*payload);
    ASSERT_TRUE(owned) << owned.error().message;
    ASSERT_EQ((*owned)->frame.records.size(), 1u);
    EXPECT_EQ((*owned)->frame.records[0].span, "span");
}

TEST(Frame, OneThatCouldNotBeDecodedIsNotEncoded) {
    std::string span(kMaxFrameBytes, 's');
    auto refused = encode_frame(frame_of(span));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::too_large);
}

}  // namespace
}  // namespace spanreel::store
