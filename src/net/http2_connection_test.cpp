// SPDX-License-Identifier: Apache-2.0
// The server's side of a connection against nghttp2's own client.
#include "net/http2_connection.hpp"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <map>

namespace spanreel::net {
namespace {

using StreamId = Http2Connection::StreamId;
using Fields = std::map<std::string, std::string>;

struct Answer {
    Fields head, trailers;
    std::string body;
    bool closed = false;
    std::uint32_t reason = 0;  ///< of the end
};

/// Sends requests whose bodies come in pieces when a test wants.
class Client {
  public:
    Client() {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(
            callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                          const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
                Answer& answer = static_cast<Client*>(self)->answers[frame->hd.stream_id];
                const bool trailer = frame->headers.cat == NGHTTP2_HCAT_HEADERS;
                (trailer ? answer.trailers : answer.head)[text(name, name_size)] = text(value, value_size);
                return 0;
            });
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
            callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                          void* self) {
                static_cast<Client*>(self)->answers[id].body += text(bytes, size);
                return 0;
            });
        nghttp2_session_callbacks_set_on_stream_close_callback(
            callbacks, [](nghttp2_session*, std::int32_t id, std::uint32_t reason, void* self) {
                static_cast<Client*>(self)->answers[id].closed = true;
                static_cast<Client*>(self)->answers[id].reason = reason;
                return 0;
            });
        nghttp2_session_client_new(&session_, callbacks, this);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    }
    ~Client() { nghttp2_session_del(session_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Without a body the request is whole; with one, its end comes when `ends`.
    StreamId request(Fields fields, std::optional<std::string> body = {}, bool ends = true) {
        std::vector<nghttp2_nv> list;
        for (const auto& [name, value] : fields)
            list.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
        auto& sent = bodies_.emplace_back(std::make_unique<Sent>(std::move(body).value_or(""), ends));
        nghttp2_data_provider provider{
            .source = {.ptr = sent.get()},
            .read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size,
                                std::uint32_t* flags, nghttp2_data_source* source, void*) -> ssize_t {
                Sent& from = *static_cast<Sent*>(source->ptr);
                const std::size_t count = from.text.copy(reinterpret_cast<char*>(to), size);
                from.text.erase(0, count);
                if (!from.text.empty()) return static_cast<ssize_t>(count);
                if (from.ends) *flags |= NGHTTP2_DATA_FLAG_EOF;
                return count == 0 && !from.ends ? static_cast<ssize_t>(NGHTTP2_ERR_DEFERRED)
                                                : static_cast<ssize_t>(count);
            }};
        const bool bodiless = sent->text.empty() && ends;
        return nghttp2_submit_request(session_, nullptr, list.data(), list.size(), bodiless ? nullptr : &provider,
                                      nullptr);
    }
    void reset(StreamId id) { nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL); }

    std::string output() {
        std::string out;
        const std::uint8_t* data = nullptr;
        for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &data)) > 0;)
            out += text(data, static_cast<std::size_t>(size));
        return out;
    }
    void receive(const std::string& input) {
        const auto used = nghttp2_session_mem_recv(session_, bytes(input), input.size());
        EXPECT_EQ(used, static_cast<ssize_t>(input.size()));
    }

    std::map<StreamId, Answer> answers;

  private:
    struct Sent {
        std::string text;
        bool ends;
    };
    static std::string text(const std::uint8_t* bytes, std::size_t size) {
        return {reinterpret_cast<const char*>(bytes), size};
    }
    static std::uint8_t* bytes(const std::string& text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    }

    nghttp2_session* session_ = nullptr;
    std::vector<std::unique_ptr<Sent>> bodies_;
};

class Http2ConnectionTest : public testing::Test {
  protected:
    /// Until neither side has anything to say.
    void exchange() {
        for (std::string there, back;;) {
            there = client.output();
            if (!there.empty()) {
                ASSERT_TRUE(server.receive(as_bytes(there)));
            }
            back.clear();
            server.take_output(back, SIZE_MAX);
            if (there.empty() && back.empty()) return;
            client.receive(back);
        }
    }
    static Fields get(std::string path) {
        return {{":method", "GET"}, {":path", std::move(path)}, {":scheme", "http"}, {":authority", "host"}};
    }
    static Fields post(std::string path) {
        Fields fields = get(std::move(path));
        fields[":method"] = "POST";
        return fields;
    }

