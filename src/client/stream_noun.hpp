// SPDX-License-Identifier: Apache-2.0
// Streams as they are shown.
#pragma once
#include <string>
#include <vector>

#include "client/noun.hpp"
#include "spanreel/livepeer/playback.hpp"
#include "spanreel/livepeer/stream.hpp"

namespace spanreel::client {

struct StreamView {
    livepeer::Stream stream;
    std::string publish_url{};  ///< empty where it is not shown
    std::vector<livepeer::PlaybackSource> sources{};
};
std::string to_json(const StreamView& view);

const Noun<StreamView>& stream_noun();

/// What times of Livepeer's API say to people: empty for 0 and for what is absent.
std::string age_of(const std::optional<double>& unix_millis);
std::string moment_of(const std::optional<double>& unix_millis);
/// Issues of a stream or a session.
std::string issues_text(const std::optional<sdk::Nullable<std::vector<std::string>>>& issues);

}  // namespace spanreel::client
