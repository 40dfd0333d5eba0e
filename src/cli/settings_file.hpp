// SPDX-License-Identifier: Apache-2.0
// A settings file: TOML with `name = value` lines under the names of the flags, no sections.
#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"

namespace spanreel::cli {

struct FileSetting {
    std::string name;
    std::string value;
};

/// In the order of the file. `invalid`, with the file's name, when it cannot be read or has sections or lists.
Result<std::vector<FileSetting>> read_settings_file(const std::string& path);

}  // namespace spanreel::cli
