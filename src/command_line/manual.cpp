// SPDX-License-Identifier: Apache-2.0
#include "command_line/manual.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace spanreel::command_line {

namespace {

constexpr std::string_view kBegin = R"(.SH NAME
spanreel \- record sessions: traces of AI agents and live video
.SH SYNOPSIS
.B spanreel
.I COMMAND
.RI [ OPTION ...]
.SH DESCRIPTION
.B spanreel serve
runs the server;
.BR key " and " check
work on its data directory. The other commands talk to a server that runs somewhere, by its URL and an API key: Spanreel's own or the services whose APIs it speaks.
.PP
Lists are tables for people, cut to the terminal they are printed on and whole elsewhere. With
.B \-\-json
each object is a line of JSON as the API has it, and nothing else is written to standard output. Messages go to standard error.
.SH COMMANDS
)";

// What exit_status() of base/error gives.
constexpr std::string_view kEnd = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
The server or this program failed.
.TP
.B 2
What was asked for cannot be had: a wrong use of the command, or values that the server refuses.
.TP
.B 3
There is no such object.
.TP
.B 4
The API key is missing, unknown or not allowed to do this.
.TP
.B 5
The server is not reached, gave no answer in time or has too much to do; try again later.
.TP
.B 6
Stored data is damaged.
.SH ENVIRONMENT
.TP
.B SPANREEL_URL
URL of the server.
.TP
.B SPANREEL_KEY
API key.
.TP
.B SPANREEL_RTMP_URL
Where publishers send to, without the stream's key.
.PP
An option goes before a variable. Each setting of
.B spanreel serve
has a variable too, which is named with it.
.SH EXAMPLES
.nf
spanreel key create \-\-data\-dir data \-\-name laptop \-\-quiet > ~/.spanreel\-key
spanreel streams create \-\-name standup \-\-record \-\-key\-file ~/.spanreel\-key
spanreel sessions list \-\-search refund \-\-since 24h \-\-json | jq \-r ._id
spanreel clips create \-\-session ID \-\-from 1:30 \-\-to 2:00 \-\-wait
.fi
)";

/// Text that troff prints as it is.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '"')
            out += "\\(dq";
        else
            out += c;
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string takes_of(const OptionView& option) {
    if (!option.choices.empty()) return fmt::format("{}", fmt::join(option.choices, "|"));
    return option.type;
}

std::string synopsis(const CommandView& command) {
    std::string out = fmt::format("\\fB{}\\fR", roff(command.path));
    for (const OptionView& option : command.options) {
        if (!option.positional) continue;
        const std::string name = "\\fI" + roff(option.type) + "\\fR" + (option.repeated ? "..." : "");
        out += option.required ? " " + name : " [" + name + "]";
    }
    return out;
}

std::string option_paragraph(const OptionView& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.names) names.push_back("\\fB" + roff(name) + "\\fR");
    std::string out = fmt::format(".TP\n{}", fmt::join(names, ", "));
    if (const std::string takes = takes_of(option); !takes.empty()) out += " \\fI" + roff(takes) + "\\fR";
    out += "\n" + roff(option.help) + ".";
    if (option.required) out += " Required.";
    if (!option.default_text.empty()) out += " Default: " + roff(option.default_text) + ".";
    if (!option.variable.empty()) out += " Variable: " + roff(option.variable) + ".";
    return out + "\n";
}

bool is_help(const OptionView& option) { return option.names.front() == "--help"; }

}  // namespace

std::string manual_begin(std::string_view version) {
    return fmt::format(".TH SPANREEL 1 \"\" \"spanreel {}\"\n{}", roff(version), kBegin);
}

std::string manual_commands(const CommandView& command) {
    if (!command.commands.empty()) {
        std::string out;
        for (const CommandView& below : command.commands) out += manual_commands(below);
        return out;
    }
    std::string out = fmt::format(".SS {}\n{}.\n", synopsis(command), roff(command.help));
    for (const OptionView& option : command.options)
        if (option.has_name() && !is_help(option)) out += option_paragraph(option);
    return out;
}

std::string manual_end() { return std::string(kEnd); }

}  // namespace spanreel::command_line
