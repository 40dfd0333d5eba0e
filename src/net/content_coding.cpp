// SPDX-License-Identifier: Apache-2.0
#include "net/content_coding.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>

#include "net/http_message.hpp"

namespace spanreel::net {

namespace {

// windowBits of zlib's inflateInit2: 15 is the largest window, +16 asks for gzip framing, negative for none.
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;

/// RFC 1950 section 2.2: method 8, and the two header bytes are a multiple of 31. One byte decides well enough: raw
/// deflate data begins with 0x?8 only in a stored block, which no compressor opens a body with.
bool opens_zlib(std::uint8_t first) { return (first & 0x0F) == 8 && (first >> 4) <= 7; }

}  // namespace

std::optional<Coding> coding_from(std::string_view header) {
    if (header.empty() || equal_ignoring_case(header, "identity")) return Coding::identity;
    if (equal_ignoring_case(header, "gzip") || equal_ignoring_case(header, "x-gzip")) return Coding::gzip;
    if (equal_ignoring_case(header, "deflate")) return Coding::deflate;
    return std::nullopt;
}

struct Inflater::State {
    explicit State(Coding to_read) : coding(to_read) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (open) inflateEnd(&zlib);
    }

    Result<void> start(std::uint8_t first) {
        int window = coding == Coding::gzip ? kGzipWindow : opens_zlib(first) ? kZlibWindow : kRawWindow;
        if (inflateInit2(&zlib, window) != Z_OK) return fail(Code::unavailable, "No memory to decompress the body");
        open = true;
        return {};
    }

    Coding coding;
    z_stream zlib{};
    bool open = false;
    bool ended = false;
};

Inflater::Inflater(Coding coding) : state_(std::make_unique<State>(coding)) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;

Result<void> Inflater::write(ByteView input, const Sink& sink) {
    if (input.empty()) return {};
    State& state = *state_;
    if (!state.open) SPANREEL_CHECK(state.start(input.front()));
    z_stream& zlib = state.zlib;
    zlib.next_in = const_cast<Bytef*>(input.data());
    zlib.avail_in = static_cast<uInt>(input.size());
    std::array<char, 16 << 10> piece;
    do {
        if (state.ended) {
            if (state.coding != Coding::gzip || inflateReset(&zlib) != Z_OK)
                return fail(Code::invalid, fmt::format("Bytes follow the compressed body at offset {}", zlib.total_in));
            state.ended = false;
        }
        zlib.next_out = reinterpret_cast<Bytef*>(piece.data());
        zlib.avail_out = piece.size();
        int status = inflate(&zlib, Z_NO_FLUSH);
        std::size_t made = piece.size() - zlib.avail_out;
        if (made > 0) SPANREEL_CHECK(sink(as_bytes(std::string_view(piece.data(), made))));
        if (status == Z_STREAM_END)
            state.ended = true;
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return fail(Code::invalid, fmt::format("The compressed body is broken at offset {}", zlib.total_in));
    } while (zlib.avail_in > 0 || (zlib.avail_out == 0 && !state.ended));
    return {};
}

Result<void> Inflater::finish() const {
    if (state_->open && !state_->ended) return fail(Code::invalid, "The compressed body ends too early");
    return {};
}

bool accepts_gzip(std::string_view accept_encoding) {
    while (!accept_encoding.empty()) {
        std::string_view item = accept_encoding.substr(0, accept_encoding.find(','));
        accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
        std::size_t start = std::min(item.find_first_not_of(" \t"), item.size());
        item.remove_prefix(start);
        std::string_view name = item.substr(0, item.find_first_of("; \t"));
        if (!equal_ignoring_case(name, "gzip")) continue;
        // A quality of zero is a refusal: "0", "0." and "0.000".
        std::size_t quality = item.find("q=");
        return quality == std::string_view::npos ||
               item.substr(quality + 2).find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

std::optional<std::string> gzip(std::string_view text) {
    constexpr int kDefaultMemory = 8;
    z_stream zlib{};
    if (deflateInit2(&zlib, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kDefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK)
        return std::nullopt;
    std::string out(deflateBound(&zlib, text.size()), '\0');
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    zlib.avail_in = static_cast<uInt>(text.size());
    zlib.next_out = reinterpret_cast<Bytef*>(out.data());
    zlib.avail_out = static_cast<uInt>(out.size());
    int status = deflate(&zlib, Z_FINISH);
    out.resize(zlib.total_out);
    deflateEnd(&zlib);
    if (status != Z_STREAM_END) return std::nullopt;
    return out;
}

}  // namespace spanreel::net
