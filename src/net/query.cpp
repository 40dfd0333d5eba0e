// SPDX-License-Identifier: Apache-2.0
#include "net/query.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace spanreel::net {

namespace {

std::string decode_form(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out.push_back(' ');
        } else if (text[i] == '%' && i + 2 < text.size()) {
            if (auto byte = from_hex(text.substr(i + 1, 2))) {
                out += *byte;
                i += 2;
            } else {
                out.push_back('%');
            }
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

bool names(std::string_view written, std::string_view wanted) {
    return written == wanted ||
           (written.size() == wanted.size() + 2 && written.starts_with(wanted) && written.ends_with("[]"));
}

}  // namespace

Query Query::parse(std::string_view text) {
    Query query;
    while (!text.empty() && query.pairs_.size() < kMaxPairs) {
        std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        std::size_t equals = std::min(pair.find('='), pair.size());
        std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        query.pairs_.emplace_back(decode_form(pair.substr(0, equals)), decode_form(value));
    }
    return query;
}

std::optional<std::string> Query::get(std::string_view name) const {
    for (const auto& [written, value] : pairs_)
        if (names(written, name)) return value;
    return std::nullopt;
}

std::vector<std::string> Query::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [written, value] : pairs_)
        if (names(written, name)) values.push_back(value);
    return values;
}

}  // namespace spanreel::net
