// SPDX-License-Identifier: Apache-2.0
#include "server/certificate_watch.hpp"

#include <csignal>

#include "base/log.hpp"

namespace spanreel::server {

using boost::system::error_code;

CertificateWatch::CertificateWatch(boost::asio::io_context& io, net::TlsCertificate& certificate)
    : certificate_(certificate), hangup_(io, SIGHUP), poll_(io) {
    wait_for_signal();
    wait_for_change();
}

void CertificateWatch::wait_for_signal() {
    hangup_.async_wait([this](const error_code& error, int) {
        if (error) return;
        reload();
        wait_for_signal();
    });
}

void CertificateWatch::wait_for_change() {
    poll_.expires_after(kPoll);
    poll_.async_wait([this](const error_code& error) {
        if (error) return;
        if (certificate_.changed()) reload();
        wait_for_change();
    });
}

void CertificateWatch::reload() {
    if (auto loaded = certificate_.reload(); !loaded)
        return log::error("the new certificate cannot be used, the old one stays",
                          {{"reason", loaded.error().message}});
    log_validity(certificate_);
}

void log_validity(const net::TlsCertificate& certificate) {
    Time until = certificate.valid_until();
    log::info("certificate loaded", {{"valid_until", to_iso_millis(until)}});
    if (until <= now())
        log::warning("the certificate has expired, clients will refuse it", {{"expired", to_iso_millis(until)}});
}

}  // namespace spanreel::server
