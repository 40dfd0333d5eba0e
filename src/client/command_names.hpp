// SPDX-License-Identifier: Apache-2.0
// The commands that `spanreel` leaves to `spanreel-client`. Both programs know them from here alone: one to pass them
// on, the other to serve them.
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace spanreel::client {

struct CommandName {
    std::string_view name;
    std::string_view help;
};

inline constexpr std::array<CommandName, 7> kCommands{{
    {"sessions", "Trace sessions, which agents' spans make: list, get, create, update, delete, watch"},
    {"streams", "Video streams and their sessions: list, get, create, update, delete, watch"},
    {"recordings", "What was recorded of streams: list, get, delete, watch"},
    {"clips", "Parts cut out of recordings: list, get, create, delete, watch"},
    {"push", "Publish a media file to a stream, as an encoder would"},
    {"import", "Send spans from files of OTLP JSON"},
    {"export", "Write spans as OTLP JSON, as they came"},
}};

constexpr bool is_command(std::string_view name) {
    return std::ranges::find(kCommands, name, &CommandName::name) != kCommands.end();
}

}  // namespace spanreel::client
