// SPDX-License-Identifier: Apache-2.0
#include "command_line/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace spanreel::command_line {

namespace {

// Rows answer two questions: what may stand behind a command ('spanreel streams': commands, options, files), and what
// is the value of one of its options ('spanreel streams list --kind'). A word that is a command below the one reached
// so far leads to that one.

constexpr std::string_view kBashBegin = R"(# Completion of spanreel for bash: source <(spanreel completion bash)
_spanreel_at() {
    commands= options= values= takes= files=
    case $1 in
)";
constexpr std::string_view kBashEnd = R"(    esac
}
_spanreel() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} at=spanreel word
    local commands options values takes files
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        _spanreel_at "$at"
        [[ " $commands " == *" $word "* ]] && at+=" $word"
    done
    _spanreel_at "$at $previous"
    [[ -n $takes ]] || _spanreel_at "$at"
    if [[ $takes == file || $files && $current != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    elif [[ -n $takes ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
    else
        [[ $current == -* ]] && commands=$options
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
    fi
}
complete -F _spanreel spanreel
)";

constexpr std::string_view kZshBegin = R"(#compdef spanreel
# Completion of spanreel for zsh: source <(spanreel completion zsh), behind compinit
_spanreel_at() {
    commands=() options=() values=() takes= files=
    case $1 in
)";
constexpr std::string_view kZshEnd = R"(    esac
}
_spanreel() {
    local at=spanreel word takes files previous=${words[CURRENT-1]}
    local -a commands options values
    for word in ${words[2,CURRENT-1]}; do
        _spanreel_at $at
        (( ${commands[(I)$word:*]} )) && at+=" $word"
    done
    _spanreel_at "$at $previous"
    [[ -n $takes ]] || _spanreel_at $at
    if [[ $takes == file || ( -n $files && $PREFIX != -* ) ]]; then
        _files
    elif [[ -n $takes ]]; then
        compadd -a values
    else
        if [[ $PREFIX == -* ]]; then _describe option options; else _describe command commands; fi
    fi
}
if [[ $funcstack[1] == _spanreel ]]; then _spanreel; else compdef _spanreel spanreel; fi
)";

constexpr std::string_view kFishBegin = R"(# Completion of spanreel for fish: spanreel completion fish | source
function __spanreel_at
    set -l at spanreel
    for word in (commandline -opc)[2..]
        contains -- "$at $word" $__spanreel_commands; and set at "$at $word"
    end
    test "$at" = "$argv[1]"
end
set -g __spanreel_commands
complete -c spanreel -f
)";

/// Between single quotes, with something else in place of a quote and a backslash.
std::string quoted(std::string_view text, std::string_view quote, std::string_view backslash) {
    std::string out = "'";
    for (const char c : text) {
        const bool special = c == '\'' || c == '\\';
        out += !special ? std::string_view(&c, 1) : c == '\'' ? quote : backslash;
    }
    return out + "'";
}
std::string posix(std::string_view text) { return quoted(text, R"('\'')", R"(\)"); }
std::string fish(std::string_view text) { return quoted(text, R"(\')", R"(\\)"); }

bool takes_file(const OptionView& option) { return option.type == "FILE" || option.type == "DIRECTORY"; }

bool takes_files(const CommandView& command) {
    return std::ranges::any_of(command.options,
                               [](const OptionView& option) { return option.positional && takes_file(option); });
}

/// 'name:help', as _describe has it.
std::string described(std::string_view name, std::string_view help) {
    std::string text;
    for (const char c : name) text += c == ':' ? "\\:" : std::string(1, c);
    return posix(text + ":" + std::string(help));
}

std::string posix_row(Shell shell, const CommandView& command) {
    std::vector<std::string> commands, options;
    for (const CommandView& below : command.commands)
        commands.push_back(shell == Shell::zsh ? described(below.name(), below.help) : below.name());
    for (const OptionView& option : command.options)
        if (option.has_name())
            options.push_back(shell == Shell::zsh ? described(option.names.front(), option.help)
                                                  : option.names.front());
    const char open = shell == Shell::zsh ? '(' : '\'', close = shell == Shell::zsh ? ')' : '\'';
    std::string out = fmt::format("    {}) commands={}{}{} options={}{}{}{} ;;\n", posix(command.path), open,
                                  fmt::join(commands, " "), close, open, fmt::join(options, " "), close,
                                  takes_files(command) ? " files=yes" : "");
    for (const OptionView& option : command.options) {
        if (!option.has_name() || option.type.empty()) continue;
        std::vector<std::string> names;
        for (const std::string& name : option.names) names.push_back(posix(command.path + " " + name));
        out += fmt::format("    {}) takes={} values={}{}{} ;;\n", fmt::join(names, "|"),
                           takes_file(option) ? "file" : "word", open, fmt::join(option.choices, " "), close);
    }
    return out;
}

std::string fish_row(const CommandView& command) {
    const std::string begin = fmt::format("complete -c spanreel -n {}", fish("__spanreel_at \"" + command.path + "\""));
    std::string out;
    for (const CommandView& below : command.commands) {
        out += fmt::format("set -a __spanreel_commands {}\n", fish(below.path));
        out += fmt::format("{} -a {} -d {}\n", begin, below.name(), fish(below.help));
    }
    for (const OptionView& option : command.options) {
        if (!option.has_name()) continue;
        std::string names;
        for (const std::string& name : option.names)
            names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
        const std::string value = option.type.empty()      ? ""
                                  : takes_file(option)     ? " -r -F"
                                  : option.choices.empty() ? " -x"
                                                           : fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
        out += fmt::format("{}{}{} -d {}\n", begin, names, value, fish(option.help));
    }
    if (takes_files(command)) out += begin + " -F\n";
    return out;
}

}  // namespace

std::string completion_begin(Shell shell) {
    return std::string(shell == Shell::bash ? kBashBegin : shell == Shell::zsh ? kZshBegin : kFishBegin);
}

std::string completion_row(Shell shell, const CommandView& command) {
    return shell == Shell::fish ? fish_row(command) : posix_row(shell, command);
}

std::string completion_rows(Shell shell, const CommandView& command) {
    std::string out = completion_row(shell, command);
    for (const CommandView& below : command.commands) out += completion_rows(shell, below);
    return out;
}

std::string completion_end(Shell shell) {
    return std::string(shell == Shell::bash ? kBashEnd : shell == Shell::zsh ? kZshEnd : "");
}

}  // namespace spanreel::command_line
