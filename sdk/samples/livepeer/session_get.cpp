// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "spanreel/livepeer.hpp"

using spanreel::livepeer::Livepeer;

int main() try {
    const Livepeer livepeer({.api_key = "<YOUR_BEARER_TOKEN_HERE>"});

    const auto result = livepeer.session.get("<id>");

    // Handle the result
    std::cout << result << '\n';
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
