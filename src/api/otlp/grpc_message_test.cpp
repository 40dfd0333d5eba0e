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

Result<std::string> read(std::string body, std::string_view encoding) {
    MemoryBudget::Share memory;
    return read_grpc_message(std::move(body), encoding, kMost, memory);
}

Code refusal(std::string body, std::string_view encoding) {
    const auto message = read(std::move(body), encoding);
    EXPECT_FALSE(message);
    return message ? Code::internal : message.error().code;
}

TEST(GrpcMessage, ReadsWhatItWrites) {
    EXPECT_EQ(read(write_grpc_message("spans"), "").value(), "spans");
    EXPECT_EQ(read(write_grpc_message(""), "gzip").value(), "") << "not each message is compressed";
}

TEST(GrpcMessage, Decompresses) { EXPECT_EQ(read(compressed(*net::gzip("spans")), "gzip").value(), "spans"); }

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
    EXPECT_EQ(read(write_grpc_message(std::string(kMost, 's')), "").value().size(), kMost);
    EXPECT_EQ(refusal(write_grpc_message(std::string(kMost + 1, 's')), ""), Code::too_large);
    EXPECT_EQ(refusal(compressed(*net::gzip(std::string(kMost + 1, 's'))), "gzip"), Code::too_large);
}

TEST(GrpcMessage, TakesMemoryForWhatItDecompresses) {
    MemoryBudget budget(100'000);
    MemoryBudget::Share memory(budget, "w");
    const std::string bomb = compressed(*net::gzip(std::string(100'000, 's')));
    ASSERT_TRUE(memory.resize(bomb.size()));
    const auto message = read_grpc_message(bomb, "gzip", 1 << 20, memory);
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error().code, Code::too_large);
    EXPECT_LE(budget.used(), 50'000u);
}

TEST(GrpcMessage, EncodesTexts) { EXPECT_EQ(grpc_message_text("100 % of\n\xC3\xA4 ~"), "100 %25 of%0A%C3%A4 ~"); }

}  // namespace
}  // namespace spanreel::api::otlp
