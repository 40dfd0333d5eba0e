// SPDX-License-Identifier: Apache-2.0
#include "base/case_folding.hpp"

#include <locale.h>
#include <wctype.h>

#include <cstdint>

namespace spanreel {

namespace {

locale_t unicode_locale() {
    static locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
}

/// Upper then lower maps letters with two lower-case forms (final sigma, long s, micro sign) to one. Dotless i has
/// no simple folding, though its upper case is I.
char32_t fold(char32_t c) {
    constexpr char32_t kDotlessI = 0x131;
    if (c == kDotlessI || !unicode_locale()) return c;
    return static_cast<char32_t>(towlower_l(towupper_l(static_cast<wint_t>(c), unicode_locale()), unicode_locale()));
}

/// Length of the sequence a lead byte announces; 0 when it announces none.
unsigned sequence_length(std::uint8_t lead) {
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

void append_utf8(std::string& out, char32_t c) {
    auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

}  // namespace

std::string fold_case(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        auto lead = static_cast<std::uint8_t>(text[i]);
        if (lead < 0x80) {
            out.push_back(lead >= 'A' && lead <= 'Z' ? static_cast<char>(lead + 32) : text[i]);
            ++i;
            continue;
        }
        unsigned length = sequence_length(lead);
        bool whole = length != 0 && text.size() - i >= length;
        char32_t c = lead & (0xFFu >> (length + 1));
        for (unsigned k = 1; whole && k < length; ++k) {
            auto next = static_cast<std::uint8_t>(text[i + k]);
            whole = (next & 0xC0) == 0x80;
            c = c << 6 | (next & 0x3F);
        }
        if (!whole) {
            out.push_back(text[i++]);
            continue;
        }
        append_utf8(out, fold(c));
        i += length;
    }
    return out;
}

}  // namespace spanreel
