// SPDX-License-Identifier: Apache-2.0
// Where a client finds what answers name: below `public-url`, or else where the request itself came to.
#pragma once
#include <string>
#include <string_view>

#include "api/playback/paths.hpp"
#include "net/http_message.hpp"

namespace spanreel::api::livepeer {

class Urls {
  public:
    /// `public_url` without a slash at its end; empty: not set.
    Urls(std::string_view public_url, const net::Request& request);

    const std::string& base() const { return base_; }
    std::string live(std::string_view playback_id) const { return base_ + playback::live_path(playback_id); }
    std::string session(std::string_view playback_id, std::string_view session_id) const {
        return base_ + playback::session_path(playback_id, session_id);
    }
    std::string recording(std::string_view playback_id) const { return base_ + playback::recording_path(playback_id); }
    std::string download(std::string_view playback_id) const { return base_ + playback::download_path(playback_id); }
    std::string live_picture(std::string_view playback_id, std::string_view name) const {
        return base_ + playback::live_picture_path(playback_id, name);
    }
    std::string thumbnails(std::string_view playback_id) const {
        return base_ + playback::thumbnails_path(playback_id);
    }

  private:
    std::string base_;
};

}  // namespace spanreel::api::livepeer
