// SPDX-License-Identifier: Apache-2.0
// HTTP/2 as a server speaks it (RFC 9113), without a socket: bytes in, requests out; responses in, bytes out. nghttp2
// does framing, header compression and flow control, and ends the connection of who breaks their rules. One thread at
// a time.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "net/http_message.hpp"

namespace spanreel::net {

class Http2Connection {
  public:
    using StreamId = std::int32_t;
    using Clock = std::chrono::steady_clock;

    /// At a time; a client waits with more.
    static constexpr std::uint32_t kMaxStreams = 100;
    /// What a client may send ahead of being read, of one stream and of all.
    static constexpr std::int32_t kStreamWindow = 1 << 20;
    static constexpr std::int32_t kConnectionWindow = 8 << 20;

    struct Head {
        Request request;  ///< without body, peer and time
        bool has_body = false;
        std::optional<std::uint64_t> content_length;
    };
    /// What the client does. Called by receive(), except on_read; each may call anything but receive() and
    /// take_output().
    struct Events {
        /// Why a request is no request: `too_large` means its head.
        std::function<void(StreamId, Result<Head>)> on_head;
        std::function<void(StreamId, ByteView)> on_body;
        /// The body is whole.
        std::function<void(StreamId)> on_end;
        /// The stream is over, whoever ended it.
        std::function<void(StreamId)> on_close;
        /// A streamed response goes on with `max` bytes at most from `offset`: to be answered by give().
        std::function<void(StreamId, std::uint64_t offset, std::size_t max)> on_read;
    };

    Http2Connection(std::size_t max_head_bytes, Events events);
    ~Http2Connection();

    /// An error ends the connection once the output is sent.
    Result<void> receive(ByteView bytes);
    /// Appends what is to be sent, until `to` has about `max` bytes.
    void take_output(std::string& to, std::size_t max);
    /// Nothing is to be read or sent any more.
    bool is_done() const;

    /// Once for each head. Trailers follow the body. Of a stream that is over nothing is sent.
    void respond(StreamId stream, Response response, bool head_only);
    /// What on_read asked for; nothing at the end of the body. An error breaks the response off.
    void give(StreamId stream, Result<std::optional<std::string>> piece);
    /// The request was not begun with, and may be sent again.
    void refuse(StreamId stream);
    /// Streams whose response has been waiting for the client to read since before `when`.
    std::vector<StreamId> stalled_since(Clock::time_point when) const;
    void cancel(StreamId stream);
    /// No new streams; those that there are go on.
    void finish();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spanreel::net
