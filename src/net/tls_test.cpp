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
#include <thread>

#include "net/http_server.hpp"

namespace spanreel::net {
namespace {

namespace asio = boost::asio;

/// A self-signed certificate for localhost and its key, as two PEM files.
void make_certificate(const Path& certificate, const Path& key) {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
    std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
    X509_set_version(x509.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_set_pubkey(x509.get(), pair.get());
    X509_NAME* name = X509_get_subject_name(x509.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(x509.get(), name);
    X509_sign(x509.get(), pair.get(), EVP_sha256());
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(certificate.c_str(), "w"), std::fclose);
    PEM_write_X509(file.get(), x509.get());
    file.reset(std::fopen(key.c_str(), "w"));
    PEM_write_PrivateKey(file.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

class TlsTest : public testing::Test {
  protected:
    TlsTest() {
        std::filesystem::create_directories(folder_);
        make_certificate(folder_ / "cert.pem", folder_ / "key.pem");
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

    Path folder_ = Path(testing::TempDir()) /
                   ("spanreel_tls_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
    asio::thread_pool pool_{1};
    Router router_;
    Metrics metrics_;
    HttpServer server_{io_, pool_, router_, metrics_};
    std::thread runner_{[this] { io_.run(); }};
};

TEST_F(TlsTest, AnswersOverTls) {
    auto port = server_.listen_tls("127.0.0.1", 0, folder_ / "cert.pem", folder_ / "key.pem");
    ASSERT_TRUE(port) << port.error().message;
    asio::io_context io;
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.load_verify_file((folder_ / "cert.pem").string());
    tls.set_verify_mode(asio::ssl::verify_peer);
    asio::ssl::stream<asio::ip::tcp::socket> client(io, tls);
    client.lowest_layer().connect({asio::ip::address_v4::loopback(), *port});
    const unsigned char offered[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(client.native_handle(), offered, sizeof offered - 1);
    client.handshake(asio::ssl::stream_base::client);
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.native_handle(), &chosen, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
    for (int i = 0; i < 2; ++i) {
        asio::write(client, asio::buffer(std::string_view("GET / HTTP/1.1\r\nHost: h\r\n\r\n")));
        std::string answer;
        std::size_t head = asio::read_until(client, asio::dynamic_buffer(answer), "\r\n\r\n");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        std::size_t missing = head + 300'000 - answer.size();
        asio::read(client, asio::dynamic_buffer(answer), asio::transfer_exactly(missing));
        EXPECT_EQ(answer.substr(head), std::string(300'000, 't'));
    }
}

TEST_F(TlsTest, DropsThoseWhoSpeakNoTls) {
    auto port = server_.listen_tls("127.0.0.1", 0, folder_ / "cert.pem", folder_ / "key.pem");
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

TEST_F(TlsTest, NamesTheFileItCannotUse) {
    auto missing = server_.listen_tls("127.0.0.1", 0, folder_ / "none.pem", folder_ / "key.pem");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("none.pem"), std::string::npos);
    EXPECT_FALSE(server_.listen_tls("127.0.0.1", 0, folder_ / "cert.pem", folder_ / "cert.pem"));
}

}  // namespace
}  // namespace spanreel::net
