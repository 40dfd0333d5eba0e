// SPDX-License-Identifier: Apache-2.0
// Orq's API without methods: what its functions are called with.
#pragma once
#include "spanreel/sdk/core.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

using sdk::CallOptions;
using sdk::ClientOptions;
using sdk::Result;

class OrqCore : public sdk::Core {
  public:
    /// The key comes from ORQ_API_KEY when the options name none; ORQ_DEBUG turns a log on standard error on. Both are
    /// read once. Throws as sdk::Core does.
    explicit OrqCore(ClientOptions options = {});
};

}  // namespace spanreel::orq
#pragma GCC visibility pop
