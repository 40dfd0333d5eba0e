// SPDX-License-Identifier: Apache-2.0
#include "base/json_string.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace spanreel {

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20)
                    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
                else
                    out += c;
        }
    }
    out += '"';
}

void append_ascii_json_string(std::string& out, std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    auto escape = [&out](std::uint32_t unit) { fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit); };
    for (std::size_t at = 0; at < quoted.size();) {
        const auto lead = static_cast<unsigned char>(quoted[at++]);
        if (lead < 0x80) {
            out += static_cast<char>(lead);
            continue;
        }
        const std::size_t following = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        std::uint32_t point = lead & (0x3Fu >> following);
        for (std::size_t i = 0; i < following && at < quoted.size(); ++i)
            point = point << 6 | (static_cast<unsigned char>(quoted[at++]) & 0x3Fu);
        if (point >= 0x10000) {
            escape(0xD7C0 + (point >> 10));
            escape(0xDC00 + (point & 0x3FF));
        } else {
            escape(point);
        }
    }
}

}  // namespace spanreel
