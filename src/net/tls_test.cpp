// SPDX-License-Identifier: Apache-2.0
// The TLS listener, asked by OpenSSL's own client side through Asio.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "net/http_server.hpp"
#include "net/tls_certificate.hpp"

namespace spanreel::net {
namespace {

namespace asio = boost::asio;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Stdio = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Key new_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void write_key(const Path& path, EVP_PKEY* key, const char* passphrase = nullptr) {
    Stdio file(std::fopen(path.c_str(), "w"), std::fclose);
    PEM_write_PrivateKey(file.get(), key, passphrase ? EVP_aes_128_cbc() : nullptr, nullptr, 0, nullptr,
                         const_cast<char*>(passphrase));
}

/// A self-signed certificate for localhost.
void write_certificate(const Path& path, EVP_PKEY* key, long serial, long seconds = 3600) {
    std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
    X509_set_version(x509.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), seconds);
    X509_set_pubkey(x509.get(), key);
    X509_NAME* name = X509_get_subject_name(x509.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(x509.get(), name);
    X509_sign(x509.get(), key, EVP_sha256());
    Stdio file(std::fopen(path.c_str(), "w"), std::fclose);
    PEM_write_X509(file.get(), x509.get());
}

/// A client that trusts what is shown to it.
class Client {
  public:
    explicit Client(std::uint16_t port) : stream_(io_, tls_) {
        stream_.lowest_layer().connect({asio::ip::address_v4::loopback(), port});
    }

