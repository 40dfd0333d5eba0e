// SPDX-License-Identifier: Apache-2.0
#include "trace/conventions/fact_text.hpp"

#include <cstdint>
#include <cstring>

#include "base/encoding.hpp"

namespace spanreel::trace {
namespace {

bool is_ascii(std::string_view text) {
    std::uint64_t bits = 0;
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + i, 8);
        bits |= word;
    }
    for (; i < text.size(); ++i) bits |= static_cast<unsigned char>(text[i]);
    return (bits & 0x8080808080808080ull) == 0;
}

}  // namespace

void assign_text(std::string& into, std::string_view text) {
    if (text.size() > kMaxFactText) {
        std::size_t size = kMaxFactText;
        while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
        text = text.substr(0, size);
    }
    if (is_ascii(text))
        into.assign(text);
    else
        into = to_utf8(text);
}

bool assign_identifier(std::string& into, const otlp::Value* value) {
    if (value == nullptr) return false;
    if (value->type == otlp::ValueType::integer) {
        into = std::to_string(value->integer);
        return true;
    }
    if (value->type != otlp::ValueType::text || value->data.empty()) return false;
    assign_text(into, value->data);
    return true;
}

}  // namespace spanreel::trace
