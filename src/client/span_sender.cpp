// SPDX-License-Identifier: Apache-2.0
#include "client/span_sender.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "client/failure.hpp"

namespace spanreel::client {

namespace {

// Below what collectors and hosted services take in one request.
constexpr std::size_t kSpansARequest = 2000;
constexpr std::size_t kBytesARequest = 3u << 20;

std::string joined(std::string_view members, std::string_view last) {
    return fmt::format("{{{}{}{}}}", members, members.empty() ? "" : ",", last);
}

bool has_same_resource(const SpanText& a, const SpanText& b) {
    return a.source->resource == b.source->resource || *a.source->resource == *b.source->resource;
}

bool has_same_source(const SpanText& a, const SpanText& b) {
    return a.source == b.source || (has_same_resource(a, b) && a.source->scope == b.source->scope);
}

void append(std::string& elements, std::string_view element) {
    if (!elements.empty()) elements += ',';
    elements += element;
}

/// Spans of one source that lie behind each other share it.
template <class Iterator>
std::string body_of(Iterator begin, Iterator end) {
    std::string resources;
    for (Iterator at = begin; at != end;) {
        const Iterator of_resource = at;
        std::string scopes;
        while (at != end && has_same_resource(*of_resource, *at)) {
            const Iterator of_scope = at;
            std::string spans;
            for (; at != end && has_same_source(*of_scope, *at); ++at) append(spans, at->json);
            append(scopes, joined(of_scope->source->scope, "\"spans\":[" + spans + "]"));
        }
        append(resources, joined(*of_resource->source->resource, "\"scopeSpans\":[" + scopes + "]"));
    }
    return "{\"resourceSpans\":[" + resources + "]}";
}

/// What a span makes a request longer by, behind the one before it; what stands around it is small.
std::size_t bytes_of(const SpanText& span, const SpanText* before) {
    std::size_t bytes = span.json.size();
    if (!before || !has_same_source(*before, span)) bytes += span.source->scope.size();
    if (!before || !has_same_resource(*before, span)) bytes += span.source->resource->size();
    return bytes;
}

/// An integer may be a text, and null is 0; nothing for what is none.
std::optional<std::int64_t> integer_in(const boost::json::value& value) {
    if (value.is_null()) return 0;
    boost::system::error_code failed;
    const auto* text = value.if_string();
    const auto integer = (text ? boost::json::parse(*text, failed) : value).to_number<std::int64_t>(failed);
    return failed ? std::nullopt : std::optional(integer);
}

sdk::RetryConfig patient() {
    return {.strategy = sdk::RetryConfig::Strategy::backoff,
            .backoff = {.max_interval = std::chrono::seconds(10), .max_elapsed_time = std::chrono::minutes(2)},
            .retry_connection_errors = true};
}

}  // namespace

Result<void> SpanSender::add(SpanText span) {
    std::size_t bytes = bytes_of(span, waiting_.empty() ? nullptr : &waiting_.back());
    if (!waiting_.empty() && (waiting_.size() == kSpansARequest || waiting_bytes_ + bytes > kBytesARequest)) {
        SPANREEL_CHECK(flush());
        bytes = bytes_of(span, nullptr);
    }
    waiting_bytes_ += bytes;
    waiting_.push_back(std::move(span));
    return {};
}

Result<void> SpanSender::flush() {
    const Spans spans = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    if (spans.empty()) return {};
    return send(spans.begin(), spans.end());
}

Result<void> SpanSender::send(Spans::const_iterator begin, Spans::const_iterator end) {
    const auto count = static_cast<std::size_t>(end - begin);
    const auto asked = std::chrono::steady_clock::now();
    const auto answer = core_.send({.operation = "export-spans",
                                    .method = "POST",
                                    .path = "/traces",
                                    .body = body_of(begin, end),
                                    .has_json_body = true,
                                    .timeout_each = true},
                                   {.retries = patient(),
                                    .retry_codes = std::vector<std::string>{"429", "502", "503", "504"},
                                    .server_url = url_});
    if (!answer) return std::unexpected(explain_(answer.error()));
    if (sent_.first_answer.empty()) {
        sent_.first_answer = answer->headers.get("date").value_or("");
        sent_.first_took = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - asked);
    }
    ++sent_.requests;
    if (answer->status == 200) return read_answer(*answer, *begin, *(end - 1), count);
    const sdk::Error refusal{.kind = sdk::Error::Kind::api, .response = *answer};
    if (answer->status != 400 && answer->status != 413) return std::unexpected(explain_(refusal));
    if (count > 1) {
        const auto middle = begin + static_cast<std::ptrdiff_t>(count / 2);
        SPANREEL_CHECK(send(begin, middle));
        return send(middle, end);
    }
    ++sent_.rejected;
    return rejected_(begin->line, begin->line, 1, reason_of(refusal));
}

Result<void> SpanSender::read_answer(const sdk::HttpResponse& answer, const SpanText& first, const SpanText& last,
                                     std::size_t count) {
    boost::system::error_code failed;
    const boost::json::value body = boost::json::parse(answer.body.empty() ? "{}" : answer.body, failed);
    const auto* object = body.if_object();
    if (!object)  // a login page, say: nobody took the spans
        return std::unexpected(
            explain_({.kind = sdk::Error::Kind::response_validation,
                      .message = fmt::format("Its status is 200 and its body is no JSON object but {}",
                                             answer.headers.get("content-type").value_or("unknown"))}));
    std::int64_t told = 0;
    std::string why = "the server does not say why";
    if (const auto* partial = object->if_contains("partialSuccess"); partial && partial->is_object()) {
        if (const auto* number = partial->get_object().if_contains("rejectedSpans"))
            told = integer_in(*number).value_or(-1);
        if (const auto* text = partial->get_object().if_contains("errorMessage"); text && text->is_string())
            why = text->get_string();
    }
    if (told < 0 || std::cmp_greater(told, count))
        return std::unexpected(explain_(
            {.kind = sdk::Error::Kind::response_validation,
             .message = fmt::format("Its rejectedSpans is no number from 0 to {}, the spans it was sent", count)}));
    const auto rejected = static_cast<std::size_t>(told);
    sent_.spans += count - rejected;
    sent_.rejected += rejected;
    return rejected == 0 ? Result<void>() : rejected_(first.line, last.line, rejected, why);
}

}  // namespace spanreel::client
