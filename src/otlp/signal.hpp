// SPDX-License-Identifier: Apache-2.0
// What an export request carries.
#pragma once
#include <cstdint>

namespace spanreel::otlp {

enum class Signal : std::uint8_t { traces, logs };

}  // namespace spanreel::otlp
