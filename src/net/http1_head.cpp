// SPDX-License-Identifier: Apache-2.0
#include "net/http1_head.hpp"

#include <boost/beast/http/status.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace spanreel::net {

namespace {

void append_clean(std::string& out, std::string_view text) {
    for (char c : text) out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += "\r\n";
}

}  // namespace

std::string http_date(Time time) {
    auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string_view current_http_date(Time now) {
    thread_local std::int64_t second = -1;
    thread_local std::string text;
    std::int64_t this_second = to_unix_nanos(now) / 1'000'000'000;
    if (this_second != second) {
        second = this_second;
        text = http_date(now);
    }
    return text;
}

std::string response_head(const Response& response, Connection connection, Time now) {
    namespace http = boost::beast::http;
    boost::beast::string_view reason = http::obsolete_reason(http::int_to_status(response.status));
    std::string out;
    out.reserve(256);
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                   std::string_view(reason.data(), reason.size()));
    for (const auto& [name, value] : response.headers) append_field(out, name, value);
    append_field(out, "Date", current_http_date(now));
    if (connection == Connection::close) out += "Connection: close\r\n";
    if (connection == Connection::keep_http10) out += "Connection: keep-alive\r\n";
    const std::optional<std::uint64_t> length = response.body_length();
    if (!length) out += "Transfer-Encoding: chunked\r\n";
    if (length && response.status != 204 && response.status != 304)
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", *length);
    out += "\r\n";
    return out;
}

}  // namespace spanreel::net
