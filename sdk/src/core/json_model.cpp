// SPDX-License-Identifier: Apache-2.0
#include "json_model.hpp"

#include <cstdio>

#include "json_parse.hpp"

namespace spanreel::sdk {

namespace {

/// The number of `count` digits at the front of `text`, which are taken away; false, and nothing taken, for others.
bool number(std::string_view& text, std::size_t count, int& out) {
    if (text.size() < count) return false;
    int read = 0;
    for (char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return false;
        read = read * 10 + (c - '0');
    }
    text.remove_prefix(count);
    out = read;
    return true;
}

bool literal(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

/// As JSON.stringify writes it; Boost's own numbers look otherwise.
void append_any(std::string& out, const boost::json::value& json) {
    if (const double* number = json.if_double()) {
        append_json_number(out, *number);
    } else if (const auto* text = json.if_string()) {
        append_json_string(out, *text);
    } else if (const auto* array = json.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            out += i == 0 ? '[' : ',';
            append_any(out, (*array)[i]);
        }
        out += array->empty() ? "[]" : "]";
    } else if (const auto* object = json.if_object()) {
        char before = '{';
        for (const auto& [name, value] : *object) {
            out += before;
            append_json_string(out, name);
            out += ':';
            append_any(out, value);
            before = ',';
        }
        out += object->empty() ? "{}" : "}";
    } else {
        out += boost::json::serialize(json);
    }
}

}  // namespace

std::string to_iso(Date date) {
    using namespace std::chrono;
    const auto day = floor<days>(date);
    const year_month_day ymd(day);
    const hh_mm_ss clock(date - day);
    char text[40];
    std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(ymd.year()),
                  static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

std::optional<Date> from_iso(std::string_view text) {
    using namespace std::chrono;
    int y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0;
    if (!number(text, 4, y) || !literal(text, '-') || !number(text, 2, m) || !literal(text, '-') ||
        !number(text, 2, d) || !literal(text, 'T') || !number(text, 2, hour) || !literal(text, ':') ||
        !number(text, 2, minute) || !literal(text, ':') || !number(text, 2, second))
        return std::nullopt;
    int part = 0;
    if (literal(text, '.')) {
        int place = 100;
        bool any = false;
        for (int digit = 0; number(text, 1, digit); place /= 10, any = true) part += digit * place;
        if (!any) return std::nullopt;
    }
    minutes zone{0};
    if (!literal(text, 'Z')) {
        const int sign = text.starts_with('-') ? -1 : 1;
        if (!literal(text, '+') && !literal(text, '-')) return std::nullopt;
        int hours_off = 0, minutes_off = 0;
        if (!number(text, 2, hours_off)) return std::nullopt;
        (void)literal(text, ':');
        if (!number(text, 2, minutes_off) || hours_off > 23 || minutes_off > 59) return std::nullopt;
        zone = minutes(sign * (hours_off * 60 + minutes_off));
    }
    const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
    if (!text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(part) - zone;
}

Fit read_value(const boost::json::value& json, std::string& out) {
    const auto* text = json.if_string();
    if (!text) return Misfit{"", "a string"};
    out.assign(text->data(), text->size());
    return std::nullopt;
}

Fit read_value(const boost::json::value& json, bool& out) {
    const bool* flag = json.if_bool();
    if (!flag) return Misfit{"", "true or false"};
    out = *flag;
    return std::nullopt;
}

Fit read_value(const boost::json::value& json, double& out) {
    if (!json.is_number()) return Misfit{"", "a number"};
    out = json.to_number<double>();
    return std::nullopt;
}

Fit read_value(const boost::json::value& json, std::int64_t& out) {
    double number = 0;
    constexpr double kMost = 9'007'199'254'740'992;  // 2^53: so far doubles hold every whole number
    if (Fit misfit = read_value(json, number); misfit || std::trunc(number) != number || std::abs(number) > kMost)
        return Misfit{"", "a whole number"};
    out = static_cast<std::int64_t>(number);
    return std::nullopt;
}

Fit read_value(const boost::json::value& json, Date& out) {
    std::string text;
    if (Fit misfit = read_value(json, text)) return Misfit{"", "a date and time"};
    const std::optional<Date> date = from_iso(text);
    if (!date) return Misfit{"", "a date and time like 2026-01-02T03:04:05.678Z"};
    out = *date;
    return std::nullopt;
}

Fit read_value(const boost::json::value& json, JsonText& out) {
    out.text.clear();
    append_any(out.text, json);
    return std::nullopt;
}

Result<boost::json::value> parse_answer(const HttpResponse& response) {
    boost::json::error_code error;
    boost::json::value json = parse_json(response.body, error);
    if (!error) return json;
    return std::unexpected(Error{.kind = Error::Kind::response_validation,
                                 .message = "Response validation failed: the body is no JSON: " + error.message(),
                                 .cause = error.message(),
                                 .response = response});
}

}  // namespace spanreel::sdk
