// SPDX-License-Identifier: Apache-2.0
#include "net/http1_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

#include <exception>

#include "net/request_target.hpp"

namespace spanreel::net {

namespace beast = boost::beast;

namespace {

constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// Stands for an error of ours that a callback has stored.
beast::error_code ours() { return make_error_code(boost::system::errc::operation_canceled); }

std::string_view std_view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

class Http1Parser::Beast final : public beast::http::basic_parser<true> {
  public:
    explicit Beast(std::size_t max_head_bytes) : max_head_bytes_(max_head_bytes) {
        header_limit(static_cast<std::uint32_t>(max_head_bytes));
        body_limit(boost::none);  // the mount's limits apply, which the head has yet to tell
    }

    Result<std::size_t> feed(ByteView input) {
        beast::error_code error;
        std::size_t used = put(boost::asio::const_buffer(input.data(), input.size()), error);
        consumed_ += used;
        if (!error) return used;
        if (failure_) return std::unexpected(*std::move(failure_));
        if (error == beast::http::error::need_more) {
            if (!is_header_done() && consumed_ + (input.size() - used) > max_head_bytes_) return head_too_large();
            return used;
        }
        if (error == beast::http::error::header_limit) return head_too_large();
        return fail(Code::invalid, fmt::format("Malformed HTTP at offset {}: {}", consumed_, error.message()));
    }

    RequestHead head;
    const BodySink* sink = nullptr;

  private:
    std::unexpected<Error> head_too_large() const {
        return fail(Code::too_large, fmt::format("The request head is longer than {} bytes", max_head_bytes_));
    }

    void refuse(Error error, beast::error_code& code) {
        failure_ = std::move(error);
        code = ours();
    }

    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                         beast::error_code& code) override {
        auto known = method_from(std_view(method));
        if (!known) return refuse({Code::unsupported, "This method is not implemented"}, code);
        auto parsed = net::parse_target(std_view(target));
        if (!parsed) return refuse(std::move(parsed).error(), code);
        Request& request = head.request;
        request.method = *known;
        request.target = std::move(parsed->origin);
        request.path = std::move(parsed->path);
        request.query = Query::parse(parsed->query);
        authority_ = std::move(parsed->authority);
        head.http10 = version == 10;
    }

    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                       beast::error_code&) override {
        // Trailer fields say nothing that any handler asks for.
        if (!is_header_done()) head.request.headers.add(std::string(std_view(name)), std::string(std_view(value)));
    }

    void on_header_impl(beast::error_code& code) override {
        Headers& headers = head.request.headers;
        std::size_t hosts = headers.all("host").size();
        if (hosts > 1 || (hosts == 0 && !head.http10))
            return refuse({Code::invalid, "A request needs one Host header"}, code);
        if (!authority_.empty()) headers.set("Host", authority_);

        bool chunked = false;
        if (auto encodings = headers.all("transfer-encoding"); !encodings.empty()) {
            if (head.http10) return refuse({Code::invalid, "HTTP/1.0 has no transfer encodings"}, code);
            chunked = encodings.size() == 1 && equal_ignoring_case(encodings.front(), "chunked");
            if (!chunked) return refuse({Code::unsupported, "The only transfer encoding here is chunked"}, code);
        }
        if (auto length = content_length(); length && !chunked) head.content_length = *length;
        head.has_body = chunked || head.content_length.value_or(0) > 0;
        head.keep_alive = keep_alive();
        head.expects_continue = !head.http10 && headers.has_token("expect", "100-continue");
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}

    std::size_t on_body_impl(beast::string_view body, beast::error_code& code) override {
        Result<void> taken = (*sink)(as_bytes(std_view(body)));
        if (!taken) refuse(std::move(taken).error(), code);
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, beast::error_code& code) override {
        return on_body_impl(body, code);
    }

    void on_finish_impl(beast::error_code&) override {}

    std::size_t max_head_bytes_;
    std::size_t consumed_ = 0;
    std::string authority_;
    std::optional<Error> failure_;

    // A request has no status line.
    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
};

Http1Parser::Http1Parser(std::size_t max_head_bytes) : beast_(std::make_unique<Beast>(max_head_bytes)) {}
Http1Parser::~Http1Parser() = default;

Result<std::size_t> Http1Parser::parse_head(ByteView input) {
    // Empty lines before a request are skipped (section 2.2).
    std::size_t blank = 0;
    if (!beast_->got_some())
        while (blank + 1 < input.size() && input[blank] == '\r' && input[blank + 1] == '\n') blank += 2;
    input = input.subspan(blank);
    if (input.empty() || (!beast_->got_some() && input.size() == 1 && input[0] == '\r')) return blank;
    beast_->eager(false);
    SPANREEL_TRY(std::size_t used, beast_->feed(input));
    return blank + used;
}

bool Http1Parser::head_done() const { return beast_->is_header_done(); }
RequestHead& Http1Parser::head() { return beast_->head; }

Result<std::size_t> Http1Parser::parse_body(ByteView input, const BodySink& sink) {
    if (done() || input.empty()) return 0;
    // So much of a chunked body is always to come. Beast relies on it once it has seen the last chunk begin.
    if (!beast_->head.content_length && input.size() < kLastChunk.size()) return 0;
    beast_->eager(true);
    beast_->sink = &sink;
    SPANREEL_TRY(std::size_t used, beast_->feed(input));
    if (input.size() - used > kMaxLine && !done()) return fail(Code::invalid, "A chunk's size line is too long");
    return used;
}

bool Http1Parser::done() const { return beast_->is_done(); }

}  // namespace spanreel::net
