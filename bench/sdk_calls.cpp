// SPDX-License-Identifier: Apache-2.0
// What the client library costs: GET of a session again and again over one connection, by a bare loop over libcurl, by
// the library with the answer read into its struct, and by the library with 64 calls at a time on one thread.
// Usage: bench_sdk_calls URL SECONDS; prints a line each: name, calls a second, microseconds of CPU a call.
#include <curl/curl.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>

#include "spanreel/orq/sessions.hpp"

namespace {

using namespace spanreel;
using Clock = std::chrono::steady_clock;

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// `work(until)` gives how many calls it made.
void measure(const char* name, std::chrono::seconds time, const std::function<std::uint64_t(Clock::time_point)>& work) {
    const double cpu = cpu_seconds();
    const auto begun = Clock::now();
    const auto calls = static_cast<double>(work(begun + time));
    const double wall = std::chrono::duration<double>(Clock::now() - begun).count();
    std::cout << name << '\t' << static_cast<std::uint64_t>(calls / wall) << '\t' << (cpu_seconds() - cpu) / calls * 1e6
              << '\n';
}

std::size_t collect(char* bytes, std::size_t size, std::size_t count, void* out) {
    static_cast<std::string*>(out)->append(bytes, size * count);
    return size * count;
}

std::uint64_t bare(const std::string& url, Clock::time_point until) {
    const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(), curl_easy_cleanup);
    curl_slist* headers = nullptr;
    for (const char* line : {"Accept: application/json", "Authorization: Bearer key", "User-Agent: bench"})
        headers = curl_slist_append(headers, line);
    std::string body;
    curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &body);
    std::uint64_t calls = 0;
    for (; Clock::now() < until; ++calls) {
        body.clear();
        if (curl_easy_perform(easy.get()) != CURLE_OK) throw std::runtime_error("the server does not answer");
    }
    curl_slist_free_all(headers);
    return calls;
}

std::uint64_t by_library(const orq::OrqCore& core, Clock::time_point until) {
    std::uint64_t calls = 0;
    for (; Clock::now() < until; ++calls)
        if (auto session = orq::sessions_get(core, {.session_id = "one"}); !session) session.error().raise();
    return calls;
}

std::uint64_t many_at_once(const orq::OrqCore& core, Clock::time_point until) {
    constexpr std::ptrdiff_t kAtOnce = 64;
    std::counting_semaphore<kAtOnce> free(kAtOnce);
    std::atomic<std::uint64_t> failed = 0;
    std::uint64_t calls = 0;
    for (; Clock::now() < until; ++calls) {
        free.acquire();
        core.send_async(*orq::sessions_get.prepare({.session_id = "one"}), {},
                        [&](sdk::Result<sdk::HttpResponse> result) {
                            if (!result || !orq::sessions_get.read(*std::move(result))) ++failed;
                            free.release();
                        });
    }
    for (std::ptrdiff_t i = 0; i < kAtOnce; ++i) free.acquire();
    if (failed > 0) throw std::runtime_error("calls failed");
    return calls;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: bench_sdk_calls URL SECONDS\n", 2;
    const std::string url = argv[1];
    const std::chrono::seconds time(std::atoi(argv[2]));
    const orq::OrqCore core({.api_key = "key", .server_url = url});
    measure("bare libcurl", time, [&](auto until) { return bare(url + "/v2/traces/sessions/one", until); });
    measure("library", time, [&](auto until) { return by_library(core, until); });
    measure("library, 64 at once", time, [&](auto until) { return many_at_once(core, until); });
}
