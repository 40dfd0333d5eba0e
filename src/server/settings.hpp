// SPDX-License-Identifier: Apache-2.0
// What a server can be told. Flags, SPANREEL_* variables and the TOML file use one name for each (cli/serve_command).
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/key_rates.hpp"
#include "access/user_token.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "otlp/decode.hpp"
#include "trace/prices.hpp"

namespace spanreel::server {

/// Where to listen; nothing means off.
struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;  ///< 0: any free one
};

/// `host:port`, `[v6]:port` or `off`.
Result<std::optional<ListenAddress>> parse_listen(std::string_view text);
std::string to_string(const ListenAddress& address);
/// `http://host[:port][/path]` or https, without the slashes at its end.
Result<std::string> parse_public_url(std::string_view text);

struct Settings {
    Path data_dir = "data";
    std::optional<ListenAddress> http_listen = ListenAddress{"127.0.0.1", 8080};
    std::optional<ListenAddress> https_listen;
    Path tls_certificate;  ///< PEM: the certificate, then those that lead to its issuer
    Path tls_key;          ///< PEM: its private key
    std::optional<ListenAddress> otlp_http_listen = ListenAddress{"127.0.0.1", 4318};
    std::optional<ListenAddress> otlp_grpc_listen = ListenAddress{"127.0.0.1", 4317};
    std::optional<ListenAddress> rtmp_listen = ListenAddress{"127.0.0.1", 1935};
    std::string public_url;  ///< in front of URLs in answers; empty: as the request named the server
    std::chrono::seconds reconnect_window{60};
    std::uint64_t ingest_memory = 1u << 30;  ///< bytes (base/memory_budget.hpp)
    access::RateLimits ingest_rates;
    std::size_t otlp_max_body = 64u << 20;  ///< bytes, decompressed
    otlp::Limits otlp_limits;
    std::size_t json_max_body = 1u << 20;  ///< bytes; below /api it is 100 KiB, as its contract says
    Path price_file;                       ///< empty: the prices compiled in alone
    Path jwt_secret_file;                  ///< empty: /api takes no tokens
    std::string jwt_audience;
    std::vector<std::string> jwt_allowed_origins;
    log::Level log_level = log::Level::info;
};

struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = UINT64_MAX;
};
/// A whole number in the range.
Result<std::uint64_t> parse_number(std::string_view text, Range range);
/// The same of bytes: digits, or digits and KiB, MiB or GiB.
Result<std::uint64_t> parse_bytes(std::string_view text, Range range);
/// As parse_bytes() reads it.
std::string bytes_text(std::uint64_t bytes);

/// Origins between commas.
Result<std::vector<std::string>> parse_origins(std::string_view text);
/// Reads the secret; nothing when none is set. `invalid` says what of the three settings does not fit.
Result<std::optional<access::TokenSettings>> load_token_settings(const Settings& settings);
/// The prices compiled in, with those of the file when one is set; `invalid` names the file and what is wrong in it.
Result<trace::PriceTable> load_prices(const Settings& settings);

}  // namespace spanreel::server
