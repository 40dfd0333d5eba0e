// SPDX-License-Identifier: Apache-2.0
// Listeners of HTTP/1.1 (RFC 9112) and HTTP/2 (RFC 9113) that share one router. Owned by whoever runs the io_context,
// which may run on several threads: each connection has a strand. The router, the pool, the metrics and the memory must
// outlive the server.
#pragma once
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/memory_budget.hpp"
#include "net/limits.hpp"
#include "net/metrics.hpp"
#include "net/router.hpp"

namespace boost::asio {
class io_context;
class thread_pool;
}  // namespace boost::asio

namespace spanreel::net {

class TlsCertificate;

class HttpServer {
  public:
    /// `blocking` runs the handlers of RunOn::blocking_pool and the reads of streamed bodies; `memory` bounds the
    /// bodies of all requests.
    HttpServer(boost::asio::io_context& io, boost::asio::thread_pool& blocking, const Router& router, Metrics& metrics,
               MemoryBudget& memory, Limits limits = {});
    /// After shutdown() has returned, and before the io_context goes.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Starts to accept; gives the port taken (0 asks for any free one). `host` is an address or a name. The router
    /// must be complete by the first call.
    Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);
    /// HTTP/2 alone, by prior knowledge (RFC 9113 section 3.3), as gRPC clients without TLS speak it.
    Result<std::uint16_t> listen_http2(const std::string& host, std::uint16_t port);
    /// HTTP/1.1 over TLS. The certificate outlives the server; each connection begins with the pair it then has.
    Result<std::uint16_t> listen_tls(const std::string& host, std::uint16_t port, const TlsCertificate& certificate);

    /// Stops accepting, closes idle connections, lets requests that have begun be answered, and after `grace` cuts
    /// what is left. When it returns no session exists; a handler may still run on the pool or hold its Responder,
    /// and its answer goes nowhere.
    boost::asio::awaitable<void> shutdown(std::chrono::milliseconds grace);

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace spanreel::net
