// SPDX-License-Identifier: Apache-2.0
#include "spanreel/orq/core.hpp"

#include <array>

namespace spanreel::orq {

namespace {

constexpr std::array<std::string_view, 1> kServers{"https://my.orq.ai"};
constexpr sdk::Service kService{.name = "orq",
                                .servers = kServers,
                                .key_variable = "ORQ_API_KEY",
                                .debug_variable = "ORQ_DEBUG",
                                .default_timeout = std::chrono::minutes(10)};

}  // namespace

OrqCore::OrqCore(ClientOptions options) : sdk::Core(kService, std::move(options)) {}

}  // namespace spanreel::orq
