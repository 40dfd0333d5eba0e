// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as a client would send them: head, body, decompression, routing and what handlers parse of a request.
// The first byte chooses how the bytes are cut into reads; reading them whole must come to the same end.
#include <cstdlib>

#include "net/authorization.hpp"
#include "net/body_receiver.hpp"
#include "net/http1_head.hpp"
#include "net/http1_parser.hpp"
#include "net/range.hpp"
#include "net/response_policy.hpp"
#include "net/router.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::net;

constexpr std::size_t kMaxHead = 4096;
constexpr std::size_t kMaxBody = 64 << 10;
const std::string kUnfinished = "unfinished";

Router& router() {
    static Router made;
    static const bool filled = [] {
        made.mount("/api", {.matching = Matching::relaxed, .cors = Cors::keyed, .weak_etags = true});
        auto one = [](const Request&, std::string text) { return json_response(200, std::move(text)); };
        auto number = [](const Request&, std::int64_t n) { return json_response(200, std::to_string(n)); };
        made.add(Method::get, "/api/stream/{id}", RunOn::io_thread, one);
        made.add(Method::get, "/v2/sessions/{id}", RunOn::io_thread, one);
        made.add(Method::post, "/v2/sessions/query", RunOn::io_thread,
                 [](const Request& request) { return json_response(200, request.body); });
        made.add(Method::get, "/n/{n}/x", RunOn::io_thread, number);
        made.add(Method::get, "/{file...}", RunOn::io_thread, one);
        return true;
    }();
    (void)filled;
    return made;
}

void expect(bool holds) {
    if (!holds) std::abort();
}

void answer(const Request& request) {
    RouteMatch match = router().match(request.method, request.path);
    const Mount& mount = match.mount->options;
    (void)preflight(request, mount);
    (void)credential_of(request);
    Response response = empty_response(404);
    if (match.route) {
        auto result = std::get<PlainHandler>(match.route->handler)(request, match.arguments);
        response = result ? *std::move(result) : render_error(mount, result.error());
    }
    ResponsePolicy(request, mount).apply(response);
    for (const auto& [name, value] : request.headers) response.headers.add(name, value);
    std::string head = response_head(response, Connection::keep, {});
    // Whatever was echoed, the head ends where it should and holds no line of the client's making.
    expect(head.find("\r\n\r\n") == head.size() - 4);

    std::uint64_t length = request.body.size();
    StreamedBody file{length, [&request](std::uint64_t offset, std::size_t max) -> Result<std::string> {
                          return request.body.substr(offset, max);
                      }};
    Response ranged = range_response(request, std::move(file), "video/mp4", "\"e\"");
    if (auto* part = std::get_if<StreamedBody>(&ranged.body)) {
        expect(part->length <= length);
        auto bytes = part->read(0, *part->length);
        expect(bytes && *bytes && (*bytes)->size() == part->length);
    }
}

/// What became of the first request: answered, or the code it was refused with.
std::string run(std::string_view text, std::size_t step) {
    static const Mount mount{.max_body = kMaxBody, .max_encoded_body = kMaxBody};
    MemoryBudget budget(64 * kMaxBody);
    Http1Parser parser(kMaxHead);
    std::optional<BodyReceiver> receiver;
    const Http1Parser::BodySink sink = [&receiver](ByteView piece) { return receiver->write(piece); };
    std::size_t begin = 0;
    for (std::size_t end = 0; end < text.size() && !parser.done();) {
        end = std::min(end + step, text.size());
        for (std::size_t used = 1; used > 0 && begin < end && !parser.done(); begin += used) {
            ByteView input = as_bytes(text.substr(begin, end - begin));
            bool in_body = parser.head_done();
            if (in_body && !receiver) {
                const RequestHead& head = parser.head();
                auto coding = coding_from(head.request.headers.get("content-encoding").value_or(""));
                if (!coding) return "coding";
                receiver.emplace(mount, budget, parser.head().request, *coding, std::nullopt);
                expect(receiver->begin().has_value());
            }
            Result<std::size_t> taken = in_body ? parser.parse_body(input, sink) : parser.parse_head(input);
            if (!taken) return std::string(to_string(taken.error().code));
            used = *taken;
            expect(used <= input.size());
        }
    }
    if (!parser.done()) return kUnfinished;
    Request& request = parser.head().request;
    if (receiver) {
        if (Result<void> body = receiver->finish(); !body) return std::string(to_string(body.error().code));
        expect(request.body.size() <= kMaxBody);
    }
    answer(request);
    return request.target + "\n" + request.body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    std::string whole = run(text, text.size() + 1);
    std::string cut = run(text, data[0] % 64u + 1);
    // A head that reaches its limit meets it at another place when it comes in pieces, and a broken one may be seen
    // earlier.
    bool ended = whole != kUnfinished && cut != kUnfinished;
    if (ended && text.size() < kMaxHead) expect(whole == cut);
    return 0;
}
