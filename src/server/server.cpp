// SPDX-License-Identifier: Apache-2.0
#include "server/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <cstdio>
#include <thread>
#include <vector>

#include "api/livepeer/routes.hpp"
#include "api/orq/routes.hpp"
#include "api/otlp/routes.hpp"
#include "api/playback/routes.hpp"
#include "api/spanreel/routes.hpp"
#include "base/fair_pool.hpp"
#include "base/memory_budget.hpp"
#include "base/open_files.hpp"
#include "net/http_server.hpp"
#include "net/metrics.hpp"
#include "net/router.hpp"
#include "server/certificate_watch.hpp"
#include "server/data_directory.hpp"
#include "server/first_start.hpp"
#include "server/live_side.hpp"
#include "server/status_routes.hpp"
#include "server/thread_names.hpp"
#include "store/embedded/embedded_span_store.hpp"
#include "trace/recorder.hpp"

namespace spanreel::server {

namespace {

namespace asio = boost::asio;

constexpr std::size_t kBlockingThreads = 4;
constexpr std::chrono::seconds kShutdownGrace{10};

}  // namespace

class Server::Impl {
  public:
    explicit Impl(Settings settings)
        : settings_(std::move(settings)), memory_(settings_.ingest_memory), rates_(settings_.ingest_rates) {}
    ~Impl() { stop(); }

    Result<void> start() {
        SPANREEL_CHECK(load_certificate());
        SPANREEL_TRY(auto tokens, load_token_settings(settings_));
        SPANREEL_TRY(prices_, load_prices(settings_));
        SPANREEL_TRY(data_, DataDirectory::open(settings_.data_dir, Ownership::exclusive));
        SPANREEL_TRY(spans_,
                     store::EmbeddedSpanStore::open(posix_file_system(), data_->tape_directory(), data_->database()));
        SPANREEL_CHECK(load());
        SPANREEL_TRY(live_, LiveSide::open(io_, data_->meta(), data_->media_directory(),
                                           {.reconnect_window = settings_.reconnect_window}));
        add_routes(std::move(tokens));
        signals_.emplace(waiting_, SIGTERM, SIGINT);  // whoever reads that it listens may end it
        http_ = std::make_unique<net::HttpServer>(io_, blocking_, router_, metrics_, memory_, http_limits());
        SPANREEL_TRY(addresses_.http, listen_http("http", settings_.http_listen));
        SPANREEL_TRY(addresses_.https, listen_https());
        SPANREEL_TRY(addresses_.otlp_http, listen_http("otlp-http", settings_.otlp_http_listen));
        SPANREEL_TRY(addresses_.otlp_grpc, listen_grpc());
        SPANREEL_TRY(addresses_.rtmp, listen_rtmp());
        live_->start_sweeping();
        name_threads(blocking_, kBlockingThreads, "handlers");
        for (std::size_t i = 0; i < processors(); ++i)
            threads_.emplace_back([this] {
                name_this_thread("io");
                io_.run();
            });
        return greet();
    }

    void wait_for_signal() {
        signals_->async_wait([this](const boost::system::error_code&, int number) {
            log::info("stopping", {{"signal", number}});
            waiting_.stop();
        });
        waiting_.run();
    }

    void stop() {
        if (stopped_) return;
        stopped_ = true;
        if (!threads_.empty()) {
            asio::co_spawn(io_, live_->shutdown(), asio::use_future).get();
            asio::co_spawn(io_, http_->shutdown(kShutdownGrace), asio::use_future).get();
        }
        work_.reset();
        for (std::thread& thread : threads_) thread.join();
        blocking_.join();
        decoders_.reset();
        live_.reset();
        recorder_.reset();
        spans_.reset();
        http_.reset();
        data_.reset();
    }

  private:
    static std::size_t processors() { return std::max(1u, std::thread::hardware_concurrency()); }

    /// As many connections as there are descriptors for beside the files.
    static net::Limits http_limits() {
        net::Limits limits;
        std::uint64_t open_files = raise_open_file_limit(), fit = connections_within(open_files);
        if (fit < limits.connections) {
            log::warning("the limit of open files leaves room for fewer connections",
                         {{"open_files", open_files}, {"connections", fit}, {"wanted", limits.connections}});
            limits.connections = fit;
        }
        return limits;
    }

    /// Reads what lists are answered from, and what the last run left unsaved. A large server is seconds busy with it.
    Result<void> load() {
        log::info("reading sessions, streams and the tape");
        const std::jthread lists([this] { data_->meta().load_lists(std::chrono::floor<Millis>(now())); });
        SPANREEL_TRY(recorder_, trace::Recorder::start(*spans_));
        return {};
    }

    Result<void> load_certificate() {
        if (!settings_.https_listen) {
            if (!settings_.tls_certificate.empty() || !settings_.tls_key.empty())
                log::warning("tls-certificate and tls-key have no use while https-listen is off");
            return {};
        }
        SPANREEL_TRY(certificate_, net::TlsCertificate::load(settings_.tls_certificate, settings_.tls_key));
        log_validity(*certificate_);
        return {};
    }

