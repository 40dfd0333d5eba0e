// SPDX-License-Identifier: Apache-2.0
#include "client/span_sender.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "client/failure.hpp"

namespace spanreel::client {

namespace {

// Below what collectors and hosted services take in one request.
constexpr std::size_t kSpansARequest = 2000;
constexpr std::size_t kBytesARequest = 3u << 20;

std::string joined(std::string_view members, std::string_view last) {
    return fmt::format("{{{}{}{}}}", members, members.empty() ? "" : ",", last);
}

/// Spans of one source that lie behind each other share it.
template <class Iterator>
std::string body_of(Iterator begin, Iterator end) {
    std::string resources;
    for (Iterator at = begin; at != end;) {
        const SpanSource& source = *at->source;
        std::string spans;
        for (; at != end && (at->source.get() == &source || *at->source == source); ++at) {
            if (!spans.empty()) spans += ',';
            spans += at->json;
        }
        if (!resources.empty()) resources += ',';
        resources += joined(source.resource,
                            fmt::format("\"scopeSpans\":[{}]", joined(source.scope, "\"spans\":[" + spans + "]")));
    }
    return "{\"resourceSpans\":[" + resources + "]}";
}

/// An integer may be a text.
std::size_t count_of(const boost::json::value& value) {
    if (const auto* text = value.if_string()) return std::strtoul(text->c_str(), nullptr, 10);
    return value.is_number() ? value.to_number<std::size_t>() : 0;
}

sdk::RetryConfig patient() {
    return {.strategy = sdk::RetryConfig::Strategy::backoff,
            .backoff = {.max_interval = std::chrono::seconds(10), .max_elapsed_time = std::chrono::minutes(2)},
            .retry_connection_errors = true};
}

}  // namespace

Result<void> SpanSender::add(SpanText span) {
    if (!waiting_.empty() && (waiting_.size() == kSpansARequest || waiting_bytes_ + span.json.size() > kBytesARequest))
        SPANREEL_CHECK(flush());
    waiting_bytes_ += span.json.size();
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
    const boost::json::value body = boost::json::parse(answer.body, failed);
    std::size_t rejected = 0;
    std::string why = "the server does not say why";
    const auto* object = body.if_object();
    if (const auto* partial = object ? object->if_contains("partialSuccess") : nullptr;
        partial && partial->is_object()) {
        if (const auto* number = partial->get_object().if_contains("rejectedSpans"))
            rejected = std::min(count_of(*number), count);
        if (const auto* text = partial->get_object().if_contains("errorMessage"); text && text->is_string())
            why = text->get_string();
    }
    sent_.spans += count - rejected;
    sent_.rejected += rejected;
    return rejected == 0 ? Result<void>() : rejected_(first.line, last.line, rejected, why);
}

}  // namespace spanreel::client
