// SPDX-License-Identifier: Apache-2.0
// Where a stream is published to. The API does not tell, so it is the server's host at the port of RTMP unless said
// otherwise.
#pragma once
#include <CLI/App.hpp>

#include <string>

#include "client/connection.hpp"

namespace spanreel::client {

struct IngestOptions {
    std::string rtmp_url;
};

void add_ingest_options(CLI::App& command, IngestOptions& options);

/// With the key, as ffmpeg takes it. The key is a secret: who has it may publish.
std::string publish_url(const Connection& connection, const IngestOptions& options, std::string_view stream_key);

}  // namespace spanreel::client
