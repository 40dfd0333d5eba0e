// SPDX-License-Identifier: Apache-2.0
#include "net/exchange.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace spanreel::net {
namespace {

using Piece = Result<std::optional<std::string>>;

Piece read(std::optional<std::uint64_t> length, const Piece& given) {
    return read_piece({length, [given](std::uint64_t, std::size_t) { return given; }}, 0, 4);
}

TEST(ReadPiece, GivesWhatABodyMayGive) {
    EXPECT_EQ(read(9, "text").value(), "text");
    EXPECT_EQ(read(std::nullopt, "").value(), "") << "the bytes take longer";
    EXPECT_EQ(read(std::nullopt, std::nullopt).value(), std::nullopt);
    EXPECT_EQ(read(9, fail(Code::corrupt, "disk")).error().message, "disk");
}

TEST(ReadPiece, RefusesWhatWouldNeverEndOrFit) {
    EXPECT_EQ(read(9, "").error().message, "wrong size") << "a file that became shorter";
    EXPECT_EQ(read(9, std::nullopt).error().message, "wrong size");
    EXPECT_EQ(read(std::nullopt, "longer").error().message, "wrong size");
    const StreamedBody throwing{9, [](std::uint64_t, std::size_t) -> Piece { throw std::runtime_error("thrown"); }};
    EXPECT_EQ(read_piece(throwing, 0, 4).error().message, "thrown");
}

}  // namespace
}  // namespace spanreel::net
