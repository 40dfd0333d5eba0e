// SPDX-License-Identifier: Apache-2.0
// The certificate and private key of TLS listeners, from PEM files that may be replaced while connections are open: a
// connection keeps the pair it began with (RFC 8446). Any thread; outlives the server that listens with it.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/time.hpp"

namespace boost::asio::ssl {
class context;
}

namespace spanreel::net {

class TlsCertificate {
  public:
    /// A longer file is none of a certificate or key.
    static constexpr std::uint64_t kFileBytes = 1 << 20;

    /// `invalid` with the file's name when a file cannot be read or used, or when the key is not the certificate's.
    static Result<std::unique_ptr<TlsCertificate>> load(Path chain, Path private_key);

    /// For a connection that begins now: TLS 1.2 or later, HTTP/1.1 by ALPN.
    std::shared_ptr<boost::asio::ssl::context> context() const;
    /// When the certificate ends, whole seconds.
    Time valid_until() const;

    /// Whether a file now reads differently from when it was last read.
    bool changed() const;
    /// Reads both files again. After an error the pair is the one it was.
    Result<void> reload();

  private:
    /// What a file held, or why it could not be read.
    struct PemFile {
        std::string text;
        std::string failure;
        bool operator==(const PemFile&) const = default;
    };
    struct Pair {
        std::shared_ptr<boost::asio::ssl::context> context;
        Time valid_until;
    };

    TlsCertificate(Path chain, Path private_key);
    static PemFile read(const Path& path);
    Result<Pair> parse() const;

    const Path chain_path_;
    const Path key_path_;
    mutable std::mutex mutex_;
    PemFile chain_;
    PemFile key_;
    Pair pair_;
};

}  // namespace spanreel::net
