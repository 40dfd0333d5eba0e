// SPDX-License-Identifier: Apache-2.0
#include "net/tls_certificate.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>

namespace spanreel::net {

namespace asio = boost::asio;

namespace {

int choose_alpn(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                unsigned offered_size, void*) {
    static constexpr unsigned char kHttp11[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, chosen_size, kHttp11, sizeof kHttp11 - 1, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

/// OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Result<void> use_chain(asio::ssl::context& tls, const Path& path, const std::string& pem) {
    boost::system::error_code error;
    tls.use_certificate_chain(asio::buffer(pem), error);
    if (!error) return {};
    return fail(Code::invalid,
                fmt::format("{}: not a certificate in PEM that can be used: {}", path.string(), error.message()));
}

Result<void> use_key(asio::ssl::context& tls, const Path& path, const std::string& pem, const Path& chain_path) {
    std::unique_ptr<BIO, decltype(&BIO_free)> source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                     BIO_free);
    bool asked = false;
    ERR_clear_error();
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, &asked), EVP_PKEY_free);
    ERR_clear_error();
    if (asked)
        return fail(Code::invalid,
                    fmt::format("{}: the private key has a passphrase; give a file without one", path.string()));
    if (!key) return fail(Code::invalid, fmt::format("{}: holds no private key in PEM", path.string()));
    bool used = X509_check_private_key(SSL_CTX_get0_certificate(tls.native_handle()), key.get()) == 1 &&
                SSL_CTX_use_PrivateKey(tls.native_handle(), key.get()) == 1;
    ERR_clear_error();
    if (used) return {};
    return fail(Code::invalid,
                fmt::format("{}: not the private key of the certificate in {}", path.string(), chain_path.string()));
}

Time end_of(const X509* certificate) {
    std::tm end{};
    ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end);
    return from_unix_millis(static_cast<std::int64_t>(timegm(&end)) * 1000);
}

}  // namespace

TlsCertificate::TlsCertificate(Path chain, Path private_key)
    : chain_path_(std::move(chain)), key_path_(std::move(private_key)) {}

Result<std::unique_ptr<TlsCertificate>> TlsCertificate::load(Path chain, Path private_key) {
    std::unique_ptr<TlsCertificate> made(new TlsCertificate(std::move(chain), std::move(private_key)));
    SPANREEL_CHECK(made->reload());
    return made;
}

std::shared_ptr<asio::ssl::context> TlsCertificate::context() const {
    std::lock_guard lock(mutex_);
    return pair_.context;
}

Time TlsCertificate::valid_until() const {
    std::lock_guard lock(mutex_);
    return pair_.valid_until;
}

bool TlsCertificate::changed() const {
    PemFile chain = read(chain_path_), key = read(key_path_);
    std::lock_guard lock(mutex_);
    return chain != chain_ || key != key_;
}

Result<void> TlsCertificate::reload() {
    PemFile chain = read(chain_path_), key = read(key_path_);
    std::lock_guard lock(mutex_);
    chain_ = std::move(chain);
    key_ = std::move(key);
    SPANREEL_TRY(pair_, parse());
    return {};
}

TlsCertificate::PemFile TlsCertificate::read(const Path& path) {
    auto text = read_file(posix_file_system(), path, kFileBytes);
    if (!text) return {.failure = text.error().message};
    return {.text = *std::move(text)};
}

Result<TlsCertificate::Pair> TlsCertificate::parse() const {
    for (const PemFile* file : {&chain_, &key_})
        if (!file->failure.empty()) return fail(Code::invalid, file->failure);
    auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_alpn_select_cb(tls->native_handle(), choose_alpn, nullptr);
    SPANREEL_CHECK(use_chain(*tls, chain_path_, chain_.text));
    SPANREEL_CHECK(use_key(*tls, key_path_, key_.text, chain_path_));
    Time end = end_of(SSL_CTX_get0_certificate(tls->native_handle()));
    return Pair{std::move(tls), end};
}

}  // namespace spanreel::net
