// SPDX-License-Identifier: Apache-2.0
#include "otlp/response.hpp"

#include <gtest/gtest.h>

namespace spanreel::otlp {
namespace {

using namespace std::string_literals;

TEST(Response, SuccessIsEmpty) {
    EXPECT_EQ(encode_export_response(Encoding::protobuf, 0, ""), "");
    EXPECT_EQ(encode_export_response(Encoding::json, 0, ""), "{}");
}

TEST(Response, PartialSuccessCountsAndSays) {
    EXPECT_EQ(encode_export_response(Encoding::protobuf, 300, "why"), "\x0a\x08\x08\xAC\x02\x12\x03why"s);
    EXPECT_EQ(encode_export_response(Encoding::json, 300, "why"),
              R"({"partialSuccess":{"rejectedSpans":"300","errorMessage":"why"}})");
}

TEST(Response, AWarningAloneHasNoCount) {
    EXPECT_EQ(encode_export_response(Encoding::protobuf, 0, "w"), "\x0a\x03\x12\x01w"s);
}

TEST(Response, StatusInBothEncodings) {
    EXPECT_EQ(encode_status(Encoding::protobuf, grpc_code(Code::invalid), "bad"),
              "\x08\x03\x12\x03"
              "bad"s);
    EXPECT_EQ(encode_status(Encoding::json, grpc_code(Code::unauthorized), "no"), R"({"code":16,"message":"no"})");
}

TEST(Response, StatusSaysWhenToComeAgain) {
    EXPECT_EQ(encode_status(Encoding::json, 8, "slow", std::chrono::seconds(7)),
              R"({"code":8,"message":"slow","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo",)"
              R"("retryDelay":"7s"}]})");
    EXPECT_EQ(encode_status(Encoding::protobuf, 8, "slow", std::chrono::seconds(7)),
              "\x08\x08\x12\x04slow\x1a\x30\x0a\x28type.googleapis.com/google.rpc.RetryInfo\x12\x04\x0a\x02\x08\x07"s);
}

}  // namespace
}  // namespace spanreel::otlp
