// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/server_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/rtmp/test_publisher.hpp"

namespace spanreel::media::rtmp {
namespace {

using test::message;
using test::text;
using testing::HasSubstr;

/// A session under test, with its events and all that it sent, handshake answer cut off.
struct Connection {
    ServerSession session;
    std::vector<Event> events;
    std::string sent;

    Result<void> feed(std::string_view bytes) {
        auto result = session.receive(as_bytes(bytes), events);
        sent += session.take_output();
        return result;
    }
    /// Opens and accepts.
    void begin_publishing() {
        ASSERT_TRUE(feed(test::opening()));
        ASSERT_TRUE(session.awaits_decision());
        ASSERT_TRUE(session.accept_publish(events));
        sent += session.take_output();
        events.clear();
    }
    std::vector<Message> messages() const {
        std::vector<Message> out;
        ChunkReader reader;
        ByteView input = as_bytes(sent).subspan(1 + 2 * kHandshakeBlockBytes);
        Message next;
        while (true) {
            auto complete = reader.next(input, next);
            EXPECT_TRUE(complete);
            if (!complete || !*complete) return out;
            if (next.type == MessageType::set_chunk_size) {
                EXPECT_TRUE(reader.set_chunk_size(ByteReader(as_bytes(next.body)).u32be()));
            }
            out.push_back(std::move(next));
        }
    }
    /// Values of the last message, which is a command.
    std::vector<AmfValue> last_command() const {
        const std::vector<Message> all = messages();
        if (all.empty() || all.back().type != MessageType::command_amf0) return {};
        return read_amf0(as_bytes(all.back().body)).value_or(std::vector<AmfValue>{});
    }
    /// Member of the information object of the last onStatus.
    std::string status(std::string_view name) const {
        const auto values = last_command();
        if (values.size() < 4 || values[0] != text("onStatus")) return "no status";
        const AmfValue* member = values[3].member(name);
        return member == nullptr ? "no member" : *member->as<std::string>();
    }
    template <class T>
    std::vector<T> all() const {
        std::vector<T> out;
        for (const Event& event : events) {
            if (const T* found = std::get_if<T>(&event)) out.push_back(*found);
        }
        return out;
    }
};

TEST(Handshake, AnswersAsTheBytesCome) {
    Handshake handshake;
    std::string output;
    std::string c1;
    for (std::size_t i = 0; i < kHandshakeBlockBytes; ++i) c1.push_back(static_cast<char>(i));
    const std::string all = '\3' + c1 + std::string(kHandshakeBlockBytes, 'x') + "rest";
    std::size_t taken = 0;
    for (char byte : all) {
        ByteView input = as_bytes({&byte, 1});
        ASSERT_TRUE(handshake.receive(input, output));
        taken += input.empty() ? 1 : 0;
    }
    EXPECT_TRUE(handshake.done());
    EXPECT_EQ(taken, all.size() - 4);
    ASSERT_EQ(output.size(), 1 + 2 * kHandshakeBlockBytes);
    EXPECT_EQ(output[0], 3);
    EXPECT_EQ(output.substr(5, 4), std::string(4, '\0')) << "no digest";
    EXPECT_EQ(output.substr(1 + kHandshakeBlockBytes), c1);
}

TEST(Handshake, RefusesOtherVersions) {
    Connection encrypted;
    auto result = encrypted.feed("\6");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::unsupported);
    EXPECT_THAT(result.error().message, HasSubstr("version 6"));
    EXPECT_FALSE(Connection().feed("GET / HTTP/1.1\r\n"));
}

TEST(ServerSession, AnnouncesItsChunkSizeBeforeTheConnectResult) {
    Connection connection;
    ASSERT_TRUE(connection.feed(test::client_handshake() + test::connect("live")));
    const auto messages = connection.messages();
    ASSERT_EQ(messages.size(), 4U);
    EXPECT_EQ(messages[0].type, MessageType::window_acknowledgement_size);
    EXPECT_EQ(messages[1].type, MessageType::set_peer_bandwidth);
    EXPECT_EQ(messages[2].type, MessageType::set_chunk_size);
    const auto result = connection.last_command();
    ASSERT_EQ(result.size(), 4U);
    EXPECT_EQ(result[0], text("_result"));
    EXPECT_EQ(result[1], AmfValue{1.0});
    EXPECT_EQ(*result[3].member("code"), text("NetConnection.Connect.Success"));
}

TEST(ServerSession, AnswersWhatEncodersCall) {
    Connection connection;
    ASSERT_TRUE(connection.feed(test::client_handshake() + test::connect("live")));
    ASSERT_TRUE(connection.feed(test::command("createStream", 4, {{AmfNull{}}})));
    EXPECT_THAT(connection.last_command(),
                testing::ElementsAre(text("_result"), AmfValue{4.0}, AmfValue{AmfNull{}}, AmfValue{1.0}));
    double transaction = 5;
    for (std::string_view name : {"releaseStream", "FCPublish", "_checkbw", "getStreamLength", "FCUnpublish"}) {
        ASSERT_TRUE(connection.feed(test::command(name, ++transaction, {{AmfNull{}}, text("key")}))) << name;
        const auto answer = connection.last_command();
        ASSERT_GE(answer.size(), 2U) << name;
        EXPECT_EQ(answer[1], AmfValue{transaction}) << name;
    }
    const std::size_t before = connection.messages().size();
    ASSERT_TRUE(connection.feed(test::command("somethingElse", 20)));
    ASSERT_TRUE(connection.feed(test::command("deleteStream", 21, {{AmfNull{}}, {1.0}})));
    EXPECT_EQ(connection.messages().size(), before);
    EXPECT_TRUE(connection.events.empty());
}

TEST(ServerSession, TakesCommandsInTheAmf3Form) {
    Connection connection;
    const std::string body = '\0' + test::amf({text("connect"), {1.0}, {AmfObject{{"app", text("live")}}}});
    ASSERT_TRUE(connection.feed(test::client_handshake() + message(MessageType::command_amf3, 0, body, 128, 3)));
    EXPECT_EQ(connection.last_command().at(0), text("_result"));
}

TEST(ServerSession, FindsTheKeyHoweverEncodersCutTheUrl) {
    struct Case {
        std::string_view app, name, expected_app, expected_key, expected_query;
    };
    for (const Case& url : {
             Case{"live", "abcd", "live", "abcd", ""},
             Case{"live/", "abcd", "live", "abcd", ""},
             Case{"/live/", "/abcd/", "live", "abcd", ""},
             Case{"live", "abcd?token=x&y=1", "live", "abcd", "token=x&y=1"},
             Case{"live?token=x", "abcd", "live", "abcd", "token=x"},
             Case{"live/abcd", "", "live", "abcd", ""},
             Case{"live/extra", "abcd", "live/extra", "abcd", ""},
             Case{"live", "extra/abcd", "live/extra", "abcd", ""},
             Case{"", "abcd", "", "abcd", ""},
         }) {
        Connection connection;
        ASSERT_TRUE(connection.feed(test::opening(url.app, url.name)));
        const auto requests = connection.all<PublishRequested>();
        ASSERT_EQ(requests.size(), 1U);
        EXPECT_EQ(requests[0].app, url.expected_app) << url.app << " " << url.name;
        EXPECT_EQ(requests[0].stream_key, url.expected_key) << url.app << " " << url.name;
        EXPECT_EQ(requests[0].query, url.expected_query) << url.app << " " << url.name;
    }
}

TEST(ServerSession, RefusesMissingAndOverlongKeys) {
    for (std::string_view app : {"live", "", "live/"}) {
        Connection connection;
        EXPECT_FALSE(connection.feed(test::opening(app, "")));
        EXPECT_THAT(connection.status("description"), HasSubstr("no stream key"));
    }
    EXPECT_TRUE(Connection().feed(test::opening("live", std::string(kMaxStreamKeyBytes, 'k'))));
    Connection connection;
    EXPECT_FALSE(connection.feed(test::opening("live", std::string(kMaxStreamKeyBytes + 1, 'k'))));
    EXPECT_THAT(connection.status("description"), HasSubstr("longer than 512"));
    EXPECT_FALSE(Connection().feed(test::opening("live", "k?" + std::string(kMaxStreamKeyBytes, 'q'))));
}

TEST(ServerSession, KeepsWhatComesBeforeTheDecision) {
    Connection connection;
    ASSERT_TRUE(connection.feed(test::opening() + message(MessageType::video, 0, test::video_config_tag())));
    ASSERT_TRUE(connection.feed(message(MessageType::video, 10, test::video_tag(true, 1, 0, test::frame(500)))));
    EXPECT_EQ(connection.events.size(), 1U);
    ASSERT_TRUE(connection.session.accept_publish(connection.events));
    EXPECT_EQ(connection.all<TrackConfigured>().size(), 1U);
    EXPECT_EQ(connection.all<MediaPacket>().size(), 1U);
    connection.sent += connection.session.take_output();
    EXPECT_EQ(connection.status("code"), "NetStream.Publish.Start");
    EXPECT_EQ(connection.status("level"), "status");
}

TEST(ServerSession, BoundsWhatComesBeforeTheDecision) {
    Connection connection;
    ASSERT_TRUE(connection.feed(test::opening()));
    EXPECT_TRUE(connection.feed(std::string(kMaxHeldBytes, 'x')));
    auto result = connection.feed("x");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::too_large);
}

