// SPDX-License-Identifier: Apache-2.0
// Whether a machine that has just started kept every promise of the crash contract.
#pragma once
#include "machine.hpp"
#include "workload.hpp"

namespace spanreel::crash {

/// The first broken promise: something acknowledged is missing or counted twice, the index differs from the tape, or
/// a file is damaged. Before anything new is written.
Result<void> keeps_its_promises(Machine& machine, const Acknowledged& acknowledged);

}  // namespace spanreel::crash
