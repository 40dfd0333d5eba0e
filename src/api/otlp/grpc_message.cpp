// SPDX-License-Identifier: Apache-2.0
#include "api/otlp/grpc_message.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "net/body_receiver.hpp"

namespace spanreel::api::otlp {

namespace {

constexpr std::size_t kPrefix = 5;  ///< bytes: whether it is compressed, and the message's length

Result<std::string> decompress(std::string_view message, std::string_view encoding, std::size_t max_size,
                               MemoryBudget::Share& memory) {
    const auto coding = net::coding_from(encoding);
    if (!coding)
        return fail(Code::unsupported,
                    fmt::format("grpc-encoding \"{}\" is not known here: send {}", encoding, kGrpcEncodings));
    if (*coding == net::Coding::identity)
        return fail(Code::invalid, "The message says that it is compressed, and grpc-encoding does not say how");
    net::BodyBuffer out(max_size, memory);
    net::Inflater inflater(*coding);
    SPANREEL_CHECK(inflater.write(as_bytes(message), [&out](ByteView piece) { return out.append(piece); }));
    SPANREEL_CHECK(inflater.finish());
    return out.take();
}

}  // namespace

bool is_compressed(std::string_view body) { return body.starts_with('\x01'); }

Result<std::string> read_grpc_message(std::string body, std::string_view encoding, std::size_t max_size,
                                      MemoryBudget::Share& memory) {
    ByteReader prefix(as_bytes(body));
    const std::uint8_t compressed = prefix.u8();
    const std::uint32_t length = prefix.u32be();
    if (!prefix || prefix.left() != length || compressed > 1)
        return fail(Code::invalid, fmt::format("The body of {} bytes is not one gRPC message", body.size()));
    if (compressed != 0) return decompress(std::string_view(body).substr(kPrefix), encoding, max_size, memory);
    if (length > max_size) return fail(Code::too_large, fmt::format("The message is longer than {} bytes", max_size));
    body.erase(0, kPrefix);
    return body;
}

std::string write_grpc_message(std::string_view message) {
    std::string out;
    ByteWriter writer(out);
    writer.u8(0);
    writer.u32be(static_cast<std::uint32_t>(message.size()));
    writer.text(message);
    return out;
}

std::string grpc_message_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x20 || byte > 0x7E || c == '%')
            out += fmt::format("%{:02X}", byte);
        else
            out += c;
    }
    return out;
}

}  // namespace spanreel::api::otlp
