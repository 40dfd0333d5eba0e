// SPDX-License-Identifier: Apache-2.0
#include "net/range.hpp"

#include <fmt/format.h>

#include <charconv>

namespace spanreel::net {

namespace {

/// Digits only; values past 64 bits become the largest one, which every file is shorter than.
std::optional<std::uint64_t> read_position(std::string_view digits) {
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} ? value : UINT64_MAX;
}

std::string_view weak_part(std::string_view etag) {
    if (etag.starts_with("W/")) etag.remove_prefix(2);
    return etag;
}

StreamedBody slice(StreamedBody file, ByteRange range) {
    return {range.length, [read = std::move(file.read), first = range.first](std::uint64_t offset, std::size_t max) {
                return read(first + offset, max);
            }};
}

}  // namespace

RangeChoice choose_range(std::string_view header, std::uint64_t length) {
    constexpr std::string_view kUnit = "bytes=";
    if (header.size() < kUnit.size() || !equal_ignoring_case(header.substr(0, kUnit.size()), kUnit)) return {};
    std::string_view spec = header.substr(kUnit.size());
    std::size_t dash = spec.find('-');
    if (dash == std::string_view::npos || spec.contains(',')) return {};

    std::optional<std::uint64_t> first = read_position(spec.substr(0, dash));
    std::optional<std::uint64_t> last = read_position(spec.substr(dash + 1));
    if (dash == 0) {  // the last so many bytes
        if (!last) return {};
        if (*last == 0 || length == 0) return {RangeKind::unsatisfiable};
        std::uint64_t count = std::min(*last, length);
        return {RangeKind::part, {length - count, count}};
    }
    if (!first || (dash + 1 < spec.size() && !last) || (last && *last < *first)) return {};
    if (*first >= length) return {RangeKind::unsatisfiable};
    std::uint64_t end = last ? std::min(*last, length - 1) : length - 1;
    return {RangeKind::part, {*first, end - *first + 1}};
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
    if (etag.empty()) return false;
    while (!if_none_match.empty()) {
        std::size_t start = if_none_match.find_first_not_of(" \t,");
        if (start == std::string_view::npos) return false;
        if_none_match.remove_prefix(start);
        if (if_none_match.front() == '*') return true;
        // A comma may stand inside the quotes.
        std::size_t open = if_none_match.find('"');
        std::size_t close = open == std::string_view::npos ? open : if_none_match.find('"', open + 1);
        if (close == std::string_view::npos) return false;
        if (weak_part(if_none_match.substr(0, close + 1)) == weak_part(etag)) return true;
        if_none_match.remove_prefix(close + 1);
    }
    return false;
}

Response range_response(const Request& request, StreamedBody file, std::string content_type, std::string etag) {
    Response response{200, {{"Accept-Ranges", "bytes"}}, std::string()};
    if (!etag.empty()) response.headers.set("ETag", etag);
    if (etag_matches(request.headers.get("if-none-match").value_or(""), etag)) {
        response.status = 304;
        return response;
    }

    const std::uint64_t length = *file.length;
    RangeChoice choice;
    bool wants_part = request.method == Method::get;  // Range means nothing elsewhere (section 14.2)
    if (auto condition = request.headers.get("if-range"))
        wants_part = wants_part && !etag.empty() && *condition == etag;
    if (auto range = request.headers.get("range"); range && wants_part) choice = choose_range(*range, length);

    if (choice.kind == RangeKind::unsatisfiable) {
        response.status = 416;
        response.headers.set("Content-Range", fmt::format("bytes */{}", length));
        return response;
    }
    response.headers.set("Content-Type", std::move(content_type));
    if (choice.kind == RangeKind::part) {
        response.status = 206;
        response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", choice.range.first,
                                                          choice.range.first + choice.range.length - 1, length));
        response.body = slice(std::move(file), choice.range);
    } else {
        response.body = std::move(file);
    }
    return response;
}

}  // namespace spanreel::net