TEST(ServerSession, TellsTheReasonOfARejection) {
    Connection connection;
    ASSERT_TRUE(connection.feed(test::opening()));
    connection.session.reject_publish("stream key is not known");
    connection.sent += connection.session.take_output();
    EXPECT_EQ(connection.status("level"), "error");
    EXPECT_EQ(connection.status("code"), "NetStream.Publish.BadName");
    EXPECT_EQ(connection.status("description"), "stream key is not known");
    EXPECT_EQ(connection.messages().back().stream_id, 1U);
    EXPECT_TRUE(connection.feed(test::publish("again")));
    EXPECT_EQ(connection.events.size(), 1U) << "nothing is read any more";
}

TEST(ServerSession, StopsAPublisherWithAReason) {
    Connection connection;
    connection.begin_publishing();
    connection.session.reject_publish("disk full");
    connection.sent += connection.session.take_output();
    EXPECT_EQ(connection.status("level"), "error");
    EXPECT_EQ(connection.status("description"), "disk full");
    EXPECT_FALSE(connection.session.publishing());
}

TEST(ServerSession, SendsPlayersToHls) {
    Connection connection;
    auto result = connection.feed(test::client_handshake() + test::connect("live") +
                                  test::command("play", 0, {{AmfNull{}}, text("key")}));
    ASSERT_FALSE(result);
    EXPECT_EQ(connection.status("code"), "NetStream.Play.Failed");
    EXPECT_THAT(connection.status("description"), HasSubstr("/hls/<playbackId>/index.m3u8"));
}

