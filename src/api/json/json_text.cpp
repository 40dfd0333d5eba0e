// SPDX-License-Identifier: Apache-2.0
#include "api/json/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/encoding.hpp"
#include "base/json_string.hpp"

namespace spanreel::api {

namespace json = boost::json;

namespace {

void write(std::string& out, const json::value& value);

void write(std::string& out, std::string_view text) {
    if (!is_utf8(text)) return write(out, std::string_view(to_utf8(text)));
    append_json_string(out, text);
}

void write(std::string& out, const json::object& object) {
    out += '{';
    for (const auto& member : object) {
        if (out.back() != '{') out += ',';
        write(out, std::string_view(member.key().data(), member.key().size()));
        out += ':';
        write(out, member.value());
    }
    out += '}';
}

void write(std::string& out, const json::array& array) {
    out += '[';
    bool first = true;
    for (const json::value& element : array) {
        if (!std::exchange(first, false)) out += ',';
        write(out, element);
    }
    out += ']';
}

void write(std::string& out, const json::value& value) {
    auto into = std::back_inserter(out);
    switch (value.kind()) {
        case json::kind::null: out += "null"; break;
        case json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
        case json::kind::int64: fmt::format_to(into, "{}", value.get_int64()); break;
        case json::kind::uint64: fmt::format_to(into, "{}", value.get_uint64()); break;
        case json::kind::double_:
            if (std::isfinite(value.get_double()))
                fmt::format_to(into, "{}", value.get_double());
            else
                out += "null";
            break;
        case json::kind::string: write(out, std::string_view(value.get_string())); break;
        case json::kind::array: write(out, value.get_array()); break;
        case json::kind::object: write(out, value.get_object()); break;
    }
}

}  // namespace

std::string to_text(const json::value& value) {
    std::string out;
    write(out, value);
    return out;
}

std::string to_text(const json::object& object) {
    std::string out;
    write(out, object);
    return out;
}

}  // namespace spanreel::api
