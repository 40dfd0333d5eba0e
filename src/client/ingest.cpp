// SPDX-License-Identifier: Apache-2.0
#include "client/ingest.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace spanreel::client {

namespace {

std::string base_url(const Connection& connection, const IngestOptions& options) {
    if (!options.rtmp_url.empty()) return options.rtmp_url;
    if (const char* variable = std::getenv("SPANREEL_RTMP_URL"); variable && *variable) return variable;
    const std::string_view host = host_of(connection.server());
    if (host == "livepeer.studio") return "rtmp://rtmp.livepeer.com/live";
    return fmt::format("rtmp://{}:1935/live", host);
}

}  // namespace

void add_ingest_options(CLI::App& command, IngestOptions& options) {
    command
        .add_option("--rtmp-url", options.rtmp_url,
                    "Where publishers send to, without the stream's key (SPANREEL_RTMP_URL, else rtmp://, the "
                    "server's host and :1935/live)")
        ->group("Server")
        ->type_name("URL");
}

std::string publish_url(const Connection& connection, const IngestOptions& options, std::string_view stream_key) {
    std::string url = base_url(connection, options);
    while (url.ends_with('/')) url.pop_back();
    return fmt::format("{}/{}", url, stream_key);
}

}  // namespace spanreel::client