TEST(ServerSession, RefusesCommandsOutOfOrder) {
    EXPECT_FALSE(Connection().feed(test::client_handshake() + test::publish("key")));
    EXPECT_FALSE(Connection().feed(test::client_handshake() + message(MessageType::command_amf0, 0, "", 128, 3)));
    EXPECT_FALSE(Connection().feed(test::client_handshake() + message(MessageType::command_amf0, 0, "\x02", 128, 3)));
    Connection connection;
    connection.begin_publishing();
    EXPECT_FALSE(connection.feed(test::publish("other")));
    EXPECT_THAT(connection.status("description"), HasSubstr("publishes already"));
}

TEST(ServerSession, EndsWhenThePublisherSaysSoAndMayBeginAgain) {
    for (std::string_view goodbye : {"FCUnpublish", "deleteStream", "closeStream"}) {
        Connection connection;
        connection.begin_publishing();
        ASSERT_TRUE(connection.feed(test::command(goodbye, 6, {{AmfNull{}}, text("key")})));
        ASSERT_TRUE(connection.feed(test::command("deleteStream", 7, {{AmfNull{}}, {1.0}})));
        EXPECT_EQ(connection.all<PublishEnded>().size(), 1U) << goodbye;
        ASSERT_TRUE(connection.feed(message(MessageType::video, 0, test::video_config_tag())));
        EXPECT_EQ(connection.all<TrackConfigured>().size(), 0U) << "media after the end";
        ASSERT_TRUE(connection.feed(test::publish("key")));
        EXPECT_TRUE(connection.session.awaits_decision());
    }
}

