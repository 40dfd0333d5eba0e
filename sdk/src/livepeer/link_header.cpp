// SPDX-License-Identifier: Apache-2.0
#include "link_header.hpp"

#include "../core/ascii.hpp"

namespace spanreel::livepeer {

namespace {

std::string_view take(std::string_view& text, std::size_t count) {
    const std::string_view taken = text.substr(0, count);
    text.remove_prefix(taken.size());
    return taken;
}

void skip(std::string_view& text, std::string_view chars) { take(text, text.find_first_not_of(chars)); }

std::string take_quoted(std::string_view& text) {
    std::string value;
    take(text, 1);
    while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\') take(text, 1);
        value += take(text, 1);
    }
    take(text, 1);
    return value;
}

struct Parameter {
    std::string name;
    std::string value;
};

/// `; name=value` from the front of `text`.
std::optional<Parameter> take_parameter(std::string_view& text) {
    skip(text, " \t");
    if (!text.starts_with(';')) return std::nullopt;
    skip(text, "; \t");
    Parameter parameter{.name = sdk::lower(take(text, text.find_first_of("=;, \t"))), .value = {}};
    skip(text, " \t");
    if (!text.starts_with('=')) return parameter;
    skip(text, "= \t");
    parameter.value = text.starts_with('"') ? take_quoted(text) : std::string(take(text, text.find_first_of(";, \t")));
    return parameter;
}

/// A value of `rel` names several relations, with spaces between.
bool names_next(const std::string& relations) { return (" " + sdk::lower(relations) + " ").contains(" next "); }

}  // namespace

std::optional<std::string> next_link(std::string_view header) {
    for (;;) {
        skip(header, ", \t");
        if (!header.starts_with('<')) return std::nullopt;
        take(header, 1);
        std::string target(take(header, header.find('>')));
        take(header, 1);
        std::optional<std::string> relations;
        while (const auto parameter = take_parameter(header))
            if (parameter->name == "rel" && !relations) relations = parameter->value;
        if (relations && names_next(*relations)) return target;
    }
}

}  // namespace spanreel::livepeer
