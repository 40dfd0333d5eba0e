// SPDX-License-Identifier: Apache-2.0
// Standard output, for people or for programs (one JSON object a line and nothing else). One thread.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "client/noun.hpp"
#include "command_line/standard_output.hpp"

namespace spanreel::client {

using command_line::print;
/// A line for the person at the terminal, on standard error.
void remark(std::string_view text);

/// Prints the message for a person; gives the exit status.
int report(const Error& error);

struct Screen {
    std::size_t width;
    std::size_t height;
};
/// Nothing when standard output is no terminal.
std::optional<Screen> screen();

class Output {
  public:
    explicit Output(bool json) : json_(json) {}

    bool json() const { return json_; }
    void one(const std::vector<Heading>& headings, const Record& record) const;

  private:
    bool json_;
};

/// Asks on the terminal; `invalid` when there is none to ask, with the flag that answers beforehand.
Result<bool> confirmed(std::string_view question);

}  // namespace spanreel::client