    Client client;
    std::map<StreamId, Result<Http2Connection::Head>> heads;
    std::map<StreamId, std::string> bodies;
    std::vector<StreamId> ends, closes;
    std::vector<std::pair<std::uint64_t, std::size_t>> reads;
    Http2Connection server{
        1000,
        {.on_head = [this](StreamId id, Result<Http2Connection::Head> head) { heads.emplace(id, std::move(head)); },
         .on_body = [this](StreamId id, ByteView piece) { bodies[id] += as_text(piece); },
         .on_end = [this](StreamId id) { ends.push_back(id); },
         .on_close = [this](StreamId id) { closes.push_back(id); },
         .on_read = [this](StreamId, std::uint64_t offset, std::size_t max) { reads.emplace_back(offset, max); }}};
};

TEST_F(Http2ConnectionTest, CarriesARequestAndItsAnswer) {
    Fields fields = post("/a%20b?q=1");
    fields["x-more"] = "text";
    fields["content-length"] = "4";
    const StreamId id = client.request(fields, "body");
    exchange();
    const Http2Connection::Head& head = heads.at(id).value();
    EXPECT_EQ(head.request.method, Method::post);
    EXPECT_EQ(head.request.target, "/a%20b?q=1");
    EXPECT_EQ(head.request.path, "/a%20b");
    EXPECT_EQ(head.request.query.get("q"), "1");
    EXPECT_EQ(head.request.headers.get("host"), "host");
    EXPECT_EQ(head.request.headers.get("x-more"), "text");
    EXPECT_TRUE(head.request.http2);
    EXPECT_TRUE(head.has_body);
    EXPECT_EQ(head.content_length, 4u);
    EXPECT_EQ(bodies.at(id), "body");
    EXPECT_EQ(ends, std::vector{id});

    Response response = text_response(201, "answer");
    response.headers.set("X-Odd", "a\r\nb");
    server.respond(id, std::move(response), false);
    exchange();
    const Answer& answer = client.answers.at(id);
    EXPECT_EQ(answer.head.at(":status"), "201");
    EXPECT_EQ(answer.head.at("content-length"), "6");
    EXPECT_EQ(answer.head.at("x-odd"), "a  b");
    EXPECT_TRUE(answer.head.contains("date"));
    EXPECT_EQ(answer.body, "answer");
    EXPECT_TRUE(answer.closed);
    EXPECT_EQ(answer.reason, NGHTTP2_NO_ERROR);
    EXPECT_EQ(closes, std::vector{id});
}

TEST_F(Http2ConnectionTest, SendsTrailersBehindTheBody) {
    const StreamId id = client.request(get("/"));
    exchange();
    Response response = text_response(200, "message");
    response.trailers.set("Grpc-Status", "0");
    server.respond(id, std::move(response), false);
    exchange();
    EXPECT_EQ(client.answers.at(id).body, "message");
    EXPECT_EQ(client.answers.at(id).trailers, (Fields{{"grpc-status", "0"}}));
}

TEST_F(Http2ConnectionTest, SendsNoBodyWhereThereIsNone) {
    const StreamId head = client.request(get("/")), empty = client.request(get("/"));
    exchange();
    server.respond(head, text_response(200, "text"), true);
    server.respond(empty, empty_response(204), false);
    exchange();
    EXPECT_EQ(client.answers.at(head).head.at("content-length"), "4");
    EXPECT_EQ(client.answers.at(head).body, "");
    EXPECT_FALSE(client.answers.at(empty).head.contains("content-length"));
    EXPECT_TRUE(client.answers.at(empty).closed);
}

TEST_F(Http2ConnectionTest, AsksForAStreamedBodyPieceByPiece) {
    const StreamId known = client.request(get("/known")), open = client.request(get("/open"));
    exchange();
    server.respond(known, {.body = StreamedBody{5, nullptr}}, false);
    exchange();
    ASSERT_EQ(reads.size(), 1u);
    EXPECT_EQ(reads.back(), std::pair(std::uint64_t{0}, std::size_t{5}));
    server.give(known, "abc");
    exchange();
    EXPECT_EQ(reads.back(), std::pair(std::uint64_t{3}, std::size_t{2}));
    server.give(known, "de");
    exchange();
    EXPECT_EQ(client.answers.at(known).body, "abcde");
    EXPECT_TRUE(client.answers.at(known).closed);
    EXPECT_EQ(reads.size(), 2u);

    server.respond(open, {.body = StreamedBody{std::nullopt, nullptr}}, false);
    exchange();
    server.give(open, "abc");
    exchange();
    EXPECT_FALSE(client.answers.at(open).closed);
    server.give(open, std::nullopt);
    exchange();
    EXPECT_EQ(client.answers.at(open).body, "abc");
    EXPECT_FALSE(client.answers.at(open).head.contains("content-length"));
    EXPECT_EQ(client.answers.at(open).reason, NGHTTP2_NO_ERROR);
}

