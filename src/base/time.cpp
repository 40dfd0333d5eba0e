// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace spanreel {

namespace {

/// Takes fixed-width decimal fields from the front of a text.
class Fields {
  public:
    explicit Fields(std::string_view text) : text_(text) {}

    std::optional<int> digits(std::size_t count) {
        if (text_.size() < count) return std::nullopt;
        int value = 0;
        for (char c : text_.substr(0, count)) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        text_.remove_prefix(count);
        return value;
    }
    bool literal(char expected) {
        if (!text_.starts_with(expected)) return false;
        text_.remove_prefix(1);
        return true;
    }
    char peek() const { return text_.empty() ? '\0' : text_.front(); }
    bool empty() const { return text_.empty(); }

  private:
    std::string_view text_;
};

std::optional<Nanos> fraction(Fields& fields) {
    std::int64_t nanos = 0;
    int count = 0;
    while (auto digit = fields.digits(1)) {
        if (count < 9) nanos = nanos * 10 + *digit;
        ++count;
    }
    if (count == 0) return std::nullopt;
    for (int i = count; i < 9; ++i) nanos *= 10;
    return Nanos(nanos);
}

std::optional<std::chrono::minutes> zone(Fields& fields) {
    if (fields.literal('Z')) return std::chrono::minutes(0);
    int sign = fields.literal('+') ? 1 : fields.literal('-') ? -1 : 0;
    if (sign == 0) return std::nullopt;
    auto hours = fields.digits(2);
    fields.literal(':');
    auto minutes = fields.digits(2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

std::optional<Time> parse(Fields fields) {
    using namespace std::chrono;
    auto y = fields.digits(4);
    if (!y || !fields.literal('-')) return std::nullopt;
    auto m = fields.digits(2);
    if (!m || !fields.literal('-')) return std::nullopt;
    auto d = fields.digits(2);
    if (!d || !fields.literal('T')) return std::nullopt;
    auto hour = fields.digits(2);
    if (!hour || !fields.literal(':')) return std::nullopt;
    auto minute = fields.digits(2);
    if (!minute) return std::nullopt;
    int second = 0;
    Nanos part{0};
    if (fields.literal(':')) {
        auto value = fields.digits(2);
        if (!value) return std::nullopt;
        second = *value;
        if (fields.literal('.')) {
            auto value_part = fraction(fields);
            if (!value_part) return std::nullopt;
            part = *value_part;
        }
    }
    auto offset = zone(fields);
    if (!offset || !fields.empty()) return std::nullopt;
    year_month_day date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
    if (!date.ok() || *hour > 23 || *minute > 59 || second > 60 || *y < 1678 || *y > 2261) return std::nullopt;
    return Time(sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(second) + part - *offset;
}

}  // namespace

Time from_unix_millis(std::int64_t millis) {
    constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max() / 1'000'000;
    return Time(Nanos(std::clamp(millis, -kLimit, kLimit) * 1'000'000));
}

void append_iso_millis(std::string& out, Time time) {
    using namespace std::chrono;
    const auto whole = floor<milliseconds>(time);  // the first day that nanoseconds reach begins before they do
    const auto date = floor<days>(whole);
    const year_month_day ymd(date);
    const auto millis = static_cast<std::uint32_t>((whole - date).count());
    char text[] = "0000-00-00T00:00:00.000Z";
    // Lists format millions of these: digits go straight to their places.
    auto put = [&text](std::size_t place, std::size_t digits, std::uint32_t value) {
        for (; digits > 0; value /= 10) text[place + --digits] = static_cast<char>('0' + value % 10);
    };
    put(0, 4, static_cast<std::uint32_t>(static_cast<int>(ymd.year())));
    put(5, 2, static_cast<unsigned>(ymd.month()));
    put(8, 2, static_cast<unsigned>(ymd.day()));
    put(11, 2, millis / 3'600'000);
    put(14, 2, millis / 60'000 % 60);
    put(17, 2, millis / 1'000 % 60);
    put(20, 3, millis % 1'000);
    out.append(text, sizeof(text) - 1);
}

std::string to_iso_millis(Time time) {
    std::string text;
    append_iso_millis(text, time);
    return text;
}

Result<Time> from_iso(std::string_view text) {
    if (auto time = parse(Fields(text))) return *time;
    return fail(Code::invalid, fmt::format("not a date and time: \"{}\"; expected 2026-01-02T03:04:05.678Z", text));
}

Result<Time> from_day_or_time(std::string_view text) {
    if (auto time = from_iso(text)) return time;
    const std::string_view rest = text.find('T') == std::string_view::npos ? "T00:00:00Z" : "Z";
    if (auto time = from_iso(std::string(text).append(rest))) return time;
    return fail(Code::invalid, "must be a date like 2026-01-31 or 2026-01-31T08:30:00Z");
}

}  // namespace spanreel
