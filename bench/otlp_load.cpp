// SPDX-License-Identifier: Apache-2.0
// OTLP load: several connections, one thread each, send fresh spans until a number is reached or SIGTERM comes, and
// each request until it is acknowledged. Prints what happened as name=value lines; --sums writes what each session
// must come to, as `key traces prompt_tokens completion_tokens`.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "otlp_connection.hpp"
#include "span_stream.hpp"

namespace {

using namespace spanreel::bench;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{120};  // for an answer after SIGTERM or the last request

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 4318;
    std::string key;
    std::size_t connections = 8;
    std::uint64_t spans = UINT64_MAX;
    std::uint64_t rate = 0;  ///< spans a second, of all connections; 0: as fast as they are taken
    std::uint64_t seed = 1;
    std::string sums;
};

std::atomic<bool> stopping = false;

/// What the connections share and what they did.
struct Run {
    std::atomic<std::uint64_t> requests_left;
    std::atomic<std::uint64_t> acknowledged = 0;
    std::atomic<std::uint64_t> repeats = 0;
    std::atomic<std::uint64_t> bytes = 0;
    std::atomic<bool> failed = false;
};

struct Stream {
    std::uint64_t requests = 0;               ///< acknowledged
    std::vector<std::uint32_t> microseconds;  ///< from the first byte out to the acknowledgement
    std::vector<Clock::time_point> acknowledged;
};

bool take_one(Run& run) {
    std::uint64_t left = run.requests_left;
    while (left > 0 && !run.requests_left.compare_exchange_weak(left, left - 1)) {
    }
    return left > 0 && !stopping && !run.failed;
}

void send_all(const Options& options, SpanStream& spans, Stream& stream, Run& run) try {
    OtlpConnection connection(options.host, options.port, options.key);
    Clock::time_point deadline = Clock::time_point::max();
    auto given_up = [&] {
        if (stopping && deadline == Clock::time_point::max()) deadline = Clock::now() + kPatience;
        return Clock::now() > deadline;
    };
    Clock::time_point next = Clock::now();
    while (take_one(run)) {
        std::string_view body = spans.request(stream.requests);
        if (options.rate > 0) {
            std::this_thread::sleep_until(next);
            next += std::chrono::nanoseconds(1'000'000'000 * kSpansPerRequest * options.connections / options.rate);
        }
        Clock::time_point begun = Clock::now();
        if (!connection.send(body, given_up)) throw std::runtime_error("the last request was not acknowledged");
        stream.acknowledged.push_back(Clock::now());
        auto took = std::chrono::duration_cast<std::chrono::microseconds>(stream.acknowledged.back() - begun);
        stream.microseconds.push_back(static_cast<std::uint32_t>(took.count()));
        ++stream.requests;
        ++run.acknowledged;
        run.bytes += body.size();
    }
    run.repeats += connection.repeats();
} catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    run.failed = true;
}

void write_sums(const std::string& path, const std::vector<SpanStream>& spans, const std::vector<Stream>& streams) {
    std::unordered_map<std::string, SessionSums> sums;
    for (std::size_t i = 0; i < spans.size(); ++i) spans[i].add_sums(streams[i].requests, sums);
    std::ofstream out(path);
    for (const auto& [key, session] : sums)
        out << fmt::format("{} {} {} {}\n", key, session.traces, session.prompt_tokens, session.completion_tokens);
}

/// Spans a second between two places in the order of acknowledgement, as parts of all requests.
class Rates {
  public:
    Rates(Clock::time_point begun, const std::vector<Stream>& streams) : times_{begun} {
        for (const Stream& stream : streams)
            times_.insert(times_.end(), stream.acknowledged.begin(), stream.acknowledged.end());
        std::ranges::sort(times_);
    }
    double between(double from, double to) const {
        const std::size_t first = place(from), last = place(to);
        const double seconds = std::chrono::duration<double>(times_[last] - times_[first]).count();
        return seconds > 0 ? static_cast<double>((last - first) * kSpansPerRequest) / seconds : 0;
    }

  private:
    std::size_t place(double part) const {
        return static_cast<std::size_t>(part * static_cast<double>(times_.size() - 1));
    }
    std::vector<Clock::time_point> times_;
};

int load(const Options& options) {
    std::vector<SpanStream> spans;
    for (std::size_t i = 0; i < options.connections; ++i) spans.emplace_back(options.seed, i);
    std::vector<Stream> streams(options.connections);
    Run run{.requests_left = options.spans / kSpansPerRequest};

    Clock::time_point begun = Clock::now();
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < options.connections; ++i)
            threads.emplace_back([&, i] { send_all(options, spans[i], streams[i], run); });
    }
    double seconds = std::chrono::duration<double>(Clock::now() - begun).count();

    std::vector<std::uint32_t> times;
    for (const Stream& stream : streams)
        times.insert(times.end(), stream.microseconds.begin(), stream.microseconds.end());
    std::ranges::sort(times);
    auto percentile = [&](double part) {
        return times.empty() ? 0.0
                             : times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))] / 1000.0;
    };
    const Rates rates(begun, streams);
    std::uint64_t sent = run.acknowledged * kSpansPerRequest;
    fmt::print(
        "spans={}\nrequests={}\nrepeats={}\nseconds={:.2f}\nspans_per_second={:.0f}\nfirst_quarter={:.0f}\n"
        "last_quarter={:.0f}\nbytes_per_span={:.0f}\n"
        "ack_p50_ms={:.1f}\nack_p99_ms={:.1f}\nack_max_ms={:.1f}\n",
        sent, run.acknowledged.load(), run.repeats.load(), seconds, static_cast<double>(sent) / seconds,
        rates.between(0, 0.25), rates.between(0.75, 1),
        static_cast<double>(run.bytes) / std::max<double>(1, static_cast<double>(sent)), percentile(0.5),
        percentile(0.99), percentile(1));
    if (!options.sums.empty()) write_sums(options.sums, spans, streams);
    return run.failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Sends spans over OTLP/HTTP");
    app.add_option("--host", options.host, "IPv4 address")->capture_default_str();
    app.add_option("--port", options.port)->capture_default_str();
    app.add_option("--key", options.key, "API key")->required();
    app.add_option("--connections", options.connections)->capture_default_str();
    app.add_option("--spans", options.spans, "Spans to send, in requests of 512; else until SIGTERM");
    app.add_option("--rate", options.rate, "Spans a second, of all connections; else as fast as they are taken");
    app.add_option("--seed", options.seed, "Other seeds make other spans")->capture_default_str();
    app.add_option("--sums", options.sums, "File for the sums of each session");
    CLI11_PARSE(app, argc, argv);
    std::signal(SIGTERM, [](int) { stopping = true; });
    return load(options);
}
