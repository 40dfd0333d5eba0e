// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "spanreel/livepeer/session.hpp"

using spanreel::livepeer::LivepeerCore;
using spanreel::livepeer::session_get_recorded;

// A program with functions in place of methods links only the operations it uses.
// One LivepeerCore serves the whole program.
int main() {
    const LivepeerCore livepeer({.api_key = "<YOUR_BEARER_TOKEN_HERE>"});

    const auto result = session_get_recorded(livepeer, {"<value>", true});

    if (!result) {
        std::cerr << result.error().message << '\n';
        return 1;
    }

    // Handle the result
    std::cout << *result << '\n';
}
