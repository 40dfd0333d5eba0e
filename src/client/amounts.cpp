// SPDX-License-Identifier: Apache-2.0
#include "client/amounts.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace spanreel::client {

namespace {

using Seconds = std::chrono::duration<double>;
constexpr std::string_view kNothing = "-";

/// In steps of 1000, with three digits that count.
std::string scaled(double value, std::span<const std::string_view> units) {
    if (!std::isfinite(value)) return std::string(kNothing);
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const int digits = unit == 0 || std::abs(value) >= 99.95 ? 0 : 1;
    return fmt::format("{:.{}f} {}", value, digits, units[unit]);
}

std::string age(Seconds length) {
    const double seconds = length.count();
    if (seconds < 90) return fmt::format("{:.0f}s", seconds);
    if (seconds < 90 * 60) return fmt::format("{:.0f}m", seconds / 60);
    if (seconds < 36 * 3600) return fmt::format("{:.0f}h", seconds / 3600);
    return fmt::format("{:.0f}d", seconds / 86400);
}

constexpr double kLongest = 1e8;  // seconds: three years

std::optional<double> number_at(std::string_view& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(value) || value < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

std::optional<double> seconds_of_unit(std::string_view& text) {
    struct Unit {
        std::string_view name;
        double seconds;
    };
    constexpr std::array<Unit, 5> kUnits{{{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};
    for (const Unit& unit : kUnits)
        if (text.starts_with(unit.name)) {
            text.remove_prefix(unit.name.size());
            return unit.seconds;
        }
    return text.empty() ? std::optional(1.0) : std::nullopt;
}

/// 1:02:03.5
std::optional<double> clock_seconds(std::string_view text) {
    double sum = 0;
    for (int parts = 0; parts < 3; ++parts) {
        const std::optional<double> value = number_at(text);
        if (!value || (parts > 0 && *value >= 60)) return std::nullopt;
        sum = sum * 60 + *value;
        if (text.empty()) return sum;
        if (!text.starts_with(':')) return std::nullopt;
        text.remove_prefix(1);
    }
    return std::nullopt;
}

/// 1h30m
std::optional<double> unit_seconds(std::string_view text) {
    if (text.empty()) return std::nullopt;
    double sum = 0;
    while (!text.empty()) {
        const std::optional<double> value = number_at(text);
        const std::optional<double> unit = value ? seconds_of_unit(text) : std::nullopt;
        if (!unit) return std::nullopt;
        sum += *value * *unit;
    }
    return sum;
}

}  // namespace

std::string count_text(double count) {
    if (!std::isfinite(count)) return std::string(kNothing);
    std::string digits = fmt::format("{:.0f}", std::abs(count));
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return (count <= -0.5 ? "-" : "") + digits;
}

std::string money_text(double dollars) {
    if (!std::isfinite(dollars)) return std::string(kNothing);
    if (dollars == 0) return "$0";
    constexpr int kMostDigits = 9;
    const double size = std::abs(dollars);
    const int digits = size < 0.1 ? std::min(kMostDigits, 1 - static_cast<int>(std::floor(std::log10(size)))) : 2;
    return fmt::format("{}${:.{}f}", dollars < 0 ? "-" : "", size, digits);
}

std::string bytes_text(double bytes) {
    constexpr std::array<std::string_view, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
    return scaled(bytes, kUnits);
}

std::string bit_rate_text(double bits_a_second) {
    constexpr std::array<std::string_view, 4> kUnits{"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
    return scaled(bits_a_second, kUnits);
}

std::string duration_text(Seconds length) {
    const double seconds = length.count();
    if (!std::isfinite(seconds)) return std::string(kNothing);
    if (std::abs(seconds) < 0.9995) return fmt::format("{:.0f} ms", seconds * 1000);
    if (std::abs(seconds) < 59.95) return fmt::format("{:.1f} s", seconds);
    const double whole = std::round(seconds);
    const auto part = [whole](double unit, double next) { return std::trunc(std::fmod(whole, next) / unit); };
    if (whole < 3600) return fmt::format("{:.0f}m {:02.0f}s", part(60, 3600), part(1, 60));
    if (whole < 86400) return fmt::format("{:.0f}h {:02.0f}m", part(3600, 86400), part(60, 3600));
    return fmt::format("{:.0f}d {:02.0f}h", std::trunc(whole / 86400), part(3600, 86400));
}

std::string age_text(Time then, Time now) { return then <= now ? age(now - then) + " ago" : "in " + age(then - now); }

std::string moment_text(Time then, Time now) {
    std::string iso = to_iso_millis(then);
    return fmt::format("{} {}Z ({})", iso.substr(0, 10), iso.substr(11, 8), age_text(then, now));
}

Result<Nanos> duration_from(std::string_view text) {
    std::optional<double> seconds = unit_seconds(text);
    if (!seconds) seconds = clock_seconds(text);
    if (!seconds || *seconds > kLongest)
        return fail(Code::invalid,
                    fmt::format("\"{}\" is no length of time: write 90s, 15m, 1h30m, 2d or 1:02:03", text));
    return std::chrono::round<Nanos>(Seconds(*seconds));
}

Result<UnixMillis> moment_from(std::string_view text, Time now) {
    if (const Result<Time> moment = from_day_or_time(text)) return std::chrono::floor<Millis>(*moment);
    if (const Result<Nanos> before = duration_from(text)) return std::chrono::floor<Millis>(now - *before);
    return fail(
        Code::invalid,
        fmt::format("\"{}\" is no time: write 2027-01-31, 2027-01-31T08:30:00Z, or how long ago: 90m, 24h, 7d", text));
}

}  // namespace spanreel::client
