// SPDX-License-Identifier: Apache-2.0
#include "client/clip_range.hpp"

#include <fmt/format.h>

#include "client/amounts.hpp"

namespace spanreel::client {

namespace {

Result<UnixMillis> end_of(std::string_view flag, const std::string& text, UnixMillis began) {
    if (const Result<Nanos> since = duration_from(text)) return began + std::chrono::round<Millis>(*since);
    if (const Result<Time> moment = from_day_or_time(text)) return std::chrono::floor<Millis>(*moment);
    return fail(Code::invalid, fmt::format("{} \"{}\" is neither a length of time since the session began, like 90s or "
                                           "1:30, nor a time like 2027-01-31T08:30:00Z",
                                           flag, text));
}

}  // namespace

Result<ClipRange> clip_range(const std::string& from, const std::string& to, UnixMillis began) {
    ClipRange range{.from = began, .to = std::nullopt};
    if (!from.empty()) {
        SPANREEL_TRY(range.from, end_of("--from", from, began));
    }
    if (!to.empty()) {
        SPANREEL_TRY(range.to, end_of("--to", to, began));
    }
    if (range.to && *range.to <= range.from) return fail(Code::invalid, "--to must be later than --from");
    return range;
}

}  // namespace spanreel::client
