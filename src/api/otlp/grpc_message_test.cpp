// SPDX-License-Identifier: Apache-2.0
#include "api/otlp/grpc_message.hpp"

#include <gtest/gtest.h>

#include "net/content_coding.hpp"

namespace spanreel::api::otlp {
namespace {

constexpr std::size_t kMost = 1000;

std::string compressed(std::string message) {
    message = write_grpc_message(message);
    message[0] = 1;
    return message;
}

Code refusal(std::string body, std::string_view encoding) {
    const auto read = read_grpc_message(std::move(body), encoding, kMost);
    EXPECT_FALSE(read);
    return read ? Code::internal : read.error().code;
}

TEST(GrpcMessage, ReadsWhatItWrites) {
    EXPECT_EQ(read_grpc_message(write_grpc_message("spans"), "", kMost).value(), "spans");
    EXPECT_EQ(read_grpc_message(write_grpc_message(""), "gzip", kMost).value(), "") << "not each message is compressed";
}

TEST(GrpcMessage, Decompresses) {
    EXPECT_EQ(read_grpc_message(compressed(*net::gzip("spans")), "gzip", kMost).value(), "spans");
}

TEST(GrpcMessage, RefusesWhatIsNotOneMessage) {
    const std::string whole = write_grpc_message("spans");
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(refusal(whole.substr(0, size), ""), Code::invalid) << size;
    EXPECT_EQ(refusal(whole + whole, ""), Code::invalid);
    EXPECT_EQ(refusal("\x02" + whole.substr(1), ""), Code::invalid);
}

TEST(GrpcMessage, RefusesBadCompression) {
    EXPECT_EQ(refusal(compressed("spans"), "gzip"), Code::invalid);
    EXPECT_EQ(refusal(compressed("spans"), "snappy"), Code::unsupported);
    EXPECT_EQ(refusal(compressed("spans"), ""), Code::invalid);
    EXPECT_EQ(refusal(compressed("spans"), "identity"), Code::invalid);
}

TEST(GrpcMessage, RefusesWhatIsTooLarge) {
    EXPECT_EQ(read_grpc_message(write_grpc_message(std::string(kMost, 's')), "", kMost).value().size(), kMost);
    EXPECT_EQ(refusal(write_grpc_message(std::string(kMost + 1, 's')), ""), Code::too_large);
    EXPECT_EQ(refusal(compressed(*net::gzip(std::string(kMost + 1, 's'))), "gzip"), Code::too_large);
}

TEST(GrpcMessage, EncodesTexts) { EXPECT_EQ(grpc_message_text("100 % of\n\xC3\xA4 ~"), "100 %25 of%0A%C3%A4 ~"); }

}  // namespace
}  // namespace spanreel::api::otlp
