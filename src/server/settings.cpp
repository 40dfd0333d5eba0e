// SPDX-License-Identifier: Apache-2.0
#include "server/settings.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

#include "access/origins.hpp"

namespace spanreel::server {

namespace {

/// What the file holds, without the line feed at its end.
Result<std::string> read_secret(const Path& path) {
    const auto refuse = [&](std::string_view why) {
        return fail(Code::invalid, fmt::format("jwt-secret-file {}: {}", path.string(), why));
    };
    std::ifstream file(path, std::ios::binary);
    std::string secret(access::kMaxTokenSecret + 2, '\0');
    if (!file) return refuse(std::strerror(errno));
    file.read(secret.data(), static_cast<std::streamsize>(secret.size()));
    if (file.bad()) return refuse("cannot be read");
    secret.resize(static_cast<std::size_t>(file.gcount()));
    while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
    if (secret.size() >= access::kMinTokenSecret && secret.size() <= access::kMaxTokenSecret) return secret;
    return refuse(fmt::format("a secret has {} to {} bytes", access::kMinTokenSecret, access::kMaxTokenSecret));
}

struct Unit {
    std::string_view name;
    std::uint64_t bytes;
};
constexpr std::array kUnits{Unit{"GiB", 1u << 30}, Unit{"MiB", 1u << 20}, Unit{"KiB", 1u << 10}, Unit{"", 1}};

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

Result<std::uint64_t> parse_number(std::string_view text, Range range) {
    const auto number = whole_number(text);
    if (number && *number >= range.least && *number <= range.most) return *number;
    return fail(Code::invalid,
                fmt::format("\"{}\" is not a whole number from {} to {}", text, range.least, range.most));
}

Result<std::uint64_t> parse_bytes(std::string_view text, Range range) {
    const auto unit = std::ranges::find_if(kUnits, [&](const Unit& one) { return text.ends_with(one.name); });
    const auto number = whole_number(text.substr(0, text.size() - unit->name.size()));
    if (number && *number <= range.most / unit->bytes && *number * unit->bytes >= range.least)
        return *number * unit->bytes;
    return fail(Code::invalid, fmt::format("\"{}\" is not a number of bytes from {} to {}, like 64MiB", text,
                                           bytes_text(range.least), bytes_text(range.most)));
}

std::string bytes_text(std::uint64_t bytes) {
    const auto unit =
        std::ranges::find_if(kUnits, [&](const Unit& one) { return bytes >= one.bytes && bytes % one.bytes == 0; });
    if (unit == kUnits.end()) return "0";
    return fmt::format("{}{}", bytes / unit->bytes, unit->name);
}

Result<std::optional<ListenAddress>> parse_listen(std::string_view text) {
    if (text == "off") return std::nullopt;
    std::size_t colon = text.rfind(':');
    std::uint16_t port = 0;
    if (colon != std::string_view::npos) {
        auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
        std::string_view host = text.substr(0, colon);
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        if (error == std::errc() && end == text.data() + text.size() && !host.empty())
            return ListenAddress{std::string(host), port};
    }
    return fail(Code::invalid, fmt::format("\"{}\" is not an address to listen on; expected host:port or off", text));
}

std::string to_string(const ListenAddress& address) {
    bool v6 = address.host.find(':') != std::string::npos;
    return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), address.host, address.port);
}

Result<std::string> parse_public_url(std::string_view text) {
    auto url = boost::urls::parse_absolute_uri(text);
    bool fits = url && (url->scheme() == "http" || url->scheme() == "https") && !url->encoded_host().empty() &&
                !url->has_query();
    if (!fits) return fail(Code::invalid, fmt::format("\"{}\" is not a URL like https://spanreel.example", text));
    while (text.ends_with('/')) text.remove_suffix(1);
    return std::string(text);
}

Result<std::vector<std::string>> parse_origins(std::string_view text) {
    std::vector<std::string> origins;
    while (!text.empty()) {
        const std::string_view item = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), item.size() + 1));
        const auto first = item.find_first_not_of(' ');
        if (first == std::string_view::npos) continue;
        origins.emplace_back(item.substr(first, item.find_last_not_of(' ') - first + 1));
    }
    SPANREEL_CHECK(access::check_origins(origins));
    return origins;
}

Result<std::optional<access::TokenSettings>> load_token_settings(const Settings& settings) {
    const bool has_audience = !settings.jwt_audience.empty();
    if (settings.jwt_secret_file.empty()) {
        if (!has_audience && settings.jwt_allowed_origins.empty()) return std::nullopt;
        return fail(Code::invalid, "jwt-audience and jwt-allowed-origins are of no use without jwt-secret-file");
    }
    if (!has_audience) return fail(Code::invalid, "jwt-secret-file needs jwt-audience: what tokens name as their aud");
    SPANREEL_TRY(std::string secret, read_secret(settings.jwt_secret_file));
    return access::TokenSettings{.secret = std::move(secret),
                                 .audience = settings.jwt_audience,
                                 .allowed_origins = settings.jwt_allowed_origins};
}

Result<trace::PriceTable> load_prices(const Settings& settings) {
    if (settings.price_file.empty()) return trace::PriceTable::with_own(R"({"prices":[]})");
    auto told = [&settings](const Error& error) {
        return fail(Code::invalid, fmt::format("price-file {}: {}", settings.price_file.string(), error.message));
    };
    const auto text = read_file(posix_file_system(), settings.price_file, trace::kMaxPriceFile);
    if (!text) return told(text.error());
    auto prices = trace::PriceTable::with_own(*text);
    if (!prices) return told(prices.error());
    return prices;
}

}  // namespace spanreel::server
