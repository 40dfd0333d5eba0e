// SPDX-License-Identifier: Apache-2.0
#include "client/download.hpp"

#include <curl/curl.h>

#include <cstdlib>
#include <memory>
#include <optional>

#include "client/failure.hpp"

namespace spanreel::client {

namespace {

/// Of an answer that is an error.
constexpr std::size_t kMostErrorBytes = 64 * 1024;

constexpr long kMostRedirects = 20;

struct FreeCurl {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Transfer {
    CURL* curl;
    const PieceSink& sink;
    std::string error_body;
    std::optional<Error> refused_by_sink;

    long status() const {
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        return status;
    }

    static std::size_t take(char* data, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        const std::string_view piece(data, size * count);
        if (transfer.status() != 200) {
            if (transfer.error_body.size() + piece.size() <= kMostErrorBytes) transfer.error_body += piece;
            return piece.size();
        }
        Result<void> taken = transfer.sink(piece);
        if (taken) return piece.size();
        transfer.refused_by_sink = std::move(taken).error();
        return 0;
    }
};

void set_options(CURL* curl, const Connection& connection, const std::string& url, curl_slist* headers,
                 Transfer& transfer) {
    const auto seconds = static_cast<long>(std::chrono::ceil<std::chrono::seconds>(connection.timeout()).count());
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    // As the client libraries do. libcurl leaves Authorization out where host, port or scheme is another one.
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMostRedirects);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "spanreel/" SPANREEL_VERSION);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, seconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);  // a long answer is no slow one
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, seconds);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    if (const char* authorities = std::getenv("SSL_CERT_FILE"); authorities && *authorities)
        curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
}

sdk::Error error_of(CURLcode code, Transfer& transfer) {
    using Kind = sdk::Error::Kind;
    if (code == CURLE_OK)
        return {.kind = Kind::api,
                .response = sdk::HttpResponse{.status = static_cast<int>(transfer.status()),
                                              .body = std::move(transfer.error_body)}};
    if (code == CURLE_OPERATION_TIMEDOUT) return {.kind = Kind::timeout};
    return {.kind = Kind::connection, .cause = curl_easy_strerror(code)};
}

}  // namespace

Result<void> download(const Connection& connection, const std::string& path, std::string_view what,
                      const PieceSink& sink) {
    const std::unique_ptr<CURL, FreeCurl> curl(curl_easy_init());
    if (!curl) return fail(Code::internal, "libcurl does not start");
    std::unique_ptr<curl_slist, FreeCurl> headers;
    if (!connection.key().empty())
        headers.reset(curl_slist_append(nullptr, ("Authorization: Bearer " + connection.key()).c_str()));
    Transfer transfer{.curl = curl.get(), .sink = sink, .error_body = {}, .refused_by_sink = {}};
    set_options(curl.get(), connection, connection.server() + path, headers.get(), transfer);
    const CURLcode code = curl_easy_perform(curl.get());
    if (transfer.refused_by_sink) return std::unexpected(*std::move(transfer.refused_by_sink));
    if (code == CURLE_OK && transfer.status() == 200) return {};
    return std::unexpected(explain(connection, error_of(code, transfer), what));
}

}  // namespace spanreel::client