TEST(ServerSession, TakesNoNoticeOfMetadata) {
    Connection connection;
    connection.begin_publishing();
    const AmfObject object = {{"width", {1280.0}}};
    ASSERT_TRUE(connection.feed(
        message(MessageType::data_amf0, 0, test::amf({text("@setDataFrame"), text("onMetaData"), {object}}))));
    ASSERT_TRUE(connection.feed(message(MessageType::data_amf0, 0, "\x02\xFF")));
    EXPECT_TRUE(connection.events.empty());
    EXPECT_TRUE(connection.session.publishing());
}

TEST(ServerSession, TellsTheEncoderWhichCodecToUse) {
    Connection connection;
    connection.begin_publishing();
    auto result = connection.feed(message(MessageType::video, 0, {"\x1C\x01\0\0\0", 5}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::unsupported);
    EXPECT_EQ(connection.status("level"), "error");
    EXPECT_EQ(connection.status("description"), "video codec hevc is not supported: publish H.264");
}

TEST(ServerSession, AcknowledgesEachWindow) {
    Connection connection;
    connection.begin_publishing();
    const std::size_t before = connection.messages().size();
    ASSERT_TRUE(connection.feed(test::control(MessageType::window_acknowledgement_size, 100'000)));
    std::uint64_t fed = connection.session.statistics().bytes_in;
    const std::string bytes = message(MessageType::audio, 0, std::string(20'000, '\xAF'));
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(connection.feed(bytes));
    fed += 20 * bytes.size();
    EXPECT_EQ(connection.session.statistics().bytes_in, fed);
    const auto messages = connection.messages();
    ASSERT_EQ(messages.size(), before + fed / 100'000);
    EXPECT_EQ(messages.back().type, MessageType::acknowledgement);
    EXPECT_GT(ByteReader(as_bytes(messages.back().body)).u32be(), 300'000U);
}

TEST(ServerSession, AnswersPings) {
    Connection connection;
    connection.begin_publishing();
    ASSERT_TRUE(connection.feed(message(MessageType::user_control, 0, {"\0\6\1\2\3\4", 6}, 128, 2)));
    EXPECT_EQ(connection.messages().back().body, std::string("\0\7\1\2\3\4", 6));
}

TEST(ServerSession, GivesTheSameEventsWhereverTheBytesAreCut) {
    const std::string media = test::control(MessageType::set_chunk_size, 4096) +
                              message(MessageType::video, 0, test::video_config_tag(), 4096) +
                              message(MessageType::audio, 0, test::audio_config_tag(), 4096) +
                              message(MessageType::video, 33, test::video_tag(true, 1, 66, test::frame(9'000)), 4096) +
                              message(MessageType::audio, 21, test::audio_tag(1, "audio"), 4096) +
                              test::command("FCUnpublish", 6, {{AmfNull{}}, text("key")});
    for (std::size_t step : {1, 10, 1537, 100'000}) {
        Connection connection;
        const std::string bytes = test::opening() + media;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            ASSERT_TRUE(connection.feed(std::string_view(bytes).substr(at, step)));
            ASSERT_TRUE(connection.session.accept_publish(connection.events));
        }
        EXPECT_EQ(connection.events.size(), 6U) << step;
        const auto packets = connection.all<MediaPacket>();
        ASSERT_EQ(packets.size(), 2U) << step;
        EXPECT_EQ(packets[0].packet.payload, test::frame(9'000)) << step;
        EXPECT_EQ(packets[1].packet.payload, "audio") << step;
    }
}

TEST(ServerSession, TakesLargeMessagesOnlyFromAcceptedPublishers) {
    const std::string large = message(MessageType::video, 0, std::string(kMaxCommandBytes + 1, '\x27'));
    EXPECT_FALSE(Connection().feed(test::client_handshake() + large));
    Connection connection;
    connection.begin_publishing();
    EXPECT_TRUE(connection.feed(large));
    EXPECT_FALSE(connection.feed(message(MessageType::command_amf0, 0, std::string(kMaxCommandBytes + 1, '\x05'))));
}

}  // namespace
}  // namespace spanreel::media::rtmp
