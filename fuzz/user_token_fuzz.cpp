// SPDX-License-Identifier: Apache-2.0
// Tokens from arbitrary bytes, which nobody with the secret has signed and which must be refused; and the same bytes
// as the claims of a token that is signed, which may say anything.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdlib>

#include "access/user_token.hpp"
#include "base/encoding.hpp"

namespace {

using namespace spanreel;

std::string base64url(std::string_view text) {
    std::string encoded = to_base64(as_bytes(text));
    while (encoded.ends_with('=')) encoded.pop_back();
    for (char& c : encoded) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return encoded;
}

std::string sign(std::string_view claims, std::string_view secret) {
    const std::string text = base64url(R"({"alg":"HS256"})") + "." + base64url(claims);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned length = 0;
    ::HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &length);
    return text + "." + base64url({reinterpret_cast<const char*>(mac.data()), length});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const access::TokenSettings settings{
        .secret = "0123456789abcdef0123456789abcdef", .audience = "reel", .allowed_origins = {}};
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Time now(std::chrono::seconds(1'700'000'000));
    if (access::verify_token(settings, text, now)) std::abort();
    (void)access::verify_token(settings, sign(text, settings.secret), now);
    return 0;
}
