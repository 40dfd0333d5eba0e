// SPDX-License-Identifier: Apache-2.0
// Reads one HTTP/1.1 request out of bytes (RFC 9112): first the head, then the body in pieces. Knows no socket; one
// object for each request. What could be read in two ways (both lengths, unknown codings, two hosts) is refused.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "net/http_message.hpp"

namespace spanreel::net {

struct RequestHead {
    Request request;  ///< without body, peer and time
    bool http10 = false;
    bool keep_alive = true;
    bool expects_continue = false;
    bool has_body = false;
    std::optional<std::uint64_t> content_length;  ///< absent for a chunked body
};

class Http1Parser {
  public:
    /// Takes a piece of the body as it was sent, without chunk framing. Its error ends the parsing.
    using BodySink = std::function<Result<void>(ByteView)>;

    explicit Http1Parser(std::size_t max_head_bytes);
    ~Http1Parser();

    /// How many bytes were used; call again with the rest and more until head_done(). `too_large` means the head.
    Result<std::size_t> parse_head(ByteView input);
    bool head_done() const;
    RequestHead& head();

    /// After the head, until done(). Uses nothing when it needs more at once: input longer than kMaxLine must not come.
    Result<std::size_t> parse_body(ByteView input, const BodySink& sink);
    bool done() const;
    /// Longest chunk size line, or trailer, taken.
    static constexpr std::size_t kMaxLine = 16 << 10;

  private:
    class Beast;
    std::unique_ptr<Beast> beast_;
};

}  // namespace spanreel::net
