// SPDX-License-Identifier: Apache-2.0
#include "cli/settings_file.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace spanreel::cli {

Result<std::vector<FileSetting>> read_settings_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) return fail(Code::invalid, fmt::format("settings file {}: {}", path, std::strerror(errno)));
    std::vector<FileSetting> settings;
    try {
        for (CLI::ConfigItem& item : CLI::ConfigTOML().from_config(file)) {
            if (!item.parents.empty() || item.name == "++")
                return fail(Code::invalid, fmt::format("settings file {}: there are no sections like [{}]", path,
                                                       fmt::join(item.parents, ".")));
            if (item.inputs.size() != 1)
                return fail(Code::invalid, fmt::format("settings file {}: {} takes one value", path, item.name));
            settings.push_back({std::move(item.name), std::move(item.inputs.front())});
        }
    } catch (const CLI::Error& error) {
        return fail(Code::invalid, fmt::format("settings file {}: {}", path, error.what()));
    }
    return settings;
}

}  // namespace spanreel::cli
