// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/chunk_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/rtmp/test_publisher.hpp"

namespace spanreel::media::rtmp {
namespace {

using test::message;
using test::write;
using testing::HasSubstr;

struct Seen {
    MessageType type;
    std::uint32_t timestamp;
    std::string body;  ///< head and body
    bool operator==(const Seen&) const = default;
};
void PrintTo(const Seen& seen, std::ostream* out) {
    *out << static_cast<int>(seen.type) << " at " << seen.timestamp << ", " << seen.body.size() << " bytes";
}

/// Feeds the bytes in pieces of `step`; obeys Set Chunk Size. An error becomes the last element's body.
std::vector<Seen> read_all(ChunkReader& reader, std::string_view bytes, std::size_t step) {
    std::vector<Seen> out;
    Message message;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        ByteView input = as_bytes(bytes.substr(at, step));
        while (!input.empty()) {
            auto complete = reader.next(input, message);
            if (complete && *complete && message.type == MessageType::set_chunk_size) {
                auto set = reader.set_chunk_size(ByteReader(as_bytes(message.body)).u32be());
                if (!set) complete = std::unexpected(set.error());
            }
            if (!complete) {
                out.push_back({MessageType{}, 0, complete.error().message});
                return out;
            }
            if (!*complete) continue;
            std::string body(as_text(message.head).substr(0, message.head_size));
            out.push_back({message.type, message.timestamp, body + message.body});
        }
    }
    return out;
}
std::vector<Seen> read_all(std::string_view bytes, std::size_t step = 1'000'000) {
    ChunkReader reader;
    reader.allow_media();
    return read_all(reader, bytes, step);
}

std::string pattern(std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(i * 7 % 251));
    return out;
}

