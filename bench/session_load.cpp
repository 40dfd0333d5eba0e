// SPDX-License-Identifier: Apache-2.0
// Load on the sessions API. `fill` creates sessions as clients would; `ask` sends each request of a list again and
// again over one connection and prints its times; `get` reads sessions by id over several. Lists are tab-separated
// lines: name, method, path, body.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <random>
#include <stdexcept>
#include <thread>

#include "http_connection.hpp"

namespace {

using namespace spanreel::bench;
using Clock = std::chrono::steady_clock;

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string key;
    std::size_t connections = 64;
    std::uint64_t sessions = 1'000'000;
    std::string requests;
    std::uint64_t times = 100;
    double seconds = 10;
};

HttpAnswer must_ask(HttpConnection& connection, std::string_view method, std::string_view path, std::string_view body) {
    auto answer = connection.ask(method, path, method == "GET" ? "" : "application/json", body);
    if (!answer) throw std::runtime_error(fmt::format("{} {}: no answer", method, path));
    if (answer->status != 200)
        throw std::runtime_error(fmt::format("{} {} {}: {} {}", method, path, body, answer->status, answer->body));
    return *std::move(answer);
}

// Sessions: a year of conversations, times growing with their numbers as they do; few clients and projects, some
// hundred tags and repositories, a hundred thousand users, titles of a few words.

constexpr std::array<std::string_view, 40> kWords{
    "refund", "order",  "late",   "parcel", "invoice", "address", "change", "account", "locked", "password",
    "reset",  "cancel", "renew",  "plan",   "upgrade", "trial",   "crash",  "startup", "search", "slow",
    "export", "report", "wrong",  "total",  "missing", "item",    "damage", "photo",   "upload", "video",
    "sound",  "login",  "mobile", "app",    "tablet",  "printer", "driver", "install", "error",  "question"};

std::string iso(std::int64_t millis) {
    auto time = std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(millis));
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string session_body(std::uint64_t number, std::uint64_t count, std::int64_t now) {
    std::mt19937_64 random(number * 2654435761u + 1);
    auto word = [&] { return kWords[random() % kWords.size()]; };
    // About the first of n is as frequent as all others together.
    auto uneven = [&](double n) {
        return static_cast<std::uint64_t>(std::pow(n, static_cast<double>(random() >> 11) * 0x1p-53)) - 1;
    };
    constexpr std::int64_t kYear = 365LL * 86'400'000;
    auto share = static_cast<double>(count - number) / static_cast<double>(count);
    std::int64_t started =
        now - static_cast<std::int64_t>(share * kYear) - static_cast<std::int64_t>(random() % 86'400'000);
    auto duration = static_cast<std::int64_t>(uneven(3'600'000));
    std::string tags;
    for (auto left = random() % 4; left > 0; --left)
        tags += fmt::format("{}\"tag-{}\"", tags.empty() ? "" : ",", uneven(300));
    std::uint64_t in = 100 + random() % 20'000, out = 50 + random() % 5'000;
    std::string body = fmt::format(
        R"({{"external_id":"conversation-{:016x}","duration":{},"contact_ids":["user-{}"],"billing":{{"input_cost":{},)"
        R"("output_cost":{},"total_cost":{}}},"usage":{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}},)"
        R"("traces_count":{},"tags":[{}],"started_at":"{}","updated_at":"{}","client":"client-{}")",
        random(), duration, uneven(100'000), static_cast<double>(in) / 1e6, static_cast<double>(out) / 2e5,
        static_cast<double>(in) / 1e6 + static_cast<double>(out) / 2e5, in, out, in + out, 1 + uneven(40), tags,
        iso(started), iso(std::min(now, started + duration)), uneven(8));
    if (random() % 3) body += fmt::format(R"(,"title":"{} {} {} {}")", word(), word(), word(), random() % 10'000);
    if (random() % 2) body += fmt::format(R"(,"repo":"example/repo-{}")", uneven(400));
    if (random() % 2) body += fmt::format(R"(,"project_id":"project-{}")", uneven(12));
    if (random() % 2) body += R"(,"kind":"THREAD_KIND_CONVERSATION")";
    return body + "}";
}

int fill(const Options& options) {
    auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    std::atomic<std::uint64_t> next = 0;
    std::atomic<bool> failed = false;
    Clock::time_point begun = Clock::now();
    auto create = [&] {
        try {
            HttpConnection connection(options.host, options.port, options.key);
            for (std::uint64_t number; !failed && (number = next++) < options.sessions;)
                must_ask(connection, "POST", "/v2/sessions", session_body(number, options.sessions, now.count()));
        } catch (const std::exception& error) {
            fmt::print(stderr, "{}\n", error.what());
            failed = true;
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < options.connections; ++i) threads.emplace_back(create);
    }
    double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    fmt::print("created_per_second={:.0f}\n", static_cast<double>(options.sessions) / seconds);
    return failed ? 1 : 0;
}

struct Request {
    std::string name, method, path, body;
};

std::vector<Request> read_requests(const std::string& path) {
    std::ifstream in(path);
    std::vector<Request> requests;
    for (std::string line; std::getline(in, line);) {
        Request request;
        std::array<std::string*, 4> parts{&request.name, &request.method, &request.path, &request.body};
        for (std::string* part : parts) {
            *part = line.substr(0, line.find('\t'));
            line.erase(0, part->size() + 1);
        }
        requests.push_back(std::move(request));
    }
    if (requests.empty()) throw std::runtime_error(path + " holds no requests");
    return requests;
}

/// Milliseconds; `times` is sorted.
double percentile(const std::vector<double>& times, double part) {
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1) + 0.5)];
}

