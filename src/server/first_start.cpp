// SPDX-License-Identifier: Apache-2.0
#include "server/first_start.hpp"

namespace spanreel::server {

namespace {

/// Where both APIs are; empty: nowhere. A certificate seldom names the address listened on, so plain HTTP goes first.
std::string api_url(const Addresses& addresses) {
    if (!addresses.http.empty()) return "http://" + addresses.http;
    return addresses.https.empty() ? "" : "https://" + addresses.https;
}

std::string exporter_lines(const Addresses& addresses, const std::string& secret) {
    if (addresses.otlp_http.empty() && addresses.otlp_grpc.empty()) return {};
    const bool http = !addresses.otlp_http.empty();
    return fmt::format(R"(
Send spans from any OpenTelemetry SDK:
  export OTEL_EXPORTER_OTLP_ENDPOINT=http://{}
  export OTEL_EXPORTER_OTLP_PROTOCOL={}
  export OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20{}"
{})",
                       http ? addresses.otlp_http : addresses.otlp_grpc, http ? "http/protobuf" : "grpc", secret,
                       http && !addresses.otlp_grpc.empty()
                           ? fmt::format("  (gRPC, Python's default: http://{})\n", addresses.otlp_grpc)
                           : "");
}

std::string api_lines(const Addresses& addresses, const std::string& secret) {
    std::string url = api_url(addresses);
    if (url.empty()) return {};
    return fmt::format(R"(
Read them back:
  curl -X POST -H "Authorization: Bearer {1}" {0}/v2/traces/sessions/query
  new Orq({{ apiKey: "{1}", serverURL: "{0}" }})               // @orq-ai/node
  new Livepeer({{ apiKey: "{1}", serverURL: "{0}/api" }})      // livepeer

Look at them in a browser, which keeps what follows # to itself:
  {0}/#key={1}
)",
                       url, secret);
}

std::string publish_lines(const Addresses& addresses, const std::string& secret) {
    std::string url = api_url(addresses);
    if (addresses.rtmp.empty() || url.empty()) return {};
    return fmt::format(R"(
Send picture and sound:
  curl -H "Authorization: Bearer {1}" -H "Content-Type: application/json" \
       -d '{{"name":"my stream","record":true}}' {0}/api/stream       # shows streamKey and playbackId
  ffmpeg -re -i FILE -c:v libx264 -g 60 -c:a aac -f flv rtmp://{2}/live/STREAM_KEY
  Watch {0}/hls/PLAYBACK_ID/index.m3u8
)",
                       url, secret, addresses.rtmp);
}

}  // namespace

std::string first_start_text(const Settings& settings, const Addresses& addresses, const std::string& secret) {
    return fmt::format(R"(
Spanreel is running on {}. This is your API key; it is shown only now:

  {}
)",
                       settings.data_dir.string(), secret) +
           exporter_lines(addresses, secret) + api_lines(addresses, secret) + publish_lines(addresses, secret);
}

std::string later_start_text(const Settings& settings, const Addresses& addresses) {
    std::string url = api_url(addresses);
    return fmt::format(
        "\nSpanreel is running on {}.{} Make another API key with\n  spanreel key create --data-dir {} --name NAME\n",
        settings.data_dir.string(), url.empty() ? "" : " Look at " + url + "/ .", settings.data_dir.string());
}

}  // namespace spanreel::server