TEST(ChunkReader, GivesTheSameMessagesWhereverTheBytesAreCut) {
    std::string bytes;
    std::vector<Seen> expected;
    auto add = [&](MessageType type, std::uint32_t timestamp, std::size_t size, std::size_t chunk, std::uint32_t id) {
        bytes += message(type, timestamp, pattern(size), chunk, id);
        expected.push_back({type, timestamp, pattern(size)});
    };
    add(MessageType::video, 0, 1000, 128, 4);
    add(MessageType::audio, 0x01000000, 300, 128, 70);
    add(MessageType::video, 0xFFFFFFFF, 129, 128, 400);
    add(MessageType::data_amf0, 0xFFFFFF, 0, 128, 65599);
    add(MessageType::video, 0xFFFFFE, 3, 128, 4);
    bytes += test::control(MessageType::set_chunk_size, 1000);
    expected.push_back({MessageType::set_chunk_size, 0, {"\0\0\x03\xE8", 4}});
    add(MessageType::video, 0x02000000, 4096, 1000, 319);
    for (std::size_t step : {1, 2, 3, 5, 7, 11, 13, 17, 18, 19, 64, 127, 128, 129, 1000, 100'000}) {
        EXPECT_EQ(read_all(bytes, step), expected) << step;
    }
}

TEST(ChunkReader, KeepsInterleavedMessagesApart) {
    const std::string a = pattern(200);
    const std::string b(150, 'b');
    const std::string bytes = write({.chunk_stream = 4,
                                     .timestamp = 5,
                                     .type = MessageType::video,
                                     .length = 200,
                                     .payload = a.substr(0, 128)}) +
                              write({.chunk_stream = 6,
                                     .timestamp = 6,
                                     .type = MessageType::audio,
                                     .length = 150,
                                     .payload = b.substr(0, 128)}) +
                              write({.format = 3, .chunk_stream = 4, .payload = a.substr(128)}) +
                              write({.format = 3, .chunk_stream = 6, .payload = b.substr(128)});
    EXPECT_THAT(read_all(bytes), testing::ElementsAre(Seen{MessageType::video, 5, a}, Seen{MessageType::audio, 6, b}));
}

TEST(ChunkReader, AddsDeltas) {
    const std::string bytes =
        write({.timestamp = 1000, .type = MessageType::audio, .length = 3, .payload = "abc"}) +
        write({.format = 1, .timestamp = 20, .type = MessageType::audio, .length = 4, .payload = "abcd"}) +
        write({.format = 2, .timestamp = 30, .payload = "efgh"}) + write({.format = 3, .payload = "ijkl"}) +
        write({.format = 0, .timestamp = 40, .type = MessageType::audio, .length = 1, .payload = "x"}) +
        write({.format = 3, .payload = "y"});
    EXPECT_THAT(read_all(bytes),
                testing::ElementsAre(Seen{MessageType::audio, 1000, "abc"}, Seen{MessageType::audio, 1020, "abcd"},
                                     Seen{MessageType::audio, 1050, "efgh"}, Seen{MessageType::audio, 1080, "ijkl"},
                                     Seen{MessageType::audio, 40, "x"}, Seen{MessageType::audio, 80, "y"}));
}

TEST(ChunkReader, TakesExtendedTimestampsThatAreNotRepeated) {
    const std::string body = pattern(128 + 128 + 2);
    const std::uint32_t time = 0x01234567;
    const std::string bytes = write({.timestamp = time, .length = 258, .payload = body.substr(0, 128)}) +
                              write({.format = 3, .payload = body.substr(128, 128)}) +
                              write({.format = 3, .payload = body.substr(256)}) +
                              write({.format = 1, .timestamp = 10, .length = 1, .payload = "z"});
    for (std::size_t step : {1, 2, 3, 4, 5, 1000}) {
        EXPECT_THAT(read_all(bytes, step), testing::ElementsAre(Seen{MessageType::video, time, body},
                                                                Seen{MessageType::video, time + 10, "z"}))
            << step;
    }
}

TEST(ChunkReader, TakesAnExtendedDeltaAgainForTheNextMessage) {
    const std::string bytes = write({.length = 1, .payload = "a"}) +
                              write({.format = 2, .timestamp = 0x01000000, .payload = "b"}) +
                              write({.format = 3, .timestamp = 0x01000000, .extended = true, .payload = "c"});
    EXPECT_THAT(read_all(bytes, 3),
                testing::ElementsAre(Seen{MessageType::video, 0, "a"}, Seen{MessageType::video, 0x01000000, "b"},
                                     Seen{MessageType::video, 0x02000000, "c"}));
}

TEST(ChunkReader, ForgetsAnAbortedMessage) {
    ChunkReader reader;
    EXPECT_TRUE(read_all(reader, write({.length = 200, .payload = pattern(128)}), 1000).empty());
    EXPECT_EQ(reader.pending_bytes(), 200U);
    reader.abort(99);
    reader.abort(4);
    EXPECT_EQ(reader.pending_bytes(), 0U);
    EXPECT_THAT(read_all(reader, write({.format = 1, .length = 2, .payload = "ok"}), 1000),
                testing::ElementsAre(Seen{MessageType::video, 0, "ok"}));
}

TEST(ChunkReader, SaysWhereTheStreamCannotBeFollowed) {
    auto error = [](std::string_view bytes) {
        const auto seen = read_all(bytes);
        return seen.empty() ? std::string("none") : seen.back().body;
    };
    EXPECT_EQ(error(write({.format = 3, .payload = "x"})),
              "RTMP chunks: chunk without a message header before it at byte 0");
    EXPECT_THAT(error(write({.format = 2})), HasSubstr("without a message header"));
    EXPECT_EQ(error(write({.length = 200, .payload = pattern(128)}) + write({.length = 200})),
              "RTMP chunks: new message inside another on the same chunk stream at byte 140");
    EXPECT_THAT(error(test::control(MessageType::set_chunk_size, 0)), HasSubstr("chunk size 0"));
    EXPECT_THAT(error(test::control(MessageType::set_chunk_size, kMaxChunkSize + 1)), HasSubstr("at most 1048576"));
    EXPECT_THAT(error(test::control(MessageType::set_chunk_size, kMaxChunkSize) + message(MessageType::video, 0, "x")),
                "x");
}

TEST(ChunkReader, IsBounded) {
    for (const auto& [length, expected] : {std::pair(kMaxCommandBytes, ""), {kMaxCommandBytes + 1, "at most 65536"}}) {
        ChunkReader reader;
        const auto seen = read_all(reader, write({.length = static_cast<std::uint32_t>(length)}), 1000);
        EXPECT_THAT(seen.empty() ? "" : seen.back().body, HasSubstr(expected));
        EXPECT_EQ(seen.empty(), length == kMaxCommandBytes);
    }

    // Before that many are allowed, a stranger may begin two of the largest commands.
    ChunkReader stranger;
    std::string begun;
    for (std::uint32_t id = 3; id < 6; ++id)
        begun += write({.chunk_stream = id, .length = kMaxCommandBytes, .payload = pattern(128)});
    EXPECT_THAT(read_all(stranger, begun, 1000).back().body, HasSubstr("too many messages under way"));
    EXPECT_EQ(stranger.pending_bytes(), kMaxPendingCommandBytes);

    std::string streams;
    for (std::uint32_t id = 2; id < 2 + kMaxChunkStreams; ++id) streams += message(MessageType::audio, 0, "x", 128, id);
    EXPECT_EQ(read_all(streams).size(), kMaxChunkStreams);
    EXPECT_THAT(read_all(streams + message(MessageType::audio, 0, "x", 128, 1000)).back().body,
                HasSubstr("too many chunk streams"));

    static_assert(kMaxMediaMessageBytes > 0xFFFFFF, "a 24-bit length is always below the limit");
    const std::string large = write({.chunk_stream = 4, .length = 0xFFFFFF}).substr(0, 12);
    const std::string second = write({.chunk_stream = 5, .length = 0xFFFFFF}).substr(0, 12);
    const std::string third = write({.chunk_stream = 6, .length = 3}).substr(0, 12);
    EXPECT_TRUE(read_all(large + pattern(128) + second + pattern(128)).empty());
    EXPECT_THAT(read_all(large + pattern(128) + second + pattern(128) + third).back().body,
                HasSubstr("too many messages under way"));
}

}  // namespace
}  // namespace spanreel::media::rtmp