TEST_F(Http2ConnectionTest, BreaksOffWhatCannotBeRead) {
    const StreamId id = client.request(get("/"));
    exchange();
    server.respond(id, {.body = StreamedBody{5, nullptr}}, false);
    exchange();
    server.give(id, fail(Code::corrupt, "disk"));
    exchange();
    EXPECT_EQ(client.answers.at(id).reason, NGHTTP2_INTERNAL_ERROR);
}

TEST_F(Http2ConnectionTest, WhoIsAnsweredEarlyNeedNotSendTheRest) {
    const StreamId id = client.request(post("/"), "half", false);
    exchange();
    server.respond(id, text_response(413, "too much"), false);
    exchange();
    EXPECT_EQ(client.answers.at(id).head.at(":status"), "413");
    EXPECT_EQ(client.answers.at(id).body, "too much");
    EXPECT_TRUE(client.answers.at(id).closed);
    EXPECT_EQ(client.answers.at(id).reason, NGHTTP2_NO_ERROR);
    EXPECT_TRUE(ends.empty());
}

TEST_F(Http2ConnectionTest, SaysWhatIsNoRequest) {
    Fields large = get("/");
    for (int i = 0; i < 10; ++i) large["x-" + std::to_string(i)] = std::string(100, 'x');
    Fields brew = get("/");
    brew[":method"] = "BREW";
    const StreamId too_large = client.request(large), unknown = client.request(brew),
                   odd = client.request(get("nowhere"));
    exchange();
    EXPECT_EQ(heads.at(too_large).error().code, Code::too_large);
    EXPECT_EQ(heads.at(unknown).error().code, Code::unsupported);
    // nghttp2 ends a stream whose path is none before it comes here.
    if (heads.contains(odd)) {
        EXPECT_EQ(heads.at(odd).error().code, Code::invalid);
    }
}

TEST_F(Http2ConnectionTest, AStreamThatIsGoneIsAnsweredNoMore) {
    const StreamId id = client.request(post("/"), "half", false);
    exchange();
    client.reset(id);
    exchange();
    EXPECT_EQ(closes, std::vector{id});
    server.respond(id, text_response(200, "late"), false);
    server.give(id, "late");
    exchange();
    EXPECT_FALSE(client.answers.at(id).head.contains(":status"));
}

TEST_F(Http2ConnectionTest, EndsWhenItsStreamsHave) {
    const StreamId id = client.request(get("/"));
    exchange();
    server.finish();
    exchange();
    EXPECT_FALSE(server.is_done());
    server.respond(id, text_response(200, "last"), false);
    exchange();
    EXPECT_EQ(client.answers.at(id).body, "last");
    EXPECT_TRUE(server.is_done());
}

TEST_F(Http2ConnectionTest, TellsWhoDoesNotRead) {
    const StreamId id = client.request(get("/"));
    exchange();
    const auto before = Http2Connection::Clock::now();
    server.respond(id, text_response(200, std::string(200'000, 'x')), false);
    std::string some;
    server.take_output(some, SIZE_MAX);
    EXPECT_EQ(server.stalled_since(before), std::vector<StreamId>());
    EXPECT_EQ(server.stalled_since(Http2Connection::Clock::now()), std::vector{id}) << "its window is full";
    server.cancel(id);
    server.take_output(some, SIZE_MAX);
    EXPECT_EQ(server.stalled_since(Http2Connection::Clock::now()), std::vector<StreamId>());
}

TEST_F(Http2ConnectionTest, RefusesOtherVersionsAndBrokenFrames) {
    EXPECT_EQ(server.receive(as_bytes("GET / HTTP/1.1\r\n\r\n")).error().code, Code::unsupported);
    Http2Connection other(1000, {});
    const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    EXPECT_TRUE(other.receive(as_bytes(preface)));
    (void)other.receive(as_bytes(std::string_view("\0\0\1\x04\0\0\0\0\0x", 10)));  // settings of one byte
    std::string said;
    other.take_output(said, SIZE_MAX);
    EXPECT_TRUE(other.is_done());
}

}  // namespace
}  // namespace spanreel::net
