// SPDX-License-Identifier: Apache-2.0
#include "spanreel/livepeer/core.hpp"

#include <array>

namespace spanreel::livepeer {

namespace {

constexpr std::array<std::string_view, 1> kServers{"https://livepeer.studio/api"};
constexpr sdk::Service kService{.name = "livepeer", .servers = kServers};

}  // namespace

LivepeerCore::LivepeerCore(ClientOptions options) : sdk::Core(kService, std::move(options)) {}

}  // namespace spanreel::livepeer