    void add_routes(std::optional<access::TokenSettings> tokens) {
        add_status_routes(
            router_,
            {.healthy = [this] { return recorder_->healthy(); }, .damage = [this] { return spans_->damage(); }},
            metrics_);
        api::orq::add_routes(router_, data_->keys(), *recorder_, settings_.json_max_body);
        api::otlp::add_routes(router_, {.keys = data_->keys(),
                                        .rates = rates_,
                                        .recorder = *recorder_,
                                        .prices = *prices_,
                                        .decoders = *decoders_,
                                        .metrics = metrics_,
                                        .limits = {settings_.otlp_max_body, settings_.otlp_limits}});
        api::livepeer::add_routes(router_, {.keys = data_->keys(),
                                            .meta = data_->meta(),
                                            .streams = live_->streams(),
                                            .clips = live_->clips(),
                                            .assets = live_->assets(),
                                            .playback = live_->playback(),
                                            .public_url = settings_.public_url,
                                            .tokens = std::move(tokens)});
        api::playback::add_routes(router_, live_->playback(), live_->pictures());
        api::spanreel::add_routes(router_, data_->keys(), *recorder_, data_->meta(), live_->recordings());
        live_->watch(metrics_);
        metrics_.watch_gauge("spanreel_ingest_memory_bytes", "Taken of ingest-memory",
                             [this] { return static_cast<double>(memory_.used()); });
        metrics_.watch_counter("spanreel_tape_bytes_total", "Bytes of span frames written",
                               [this] { return static_cast<double>(recorder_->statistics().bytes); });
        metrics_.watch_counter("spanreel_tape_commits_total", "Groups written and synced",
                               [this] { return static_cast<double>(recorder_->statistics().groups); });
    }

    Result<std::string> listen_http(std::string_view protocol, const std::optional<ListenAddress>& wanted) {
        if (!wanted) return std::string();
        SPANREEL_TRY(std::uint16_t port, http_->listen(wanted->host, wanted->port));
        return announce(protocol, {wanted->host, port});
    }

    Result<std::string> listen_grpc() {
        if (!settings_.otlp_grpc_listen) return std::string();
        const ListenAddress& wanted = *settings_.otlp_grpc_listen;
        SPANREEL_TRY(std::uint16_t port, http_->listen_http2(wanted.host, wanted.port));
        return announce("otlp-grpc", {wanted.host, port});
    }

    Result<std::string> listen_https() {
        if (!certificate_) return std::string();
        const ListenAddress& wanted = *settings_.https_listen;
        SPANREEL_TRY(std::uint16_t port, http_->listen_tls(wanted.host, wanted.port, *certificate_));
        certificate_watch_.emplace(waiting_, *certificate_);
        return announce("https", {wanted.host, port});
    }

    Result<std::string> listen_rtmp() {
        if (!settings_.rtmp_listen) return std::string();
        const ListenAddress& wanted = *settings_.rtmp_listen;
        SPANREEL_TRY(std::uint16_t port, live_->listen_rtmp(wanted.host, wanted.port));
        return announce("rtmp", {wanted.host, port});
    }

    static std::string announce(std::string_view protocol, const ListenAddress& address) {
        std::string text = to_string(address);
        log::info("listening", {{"protocol", protocol}, {"address", text}});
        return text;
    }

    Result<void> greet() {
        SPANREEL_TRY(auto first, data_->keys().ensure_first_key());
        std::string text =
            first ? first_start_text(settings_, addresses_, first->secret) : later_start_text(settings_, addresses_);
        std::fputs(text.c_str(), stdout);
        std::fflush(stdout);
        return {};
    }

    Settings settings_;
    MemoryBudget memory_;
    access::KeyRates rates_;
    std::optional<trace::PriceTable> prices_;
    std::unique_ptr<DataDirectory> data_;
    std::unique_ptr<store::EmbeddedSpanStore> spans_;
    std::unique_ptr<trace::Recorder> recorder_;
    std::optional<FairPool> decoders_{std::in_place, processors(), "decode"};
    net::Metrics metrics_;
    net::Router router_;
    asio::io_context io_;
    std::unique_ptr<LiveSide> live_;
    asio::thread_pool blocking_{kBlockingThreads};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{asio::make_work_guard(io_)};
    std::unique_ptr<net::TlsCertificate> certificate_;
    std::unique_ptr<net::HttpServer> http_;
    Addresses addresses_;
    asio::io_context waiting_;
    std::optional<asio::signal_set> signals_;
    std::optional<CertificateWatch> certificate_watch_;
    std::vector<std::thread> threads_;
    bool stopped_ = false;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(const Settings& settings) {
    auto impl = std::make_unique<Impl>(settings);
    SPANREEL_CHECK(impl->start());
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

void Server::run() {
    impl_->wait_for_signal();
    impl_->stop();
}

}  // namespace spanreel::server
