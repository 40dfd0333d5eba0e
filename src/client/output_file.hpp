// SPDX-License-Identifier: Apache-2.0
// A file that has its name once it is whole: until then it lies beside its target under a name of its own, which goes
// with a failure or with Ctrl-C. Links are followed. What is no regular file, such as a pipe or a device, is written at
// once. One at a time, one thread.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spanreel::client {

class OutputFile {
  public:
    static Result<OutputFile> create(const std::string& name);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    Result<void> write(std::string_view piece);
    /// Gives it its name.
    Result<void> finish();

  private:
    OutputFile(int file, std::filesystem::path target, std::string partial)
        : file_(file), target_(std::move(target)), partial_(std::move(partial)) {}

    static Result<OutputFile> create_beside(const std::filesystem::path& target, mode_t mode);

    int file_;
    std::filesystem::path target_;
    std::string partial_;  ///< empty: the target itself is written
};

/// Whether a name such as /dev/stdout is that of standard output.
bool is_standard_output(const std::string& name);

}  // namespace spanreel::client
