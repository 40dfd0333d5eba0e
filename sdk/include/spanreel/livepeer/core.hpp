// SPDX-License-Identifier: Apache-2.0
// Livepeer Studio's API without methods: what its functions are called with.
#pragma once
#include "spanreel/sdk/core.hpp"

#pragma GCC visibility push(default)
namespace spanreel::livepeer {

using sdk::CallOptions;
using sdk::ClientOptions;
using sdk::Result;

class LivepeerCore : public sdk::Core {
  public:
    /// There is no timeout unless the options name one, and nothing comes from the environment. Throws as sdk::Core
    /// does.
    explicit LivepeerCore(ClientOptions options = {});
};

}  // namespace spanreel::livepeer
#pragma GCC visibility pop
