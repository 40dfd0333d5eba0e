// SPDX-License-Identifier: Apache-2.0
// Verifies a data directory: reads every byte of the tape, works out every trace and session anew from it, and
// compares with the index.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"

namespace spanreel::server {

struct CheckReport {
    std::uint64_t traces = 0;
    std::uint64_t sessions = 0;
    std::uint64_t spans = 0;
    std::vector<std::string> problems;  ///< one sentence each
};

/// No server may run on the directory (`conflict`). What a crash left is first recovered as a start would. Needs disk
/// space for a second index, which is removed again.
Result<CheckReport> check_data_directory(const Path& root);

}  // namespace spanreel::server
