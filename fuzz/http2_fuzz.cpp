// SPDX-License-Identifier: Apache-2.0
// Frames of HTTP/2 after a client's preface: heads, bodies, resets, settings, windows, in whatever order. Each request
// is answered with what it sent, at once or in pieces, or is refused. The first byte chooses how the bytes are cut into
// reads.
#include <map>

#include "net/http2_connection.hpp"
#include "require.hpp"

namespace {

using namespace spanreel;
using net::Http2Connection;
using StreamId = Http2Connection::StreamId;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::size_t kMaxHead = 4096;

/// A server that sends bodies back.
class Echo {
  public:
    void receive(ByteView bytes) {
        if (connection_.is_done() || !connection_.receive(bytes)) return;
        std::string output;
        do {
            output.clear();
            connection_.take_output(output, 1 << 10);
        } while (!output.empty() || give_pieces());
    }

  private:
    Http2Connection::Events events() {
        return {
            .on_head =
                [this](StreamId id, Result<Http2Connection::Head> head) {
                    require(bodies_.try_emplace(id).second);
                    if (!head) return connection_.respond(id, net::text_response(400, head.error().message), false);
                    require(head->request.headers.size() * 2 <= kMaxHead);
                    if (head->request.path == "/refused") return connection_.refuse(id);
                    if (!head->has_body) respond(id);
                },
            .on_body = [this](StreamId id, ByteView piece) { bodies_.at(id) += as_text(piece); },
            .on_end = [this](StreamId id) { respond(id); },
            .on_close = [this](StreamId id) { require(bodies_.erase(id) == 1); },
            .on_read =
                [this](StreamId id, std::uint64_t offset, std::size_t max) {
                    require(bodies_.contains(id) && max > 0);
                    wanted_.emplace_back(id, offset);
                },
        };
    }
    void respond(StreamId id) {
        const std::string& body = bodies_.at(id);
        net::Response response = net::text_response(200, body);
        if (body.size() % 2 == 1) response.body = net::StreamedBody{body.size(), nullptr};
        if (body.size() % 3 == 1) response.trailers.set("Grpc-Status", "0");
        connection_.respond(id, std::move(response), body.size() % 5 == 1);
    }
    bool give_pieces() {
        const bool any = !wanted_.empty();
        for (const auto& [id, offset] : std::exchange(wanted_, {}))
            if (const auto body = bodies_.find(id); body != bodies_.end()) {
                require(offset < body->second.size());
                connection_.give(id, body->second.substr(offset, 100));
            }
        return any;
    }

    std::map<StreamId, std::string> bodies_;
    std::vector<std::pair<StreamId, std::uint64_t>> wanted_;
    Http2Connection connection_{kMaxHead, events()};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    Echo echo;
    echo.receive(as_bytes(kPreface));
    const std::size_t step = data[0] % 64u * 16 + 1;
    for (std::size_t at = 1; at < size; at += step) echo.receive({data + at, std::min(step, size - at)});
    return 0;
}
