// SPDX-License-Identifier: Apache-2.0
#include "json_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace spanreel::sdk {

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kEscaped = "\b\t\n\f\r\"\\", kLetters = "btnfr\"\\";
    out += '"';
    for (char c : text) {
        if (const auto at = kEscaped.find(c); at != std::string_view::npos)
            out.append({'\\', kLetters[at]});
        else if (static_cast<unsigned char>(c) < 0x20)
            out.append("\\u00").append({kHex[static_cast<unsigned char>(c) >> 4u], kHex[c & 15]});
        else
            out += c;
    }
    out += '"';
}

/// Number::toString of ECMA-262: the shortest digits, in full up to 21 of them before and 6 zeros behind the point.
void append_json_number(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    if (number == 0) {
        out += '0';
        return;
    }
    if (number < 0) out += '-';
    std::array<char, 32> text{};
    const char* const end =
        std::to_chars(text.data(), text.data() + text.size(), std::abs(number), std::chars_format::scientific).ptr;
    const std::string_view shortest(text.data(), static_cast<std::size_t>(end - text.data()));
    const std::size_t e = shortest.find('e');
    int exponent = 0;
    const char* const begin = shortest.data() + e + (shortest[e + 1] == '+' ? 2 : 1);
    std::from_chars(begin, end, exponent);
    std::string digits(1, shortest[0]);
    if (e > 2) digits += shortest.substr(2, e - 2);
    const int count = static_cast<int>(digits.size()), point = exponent + 1;  // the point stands behind so many digits
    if (point >= count && point <= 21) {
        out.append(digits).append(static_cast<std::size_t>(point - count), '0');
    } else if (point > 0 && point <= 21) {
        out.append(digits, 0, static_cast<std::size_t>(point))
            .append(".")
            .append(digits.substr(static_cast<std::size_t>(point)));
    } else if (point > -6 && point <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
    } else {
        out += digits[0];
        if (count > 1) out.append(".").append(digits.substr(1));
        out.append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
    }
}

}  // namespace spanreel::sdk