    void handshake() { stream_.handshake(asio::ssl::stream_base::client); }
    void get() {
        asio::write(stream_, asio::buffer(std::string_view("GET / HTTP/1.1\r\nHost: h\r\n\r\n")));
        std::string answer;
        std::size_t head = asio::read_until(stream_, asio::dynamic_buffer(answer), "\r\n\r\n");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        std::size_t missing = head + 300'000 - answer.size();
        asio::read(stream_, asio::dynamic_buffer(answer), asio::transfer_exactly(missing));
        EXPECT_EQ(answer.substr(head), std::string(300'000, 't'));
    }
    long serial_shown() {
        return ASN1_INTEGER_get(X509_get0_serialNumber(SSL_get0_peer_certificate(stream_.native_handle())));
    }
    asio::ssl::stream<asio::ip::tcp::socket>& stream() { return stream_; }

  private:
    asio::io_context io_;
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

class TlsTest : public testing::Test {
  protected:
    TlsTest() {
        std::filesystem::create_directories(folder_);
        write_pair(1);
        router_.add(Method::get, "/", RunOn::blocking_pool, [](const Request& request) {
            return text_response(200, request.tls ? std::string(300'000, 't') : "plain");
        });
    }
    ~TlsTest() override {
        asio::co_spawn(io_, server_.shutdown(std::chrono::seconds(2)), asio::use_future).wait();
        io_.stop();
        runner_.join();
        pool_.join();
        std::filesystem::remove_all(folder_);
    }

    /// A new pair in the two files.
    void write_pair(long serial, long seconds = 3600) {
        Key key = new_key();
        write_certificate(chain_, key.get(), serial, seconds);
        write_key(key_, key.get());
    }
    std::unique_ptr<TlsCertificate> load() {
        auto loaded = TlsCertificate::load(chain_, key_);
        EXPECT_TRUE(loaded) << loaded.error().message;
        return loaded ? *std::move(loaded) : nullptr;
    }
    std::string refusal() {
        auto loaded = TlsCertificate::load(chain_, key_);
        return loaded ? "(none)" : loaded.error().message;
    }
    long serial_for_new(std::uint16_t port) {
        Client client(port);
        client.handshake();
        return client.serial_shown();
    }

    Path folder_ = Path(testing::TempDir()) /
                   ("spanreel_tls_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    Path chain_ = folder_ / "cert.pem";
    Path key_ = folder_ / "key.pem";
    std::unique_ptr<TlsCertificate> certificate_;
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
    asio::thread_pool pool_{1};
    Router router_;
    Metrics metrics_;
    MemoryBudget memory_{8 << 20};
    HttpServer server_{io_, pool_, router_, metrics_, memory_};
    std::thread runner_{[this] { io_.run(); }};
};

TEST_F(TlsTest, AnswersOverTls) {
    certificate_ = load();
    auto port = server_.listen_tls("127.0.0.1", 0, *certificate_);
    ASSERT_TRUE(port) << port.error().message;
    Client client(*port);
    const unsigned char offered[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(client.stream().native_handle(), offered, sizeof offered - 1);
    client.handshake();
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.stream().native_handle(), &chosen, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
    client.get();
    client.get();
}

TEST_F(TlsTest, RefusesVersionsBefore12) {
    certificate_ = load();
    auto port = server_.listen_tls("127.0.0.1", 0, *certificate_);
    ASSERT_TRUE(port);
    // Debian's level of security refuses them by itself.
    SSL_CTX_set_security_level(certificate_->context()->native_handle(), 0);
    Client client(*port);
    SSL_set_security_level(client.stream().native_handle(), 0);
    SSL_set_max_proto_version(client.stream().native_handle(), TLS1_1_VERSION);
    EXPECT_THROW(client.handshake(), boost::system::system_error);
}

TEST_F(TlsTest, DropsThoseWhoSpeakNoTls) {
    certificate_ = load();
    auto port = server_.listen_tls("127.0.0.1", 0, *certificate_);
    ASSERT_TRUE(port);
    asio::io_context io;
    asio::ip::tcp::socket client(io);
    client.connect({asio::ip::address_v4::loopback(), *port});
    asio::write(client, asio::buffer(std::string_view("GET / HTTP/1.1\r\nHost: h\r\n\r\n")));
    std::string answer;
    boost::system::error_code error;
    asio::read(client, asio::dynamic_buffer(answer), error);
    EXPECT_EQ(answer.find("HTTP/"), std::string::npos);
}

TEST_F(TlsTest, DropsThoseWhoSayNothing) {
    certificate_ = load();
    HttpServer impatient(io_, pool_, router_, metrics_, memory_, {.head_timeout = std::chrono::milliseconds(50)});
    auto port = impatient.listen_tls("127.0.0.1", 0, *certificate_);
    ASSERT_TRUE(port);
    Client client(*port);
    auto from = std::chrono::steady_clock::now();
    char byte = 0;
    boost::system::error_code error;
    client.stream().next_layer().read_some(asio::buffer(&byte, 1), error);
    EXPECT_EQ(error, asio::error::eof);
    EXPECT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds(5)) << "the default of ten";
    asio::co_spawn(io_, impatient.shutdown(std::chrono::seconds(2)), asio::use_future).wait();
}

TEST_F(TlsTest, ANewPairIsForNewConnectionsAndOpenOnesGoOn) {
    certificate_ = load();
    auto port = server_.listen_tls("127.0.0.1", 0, *certificate_);
    ASSERT_TRUE(port);
    Client open(*port);
    open.handshake();
    open.get();
    EXPECT_FALSE(certificate_->changed());
    write_pair(2);
    EXPECT_TRUE(certificate_->changed());
    ASSERT_TRUE(certificate_->reload());
    EXPECT_FALSE(certificate_->changed());
    EXPECT_EQ(serial_for_new(*port), 2);
    open.get();
    EXPECT_EQ(open.serial_shown(), 1);
}

TEST_F(TlsTest, APairThatCannotBeUsedLeavesTheOldOne) {
    certificate_ = load();
    auto port = server_.listen_tls("127.0.0.1", 0, *certificate_);
    ASSERT_TRUE(port);
    Key other = new_key();
    write_key(key_, other.get());
    EXPECT_TRUE(certificate_->changed());
    EXPECT_FALSE(certificate_->reload());
    EXPECT_FALSE(certificate_->changed()) << "the same failure again and again";
    EXPECT_EQ(serial_for_new(*port), 1);
    std::filesystem::remove(key_);
    EXPECT_TRUE(certificate_->changed());
    EXPECT_FALSE(certificate_->reload());
    EXPECT_EQ(serial_for_new(*port), 1);
    write_pair(3);
    EXPECT_TRUE(certificate_->changed());
    EXPECT_TRUE(certificate_->reload());
    EXPECT_EQ(serial_for_new(*port), 3);
}

TEST_F(TlsTest, SaysWhatIsWrongWithAFile) {
    Key other = new_key();
    write_key(key_, other.get());
    EXPECT_EQ(refusal(), key_.string() + ": not the private key of the certificate in " + chain_.string());
    Key other_kind(EVP_RSA_gen(2048), EVP_PKEY_free);
    write_key(key_, other_kind.get());
    EXPECT_EQ(refusal(), key_.string() + ": not the private key of the certificate in " + chain_.string());
    write_key(key_, other.get(), "secret");
    EXPECT_EQ(refusal(), key_.string() + ": the private key has a passphrase; give a file without one");
    std::ofstream(key_) << "-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n";
    EXPECT_EQ(refusal(), key_.string() + ": holds no private key in PEM");
    std::filesystem::remove(key_);
    EXPECT_TRUE(refusal().ends_with(key_.string() + ": No such file or directory")) << refusal();
    write_pair(1);
    std::ofstream(chain_) << "none";
    EXPECT_TRUE(refusal().starts_with(chain_.string() + ": not a certificate in PEM")) << refusal();
    std::filesystem::resize_file(chain_, TlsCertificate::kFileBytes + 1);
    EXPECT_TRUE(refusal().starts_with(chain_.string() + " is larger than")) << refusal();
}

TEST_F(TlsTest, TellsWhenTheCertificateEnds) {
    using namespace std::chrono_literals;
    write_pair(1, -10);
    Time until = load()->valid_until();
    EXPECT_LT(until, now() - 5s);
    EXPECT_GT(until, now() - 30s);
}

}  // namespace
}  // namespace spanreel::net
