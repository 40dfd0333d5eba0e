// SPDX-License-Identifier: Apache-2.0
#include "api/playback/picture_query.hpp"

#include <charconv>

namespace spanreel::api::playback {

namespace {

/// Nanoseconds of both fit 64 bits with room for sums.
constexpr double kMaxSeconds = 1e9;
constexpr std::int64_t kMaxUnixMillis = 4'000'000'000'000;

/// All of the text, in decimal.
template <class Number>
std::optional<Number> number_from(const std::string& text) {
    Number number{};
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc() || end != last) return std::nullopt;
    return number;
}

Result<live::Moment> read_moment(const net::Query& query) {
    const auto time = query.get("time");
    const auto at = query.get("at");
    if (time && at) return fail(Code::invalid, "time and at exclude each other: give one of them.", "at");
    if (time) {
        const auto seconds = number_from<double>(*time);
        if (!seconds || !(*seconds >= 0) || *seconds > kMaxSeconds)
            return fail(Code::invalid, "time must be seconds since the beginning, like 12.5.", "time");
        return std::chrono::round<Nanos>(std::chrono::duration<double>(*seconds));
    }
    if (at) {
        const auto millis = number_from<std::int64_t>(*at);
        if (!millis || *millis < 0 || *millis > kMaxUnixMillis)
            return fail(Code::invalid, "at must be Unix milliseconds, like 1767225600000.", "at");
        return Time(UnixMillis(Millis(*millis)));
    }
    return live::AnyMoment{};
}

}  // namespace

Result<live::PictureRequest> read_picture_query(const net::Query& query, media::picture::ImageFormat format) {
    live::PictureRequest request{.format = format};
    SPANREEL_TRY(request.moment, read_moment(query));
    if (const auto width = query.get("width")) {
        request.width = number_from<std::uint32_t>(*width);
        if (!request.width) return fail(Code::invalid, "width must be a number of pixels, like 320.", "width");
    }
    return request;
}

}  // namespace spanreel::api::playback
