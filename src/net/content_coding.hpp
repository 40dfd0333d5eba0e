// SPDX-License-Identifier: Apache-2.0
// Content codings (RFC 9110 section 8.4.1) of request and response bodies.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spanreel::net {

enum class Coding { identity, gzip, deflate };

/// Of a Content-Encoding header; nothing for codings, or chains of them, that are not taken here.
std::optional<Coding> coding_from(std::string_view header);

/// Decompresses a body that comes in pieces.
class Inflater {
  public:
    /// `gzip` takes several members in a row, `deflate` also raw deflate data, which some clients send.
    explicit Inflater(Coding coding);
    ~Inflater();
    Inflater(Inflater&&) noexcept;

    /// Takes what comes out, piece by piece; its error ends the decompression.
    using Sink = std::function<Result<void>(ByteView)>;
    Result<void> write(ByteView input, const Sink& sink);
    /// `invalid` when the data stopped before its end.
    Result<void> finish() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Whether an Accept-Encoding header takes gzip.
bool accepts_gzip(std::string_view accept_encoding);
/// At the fastest level; nothing when memory is short.
std::optional<std::string> gzip(std::string_view text);

}  // namespace spanreel::net
