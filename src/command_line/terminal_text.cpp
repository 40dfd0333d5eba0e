// SPDX-License-Identifier: Apache-2.0
#include "command_line/terminal_text.hpp"

#include <fmt/format.h>
#include <locale.h>
#include <wchar.h>

#include <algorithm>

namespace spanreel::command_line {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

/// The C library knows the widths of characters, and tells them in a locale of UTF-8 alone.
class Utf8Locale {
  public:
    Utf8Locale() {
        static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        previous_ = uselocale(utf8);
    }
    ~Utf8Locale() { uselocale(previous_); }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

  private:
    locale_t previous_ = nullptr;
};

struct Character {
    std::string_view bytes;
    bool valid = false;
    wchar_t code = 0;
};

/// The first character of a text that is not empty; one byte where it is no UTF-8.
Character first_of(std::string_view text) {
    Character character{.bytes = text.substr(0, 1)};
    mbstate_t state{};
    const std::size_t length = mbrtowc(&character.code, text.data(), text.size(), &state);
    if (length == 0) return {.bytes = character.bytes, .valid = true, .code = 0};
    if (length > text.size()) return character;
    return {.bytes = text.substr(0, length), .valid = true, .code = character.code};
}

template <class Visit>
void each_character(std::string_view text, Visit visit) {
    const Utf8Locale locale;
    while (!text.empty()) {
        const Character character = first_of(text);
        text.remove_prefix(character.bytes.size());
        if (!visit(character)) return;
    }
}

bool is_space(wchar_t code) { return code == '\t' || code == '\n' || code == '\r'; }

/// C0 and C1, and the marks, embeddings and isolates of bidirectional text (UAX #9).
bool steers(wchar_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

std::size_t width_of(const Character& character) {
    const int width = wcwidth(character.code);
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

std::string made_printable(std::string_view text, bool keep_lines) {
    std::string out;
    each_character(text, [&](const Character& character) {
        if (character.valid && character.code == '\n' && keep_lines)
            out += '\n';
        else if (character.valid && is_space(character.code))
            out += ' ';
        else
            out += character.valid && !steers(character.code) ? character.bytes : kReplacement;
        return true;
    });
    return out;
}

}  // namespace

std::string printable(std::string_view text) { return made_printable(text, false); }
std::string printable_lines(std::string_view text) { return made_printable(text, true); }

std::string printable_json(std::string_view json) {
    std::string out;
    each_character(json, [&](const Character& character) {
        if (!character.valid)
            out += kReplacement;
        else if (steers(character.code))
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(character.code));
        else
            out += character.bytes;
        return true;
    });
    return out;
}

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    each_character(text, [&](const Character& character) {
        width += width_of(character);
        return true;
    });
    return width;
}

std::string cut_to(std::string_view text, std::size_t columns) {
    if (width_of(text) <= columns) return std::string(text);
    if (columns == 0) return "";
    std::string out;
    std::size_t width = 0;
    each_character(text, [&](const Character& character) {
        width += width_of(character);
        if (width >= columns) return false;
        out += character.bytes;
        return true;
    });
    return out.append(kEllipsis);
}

}  // namespace spanreel::command_line