int ask(const Options& options) {
    HttpConnection connection(options.host, options.port, options.key);
    for (const Request& request : read_requests(options.requests)) {
        std::size_t bytes = 0;
        auto time_once = [&] {
            Clock::time_point begun = Clock::now();
            bytes = must_ask(connection, request.method, request.path, request.body).body.size();
            return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
        };
        const double first = time_once();
        std::vector<double> times;
        for (std::uint64_t i = 0; i < options.times; ++i) times.push_back(time_once());
        std::ranges::sort(times);
        fmt::print("{:.3f}\t{:.3f}\t{:.3f}\t{:.3f}\t{}\t{}\n", percentile(times, 0.5), percentile(times, 0.99),
                   times.back(), first, bytes, request.name);
    }
    return 0;
}

int get(const Options& options) {
    const std::vector<Request> requests = read_requests(options.requests);
    std::atomic<std::uint64_t> answered = 0;
    std::atomic<bool> failed = false;
    Clock::time_point end = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(options.seconds * 1000));
    auto read = [&](std::size_t seed) {
        try {
            HttpConnection connection(options.host, options.port, options.key);
            std::mt19937_64 random(seed);
            for (; Clock::now() < end && !failed; ++answered) {
                const Request& request = requests[random() % requests.size()];
                must_ask(connection, request.method, request.path, request.body);
            }
        } catch (const std::exception& error) {
            fmt::print(stderr, "{}\n", error.what());
            failed = true;
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < options.connections; ++i) threads.emplace_back(read, i);
    }
    fmt::print("{:.0f}\n", static_cast<double>(answered) / options.seconds);
    return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) try {
    Options options;
    CLI::App app("Load on the sessions API");
    app.require_subcommand(1);
    auto common = [&](CLI::App* command) {
        command->add_option("--host", options.host, "IPv4 address")->capture_default_str();
        command->add_option("--port", options.port)->capture_default_str();
        command->add_option("--key", options.key, "API key")->required();
        return command;
    };
    CLI::App* fill_command = common(app.add_subcommand("fill", "Create sessions"));
    fill_command->add_option("--sessions", options.sessions)->capture_default_str();
    fill_command->add_option("--connections", options.connections)->capture_default_str();
    CLI::App* ask_command =
        common(app.add_subcommand("ask", "p50, p99, longest and first milliseconds, bytes, name of each request"));
    ask_command->add_option("--requests", options.requests, "File of requests")->required();
    ask_command->add_option("--times", options.times, "Of each request")->capture_default_str();
    CLI::App* get_command = common(app.add_subcommand("get", "Requests a second, of a file's requests at random"));
    get_command->add_option("--requests", options.requests, "File of requests")->required();
    get_command->add_option("--connections", options.connections)->capture_default_str();
    get_command->add_option("--seconds", options.seconds)->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    if (fill_command->parsed()) return fill(options);
    return ask_command->parsed() ? ask(options) : get(options);
} catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
}
