// SPDX-License-Identifier: Apache-2.0
// Reads the certificate of the TLS listener again at SIGHUP, and by itself when one of its files has changed. Works on
// the io_context given, whose one thread may wait for the disk; ends with it.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/tls_certificate.hpp"

namespace spanreel::server {

class CertificateWatch {
  public:
    /// How long a changed file may go unnoticed.
    static constexpr std::chrono::seconds kPoll{2};

    CertificateWatch(boost::asio::io_context& io, net::TlsCertificate& certificate);
    CertificateWatch(const CertificateWatch&) = delete;
    CertificateWatch& operator=(const CertificateWatch&) = delete;

  private:
    void wait_for_signal();
    void wait_for_change();
    void reload();

    net::TlsCertificate& certificate_;
    boost::asio::signal_set hangup_;
    boost::asio::steady_timer poll_;
};

/// Until when it is valid, and a warning when that is over.
void log_validity(const net::TlsCertificate& certificate);

}  // namespace spanreel::server
