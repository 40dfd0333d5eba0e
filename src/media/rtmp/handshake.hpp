// SPDX-License-Identifier: Apache-2.0
// The server's side of the plain RTMP handshake (Adobe RTMP 1.0, section 5.2). Clients that offer the digest variant
// (OBS, ffmpeg, librtmp) fall back to it because the version field of S1 is zero.
#pragma once
#include <cstddef>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spanreel::media::rtmp {

/// Size of C1, C2, S1 and S2.
inline constexpr std::size_t kHandshakeBlockBytes = 1536;

class Handshake {
  public:
    /// Takes what belongs to the handshake off the front of `input` and appends the answer to `output`: S0 and S1
    /// after C0, S2 (which is C1 again) as C1 arrives. The contents of C2 are not looked at. `unsupported` for a
    /// version other than 3, as encrypted RTMPE has.
    Result<void> receive(ByteView& input, std::string& output);
    bool done() const { return received_ == 1 + 2 * kHandshakeBlockBytes; }

  private:
    std::size_t received_ = 0;
};

}  // namespace spanreel::media::rtmp
