// SPDX-License-Identifier: Apache-2.0
#include "server/settings.hpp"

#include <boost/url/parse.hpp>

#include <charconv>

namespace spanreel::server {

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

}  // namespace spanreel::server
