// SPDX-License-Identifier: Apache-2.0
// Where a client finds what answers name: below `public-url`, or else where the request itself came to.
#pragma once
#include <string>
#include <string_view>

#include "net/http_message.hpp"

namespace spanreel::api::livepeer {

class Urls {
  public:
    /// `public_url` without a slash at its end; empty: not set.
    Urls(std::string_view public_url, const net::Request& request);

    const std::string& base() const { return base_; }
    std::string live(std::string_view playback_id) const { return base_ + path("/hls/", playback_id, "/index.m3u8"); }
    std::string recording(std::string_view playback_id) const {
        return base_ + path("/recordings/", playback_id, "/index.m3u8");
    }
    std::string download(std::string_view playback_id) const {
        return base_ + path("/recordings/", playback_id, "/video.mp4");
    }

  private:
    static std::string path(std::string_view before, std::string_view id, std::string_view after) {
        return std::string(before).append(id).append(after);
    }
    std::string base_;
};

}  // namespace spanreel::api::livepeer
