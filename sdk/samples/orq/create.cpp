// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "spanreel/orq.hpp"

// The key comes from ORQ_API_KEY.
int main() try {
    const spanreel::orq::Orq orq;
    const auto result = orq.sessions.create();

    std::cout << result << '\n';
} catch (const spanreel::sdk::Exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
