// SPDX-License-Identifier: Apache-2.0
// Texts of HTTP, whose letters are those of ASCII whatever the locale says.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

namespace spanreel::sdk {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

inline std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
    return out;
}

inline bool same_letters(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char one, char other) { return lower(one) == lower(other); });
}

/// Without blanks and line ends around it.
constexpr std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto begin = text.find_first_not_of(kBlanks);
    return begin == std::string_view::npos ? text.substr(0, 0)
                                           : text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace spanreel::sdk
