// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "spanreel/orq/sessions.hpp"

// The key comes from ORQ_API_KEY.
int main() {
    // One instance serves a whole application.
    const spanreel::orq::OrqCore orq;

    const auto result = spanreel::orq::sessions_get(orq, {.session_id = "<id>"});
    if (!result) {
        std::cerr << result.error().message << '\n';
        return 1;
    }

    std::cout << *result << '\n';
}
