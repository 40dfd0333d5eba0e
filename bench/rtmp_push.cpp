// SPDX-License-Identifier: Apache-2.0
// RTMP load: publishes one FLV file to several stream keys at once from one thread, at its own pace or as fast as the
// server reads, over and over. Prints what happened as name=value lines; the first, `publishing=` with the Unix time
// in milliseconds, when the first media leave.
#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "flv_source.hpp"
#include "media/rtmp/test_publisher.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::bench;
using Clock = std::chrono::steady_clock;
namespace rtmp = media::rtmp;

constexpr std::size_t kUnpacedBuffer = 256 * 1024;
constexpr std::chrono::seconds kOpeningWait{10};

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 1935;
    std::vector<std::string> keys;
    std::string file;
    double seconds = 30;
    bool unpaced = false;
};

class Publisher {
  public:
    Publisher(const Options& options, const FlvSource& source, const std::string& key) : source_(source) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(options.port);
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        if (::inet_pton(AF_INET, options.host.c_str(), &address.sin_addr) != 1 ||
            ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
            throw std::runtime_error("no server to publish to");
        open(key);
        ::fcntl(socket_, F_SETFL, O_NONBLOCK);
        out_ = rtmp::test::control(rtmp::MessageType::set_chunk_size, kChunkSize);
        for (const MediaMessage& message : source_.configuration) append_at(out_, message, 0);
    }
    ~Publisher() { ::close(socket_); }
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    int socket() const { return socket_; }
    bool has_output() const { return sent_ < out_.size(); }
    std::uint64_t bytes() const { return bytes_; }
    bool lost() const { return lost_; }
    double media_seconds() const { return (loops_ * source_.duration + source_.media[next_].milliseconds) / 1000.0; }

    /// Queues what is due by then.
    void queue_until(double seconds) {
        while (media_seconds() <= seconds) queue_next();
    }
    void queue_some() {
        while (out_.size() < kUnpacedBuffer) queue_next();
    }
    void flush() {
        while (has_output() && !lost_) {
            ssize_t count = ::send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
            if (count < 0 && errno == EAGAIN) return;
            if (count <= 0) {
                lost_ = true;
                return;
            }
            sent_ += static_cast<std::size_t>(count);
            bytes_ += static_cast<std::uint64_t>(count);
        }
        out_.clear();
        sent_ = 0;
    }
    void read() {
        char buffer[4096];
        ssize_t count = ::recv(socket_, buffer, sizeof(buffer), 0);
        if (count == 0 || (count < 0 && errno != EAGAIN)) lost_ = true;
    }

  private:
    void open(const std::string& key) {
        std::string opening = rtmp::test::opening("live", key), answer;
        if (::send(socket_, opening.data(), opening.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(opening.size()))
            throw std::runtime_error("the server does not read the opening");
        timeval wait{.tv_sec = kOpeningWait.count(), .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
        while (answer.find("NetStream.Publish.Start") == std::string::npos) {
            char buffer[4096];
            ssize_t count = ::recv(socket_, buffer, sizeof(buffer), 0);
            if (count <= 0) throw std::runtime_error("the server does not let publish");
            answer.append(buffer, static_cast<std::size_t>(count));
        }
    }
    void queue_next() {
        const MediaMessage& message = source_.media[next_];
        append_at(out_, message, static_cast<std::uint32_t>(loops_ * source_.duration) + message.milliseconds);
        if (++next_ < source_.media.size()) return;
        next_ = 0;
        ++loops_;
    }

    const FlvSource& source_;
    int socket_ = -1;
    std::string out_;
    std::size_t sent_ = 0;  ///< of out_
    std::size_t next_ = 0;  ///< of the source's media
    std::uint64_t loops_ = 0;
    std::uint64_t bytes_ = 0;
    bool lost_ = false;
};

void push(const Options& options, std::vector<std::unique_ptr<Publisher>>& publishers) {
    auto begun = Clock::now();
    auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begun).count(); };
    while (elapsed() < options.seconds) {
        std::vector<pollfd> polls;
        for (auto& publisher : publishers) {
            if (!publisher->lost() && !options.unpaced) publisher->queue_until(elapsed());
            bool writes = options.unpaced || publisher->has_output();
            polls.push_back(
                {publisher->lost() ? -1 : publisher->socket(), static_cast<short>(POLLIN | (writes ? POLLOUT : 0)), 0});
        }
        ::poll(polls.data(), polls.size(), 5);
        for (std::size_t i = 0; i < polls.size(); ++i) {
            if (polls[i].revents & (POLLIN | POLLHUP | POLLERR)) publishers[i]->read();
            if (!(polls[i].revents & POLLOUT)) continue;
            if (options.unpaced) publishers[i]->queue_some();
            publishers[i]->flush();
        }
    }
}

void run(const Options& options) {
    FlvSource source = read_flv(options.file);
    std::vector<std::unique_ptr<Publisher>> publishers;
    for (const std::string& key : options.keys) publishers.push_back(std::make_unique<Publisher>(options, source, key));
    auto now = std::chrono::system_clock::now().time_since_epoch();
    fmt::print("publishing={}\n", std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    std::fflush(stdout);
    push(options, publishers);

    std::uint64_t bytes = 0;
    int lost = 0;
    double behind = 0;
    for (const auto& publisher : publishers) {
        bytes += publisher->bytes();
        lost += publisher->lost() ? 1 : 0;
        behind = std::max(behind, options.seconds - publisher->media_seconds());
    }
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    double cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    fmt::print(
        "streams={}\nlost={}\nbytes={}\nmb_per_second={:.1f}\nbehind_seconds={:.2f}\npusher_cpu_seconds={:.2f}\n",
        publishers.size(), lost, bytes, static_cast<double>(bytes) / 1e6 / options.seconds,
        options.unpaced ? 0 : behind, cpu);
    if (lost > 0) throw std::runtime_error("the server closed a connection");
}

}  // namespace

int main(int argc, char** argv) try {
    Options options;
    CLI::App app("Publishes a file over RTMP");
    app.add_option("--host", options.host, "IPv4 address")->capture_default_str();
    app.add_option("--port", options.port)->capture_default_str();
    app.add_option("--key", options.keys, "Stream key; one connection for each")->required();
    app.add_option("--file", options.file, "FLV with H.264 and AAC")->required();
    app.add_option("--seconds", options.seconds)->capture_default_str();
    app.add_flag("--unpaced", options.unpaced, "As fast as the server reads");
    CLI11_PARSE(app, argc, argv);
    run(options);
} catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
}
