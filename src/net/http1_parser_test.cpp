// SPDX-License-Identifier: Apache-2.0
#include "net/http1_parser.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "net/body_receiver.hpp"
#include "net/content_coding.hpp"

namespace spanreel::net {
namespace {

constexpr std::size_t kHead = 4096;

struct Parsed {
    Result<void> result{};
    RequestHead head;
    std::string body;
    std::size_t used = 0;
    bool done = false;
};

/// Feeds `text` in pieces of `step` bytes, as a session does.
Parsed parse(std::string_view text, std::size_t step) {
    Http1Parser parser(kHead);
    Parsed out;
    auto sink = [&out](ByteView piece) -> Result<void> {
        out.body += as_text(piece);
        return {};
    };
    std::size_t begin = 0;
    for (std::size_t end = 0; !parser.done() && end < text.size();) {
        end = std::min(end + step, text.size());
        for (std::size_t used = 1; used > 0 && begin < end && !parser.done();) {
            ByteView input = as_bytes(text.substr(begin, end - begin));
            Result<std::size_t> taken = parser.head_done() ? parser.parse_body(input, sink) : parser.parse_head(input);
            if (!taken) {
                out.result = std::unexpected(std::move(taken).error());
                return out;
            }
            used = *taken;
            begin += used;
        }
    }
    out.head = std::move(parser.head());
    out.used = begin;
    out.done = parser.done();
    return out;
}

Parsed expect_good(std::string_view text) {
    Parsed whole = parse(text, text.size());
    Parsed dripped = parse(text, 1);
    EXPECT_TRUE(whole.result) << whole.result.error().message;
    EXPECT_TRUE(dripped.result) << dripped.result.error().message;
    EXPECT_TRUE(whole.done && dripped.done);
    EXPECT_EQ(whole.body, dripped.body);
    EXPECT_EQ(whole.used, dripped.used);
    EXPECT_EQ(whole.head.request.target, dripped.head.request.target);
    return whole;
}

Code expect_bad(std::string_view text) {
    Parsed whole = parse(text, text.size());
    Parsed dripped = parse(text, 1);
    EXPECT_FALSE(whole.result) << text;
    EXPECT_FALSE(dripped.result) << text;
    if (whole.result || dripped.result) return Code::internal;
    EXPECT_EQ(whole.result.error().code, dripped.result.error().code) << text;
    return whole.result.error().code;
}

TEST(Http1Parser, ReadsHeadAndBody) {
    Parsed parsed = expect_good("\r\nPOST /a?b=c HTTP/1.1\r\nHost: h\r\nX: y \r\nContent-Length: 3\r\n\r\nabcGET");
    EXPECT_EQ(parsed.head.request.method, Method::post);
    EXPECT_EQ(parsed.head.request.path, "/a");
    EXPECT_EQ(parsed.head.request.query.get("b"), "c");
    EXPECT_EQ(parsed.head.request.headers.get("x"), "y");
    EXPECT_EQ(parsed.head.content_length, 3u);
    EXPECT_TRUE(parsed.head.keep_alive);
    EXPECT_EQ(parsed.body, "abc");
}

TEST(Http1Parser, ReadsChunks) {
    Parsed parsed = expect_good(
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n");
    EXPECT_EQ(parsed.body, "abc0123456789");
    EXPECT_TRUE(parsed.head.has_body);
    EXPECT_FALSE(parsed.head.content_length);
    EXPECT_FALSE(parsed.head.request.headers.contains("trailer"));
}

TEST(Http1Parser, ReadsALastChunkThatComesInPieces) {
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::string_view chunks : {"0\r\n\r\n", "0\r\nTrailer: x\r\n\r\n", "000;a=b\r\n\r\n"})
        EXPECT_EQ(expect_good(head + std::string(chunks)).body, "");
    EXPECT_EQ(expect_good(head + "1\r\nx\r\n0\r\nTrailer: x\r\n\r\n").body, "x");
}

TEST(Http1Parser, KnowsWhenTheConnectionEnds) {
    EXPECT_FALSE(expect_good("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").head.keep_alive);
    EXPECT_FALSE(expect_good("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
    EXPECT_TRUE(expect_good("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head.keep_alive);
    EXPECT_TRUE(expect_good("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n\r\n").head.expects_continue);
}

TEST(Http1Parser, AuthorityOfTheTargetIsTheHost) {
    Parsed parsed = expect_good("GET http://a.example/p HTTP/1.1\r\nHost: b.example\r\n\r\n");
    EXPECT_EQ(parsed.head.request.headers.get("host"), "a.example");
    EXPECT_EQ(parsed.head.request.path, "/p");
}

TEST(Http1Parser, RefusesWhatCouldMeanTwoThings) {
    const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
    EXPECT_EQ(expect_bad(post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad(post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad(post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad(post + "Content-Length: -1\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad(post + "Content-Length: 99999999999999999999\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad(post + "Transfer-Encoding: gzip, chunked\r\n\r\n"), Code::unsupported);
    EXPECT_EQ(expect_bad(post + "Transfer-Encoding: identity\r\n\r\n"), Code::unsupported);
    EXPECT_EQ(expect_bad(post + "Host: g\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad("GET / HTTP/1.1\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), Code::invalid);
}

TEST(Http1Parser, RefusesMalformedHeads) {
    EXPECT_EQ(expect_bad("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad("GET noslash HTTP/1.1\r\nHost: h\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad("GET / HTTP/1.1\r\nHost : h\r\n\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad("\x16\x03\x01\x02\x01\x01\xfc\x03"), Code::invalid);
    EXPECT_EQ(expect_bad("BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n"), Code::unsupported);
    EXPECT_EQ(expect_bad("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), Code::invalid);
    EXPECT_EQ(expect_bad("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff1\r\n"),
              Code::invalid);
}

TEST(Http1Parser, BoundsTheHeadAndChunkLines) {
    EXPECT_EQ(expect_bad("GET /" + std::string(kHead, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"), Code::too_large);
    EXPECT_EQ(expect_bad("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(kHead, 'a') + "\r\n\r\n"), Code::too_large);
    std::string chunk = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;";
    EXPECT_EQ(expect_bad(chunk + std::string(2 * Http1Parser::kMaxLine, 'e')), Code::invalid);
}

TEST(Http1Parser, PassesOnWhatTheSinkRefuses) {
    Http1Parser parser(kHead);
    std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n";
    while (!parser.head_done()) {
        auto used = parser.parse_head(as_bytes(head));
        ASSERT_TRUE(used);
        head.erase(0, *used);
    }
    auto result =
        parser.parse_body(as_bytes("abc"), [](ByteView) -> Result<void> { return fail(Code::too_large, "no"); });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::too_large);
}

std::string deflate_with(std::string_view text, int window) {
    z_stream zlib{};
    deflateInit2(&zlib, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&zlib, text.size()), '\0');
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    zlib.avail_in = static_cast<uInt>(text.size());
    zlib.next_out = reinterpret_cast<Bytef*>(out.data());
    zlib.avail_out = static_cast<uInt>(out.size());
    deflate(&zlib, Z_FINISH);
    out.resize(zlib.total_out);
    deflateEnd(&zlib);
    return out;
}

Inflater::Sink into(std::string& out, std::size_t limit) {
    return [&out, limit](ByteView piece) -> Result<void> {
        if (out.size() + piece.size() > limit) return fail(Code::too_large, "enough");
        out += as_text(piece);
        return {};
    };
}

Result<std::string> inflate_with(Coding coding, std::string_view packed, std::size_t step, std::size_t limit) {
    Inflater inflater(coding);
    std::string out;
    for (std::size_t at = 0; at < packed.size(); at += step)
        SPANREEL_CHECK(inflater.write(as_bytes(packed.substr(at, step)), into(out, limit)));
    SPANREEL_CHECK(inflater.finish());
    return out;
}

TEST(Inflater, ReadsAllFramingsInPieces) {
    std::string text(100'000, 'a');
    for (std::size_t i = 0; i < text.size(); i += 7) text[i] = static_cast<char>(i % 251);
    for (std::size_t step : {std::size_t{1}, std::size_t{1000}, text.size()}) {
        EXPECT_EQ(inflate_with(Coding::gzip, deflate_with(text, 31), step, text.size()), text);
        EXPECT_EQ(inflate_with(Coding::deflate, deflate_with(text, 15), step, text.size()), text);
        EXPECT_EQ(inflate_with(Coding::deflate, deflate_with(text, -15), step, text.size()), text);
        EXPECT_EQ(inflate_with(Coding::gzip, *gzip(text) + *gzip("tail"), step, text.size() + 4), text + "tail");
    }
    EXPECT_EQ(inflate_with(Coding::gzip, "", 1, 0), "");
}

TEST(Inflater, StopsABombAtTheLimit) {
    std::string bomb = *gzip(std::string(50 << 20, '\0'));
    ASSERT_LT(bomb.size(), 300u << 10);
    Inflater inflater(Coding::gzip);
    std::string out;
    auto result = inflater.write(as_bytes(bomb), into(out, 1 << 20));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::too_large);
    EXPECT_LE(out.size(), 1u << 20);
}

TEST(Inflater, RefusesBrokenData) {
    std::string packed = *gzip("hello hello hello");
    EXPECT_EQ(inflate_with(Coding::gzip, packed.substr(0, packed.size() - 1), 4, 100).error().code, Code::invalid);
    EXPECT_EQ(inflate_with(Coding::gzip, "plain text", 4, 100).error().code, Code::invalid);
    EXPECT_EQ(inflate_with(Coding::deflate, deflate_with("x", 15) + "more", 4, 100).error().code, Code::invalid);
    packed[packed.size() - 6] ^= 1;  // the checksum
    EXPECT_EQ(inflate_with(Coding::gzip, packed, 100, 100).error().code, Code::invalid);
}

TEST(Coding, IsReadFromHeaders) {
    EXPECT_EQ(coding_from("GZIP"), Coding::gzip);
    EXPECT_EQ(coding_from("x-gzip"), Coding::gzip);
    EXPECT_EQ(coding_from(""), Coding::identity);
    EXPECT_EQ(coding_from("deflate"), Coding::deflate);
    EXPECT_FALSE(coding_from("gzip, gzip"));
    EXPECT_FALSE(coding_from("zstd"));
    EXPECT_TRUE(accepts_gzip("br, GZIP;q=0.5"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0, br"));
    EXPECT_FALSE(accepts_gzip("gzip; q=0.000"));
    EXPECT_FALSE(accepts_gzip(""));
    EXPECT_FALSE(accepts_gzip("xgzip"));
}

TEST(BodyReceiver, TakesTheMemoryOfABodyOfKnownLengthBeforeItComes) {
    MemoryBudget budget(1 << 20);
    const Mount mount;
    Request large{.peer_address = "here"}, other{.peer_address = "there"};
    BodyReceiver receiver(mount, budget, large, Coding::identity, 400'000);
    EXPECT_EQ(budget.used(), 0u);
    EXPECT_TRUE(receiver.begin());
    EXPECT_GT(budget.used(), 400'000u);
    EXPECT_LT(budget.used(), 420'000u);
    BodyReceiver refused(mount, budget, other, Coding::identity, 400'000);
    EXPECT_EQ(refused.begin().error().code, Code::unavailable);
    BodyReceiver never(mount, budget, other, Coding::identity, 600'000);
    EXPECT_EQ(never.begin().error().code, Code::too_large);
    EXPECT_TRUE(receiver.write(as_bytes("all")));
    EXPECT_TRUE(receiver.finish());
    EXPECT_EQ(large.body, "all");
    EXPECT_GT(budget.used(), 400'000u) << "held by the request";
    large = {};
    EXPECT_LT(budget.used(), 20'000u);
}

TEST(BodyReceiver, StopsABodyOfUnknownLengthBeforeItIsHeld) {
    MemoryBudget budget(200'000);
    const Mount mount;
    const std::string packed = *gzip(std::string(1 << 20, 'a'));
    for (const bool compressed : {false, true}) {
        Request request{.account = "w"};
        BodyReceiver receiver(mount, budget, request, compressed ? Coding::gzip : Coding::identity, std::nullopt);
        ASSERT_TRUE(receiver.begin());
        Result<void> taken{};
        for (int i = 0; taken && i < 100; ++i)
            taken = receiver.write(as_bytes(compressed ? packed : std::string(10'000, 'a')));
        ASSERT_FALSE(taken);
        EXPECT_EQ(taken.error().code, Code::too_large);
        EXPECT_LE(budget.used(), 100'000u);
    }
    EXPECT_EQ(budget.used(), 0u);
}

TEST(BodyReceiver, CountsAgainstItsWorkspaceOrElseItsAddress) {
    MemoryBudget budget(200'000);
    const Mount mount;
    Request first{.peer_address = "same", .account = "w1"}, second{.peer_address = "same", .account = "w1"},
        third{.peer_address = "same", .account = "w2"}, fourth{.peer_address = "same"};
    auto begin = [&](Request& request, std::uint64_t length) {
        return BodyReceiver(mount, budget, request, Coding::identity, length).begin().has_value();
    };
    EXPECT_TRUE(begin(first, 80'000));
    EXPECT_FALSE(begin(second, 20'000));
    EXPECT_TRUE(begin(third, 40'000));
    EXPECT_TRUE(begin(fourth, 20'000));
}

TEST(BodyReceiver, HasALimitForBothForms) {
    MemoryBudget budget(1 << 20);
    Mount mount{.max_body = 100, .max_encoded_body = 50};
    std::string packed = *gzip(std::string(100, 'a'));
    Request request;
    BodyReceiver fits(mount, budget, request, Coding::gzip, packed.size());
    EXPECT_TRUE(fits.begin());
    EXPECT_TRUE(fits.write(as_bytes(packed)));
    EXPECT_TRUE(fits.finish());
    EXPECT_EQ(request.body, std::string(100, 'a'));
    auto refusal = [&](Coding coding, const std::string& body) {
        Request refused;
        BodyReceiver receiver(mount, budget, refused, coding, std::nullopt);
        EXPECT_TRUE(receiver.begin());
        return receiver.write(as_bytes(body)).error().code;
    };
    EXPECT_EQ(refusal(Coding::gzip, *gzip(std::string(101, 'a'))), Code::too_large);
    EXPECT_EQ(refusal(Coding::identity, std::string(51, 'a')), Code::too_large);
    EXPECT_FALSE(check_content_length(mount, Coding::gzip, 51));
    EXPECT_TRUE(check_content_length(mount, Coding::gzip, 50));
}

}  // namespace
}  // namespace spanreel::net
