// SPDX-License-Identifier: Apache-2.0
#include "api/orq/trace_handlers.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <charconv>

#include "api/json/json_text.hpp"
#include "api/orq/caller.hpp"
#include "api/orq/log_json.hpp"
#include "api/orq/trace_json.hpp"
#include "base/encoding.hpp"
#include "trace/log_reader.hpp"

namespace spanreel::api::orq {

namespace json = boost::json;

namespace {

using trace::StoredSpan;

Result<trace::TraceView> find(const trace::Recorder& recorder, const Caller& caller, const std::string& id) {
    const auto trace_id = trace::trace_id_of(id);
    if (!trace_id) return fail(Code::not_found, "Trace not found");
    return trace::read_trace(recorder, caller.workspace, caller.project, *trace_id);
}

struct SpanPageRequest {
    std::size_t limit = kDefaultSpanLimit;
    std::optional<std::pair<Time, SpanId>> after;
};

Result<std::size_t> limit_of(const std::optional<std::string>& text) {
    if (!text || text->empty()) return kDefaultSpanLimit;
    std::int64_t limit = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (error != std::errc{} || end != text->data() + text->size() || limit < 1)
        return fail(Code::invalid, "limit must be an integer, 1 or more", "limit");
    return static_cast<std::size_t>(std::min(limit, kMaxSpanLimit));
}

/// A page token is the start and the id of the last span given, in hexadecimal.
std::string page_token(const StoredSpan& last) {
    std::string bytes;
    ByteWriter writer(bytes);
    writer.u64be(static_cast<std::uint64_t>(to_unix_nanos(last.facts.start)));
    writer.bytes(last.facts.span_id.view());
    return to_hex(as_bytes(bytes));
}

Result<SpanPageRequest> page_of(const net::Query& query) {
    SpanPageRequest page;
    SPANREEL_TRY(page.limit, limit_of(query.get("limit")));
    std::string token = query.get("page_token").value_or("");
    if (token.empty()) return page;
    auto bytes = from_hex(token);
    if (!bytes || bytes->size() <= 8 || bytes->size() > 24)
        return fail(Code::invalid, "page_token is not one that this server gave", "page_token");
    ByteReader reader(as_bytes(*bytes));
    Time start = from_unix_nanos(static_cast<std::int64_t>(reader.u64be()));
    page.after = {start, SpanId::from(reader.take(reader.left()))};
    return page;
}

/// A page token of logs is the time and the number of the last one given, in hexadecimal.
using LogPosition = std::pair<Time, std::uint32_t>;
LogPosition position_of(const trace::StoredLog& log) { return {log.at, log.number}; }

std::string page_token(const trace::StoredLog& last) {
    std::string bytes;
    ByteWriter writer(bytes);
    writer.u64be(static_cast<std::uint64_t>(to_unix_nanos(last.at)));
    writer.u32be(last.number);
    return to_hex(as_bytes(bytes));
}

Result<std::optional<LogPosition>> log_position_of(const std::string& token) {
    if (token.empty()) return std::nullopt;
    auto bytes = from_hex(token);
    if (!bytes || bytes->size() != 12)
        return fail(Code::invalid, "page_token is not one that this server gave", "page_token");
    ByteReader reader(as_bytes(*bytes));
    const Time at = from_unix_nanos(static_cast<std::int64_t>(reader.u64be()));
    return LogPosition{at, reader.u32be()};
}

}  // namespace

Result<net::Response> TraceHandlers::get(const net::Request& request, const std::string& trace_id) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    SPANREEL_TRY(trace::TraceView trace, find(recorder_, caller, trace_id));
    return net::json_response(200, to_text(json::object{{"trace", trace_summary_json(trace)}}));
}

Result<net::Response> TraceHandlers::list_spans(const net::Request& request, const std::string& trace_id) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    SPANREEL_TRY(SpanPageRequest page, page_of(request.query));
    SPANREEL_TRY(trace::TraceView trace, find(recorder_, caller, trace_id));
    SPANREEL_TRY(std::vector<StoredSpan> spans, trace::read_spans(recorder_, trace.row));
    std::vector<trace::SpanPlace> places = trace::places_of(spans);

    auto key = [](const StoredSpan& span) { return std::pair(span.facts.start, span.facts.span_id); };
    auto first = page.after ? std::ranges::upper_bound(spans, *page.after, {}, key) : spans.begin();
    std::size_t from = static_cast<std::size_t>(first - spans.begin());
    std::size_t end = std::min(spans.size(), from + page.limit);
    json::array rows;
    for (std::size_t i = from; i < end; ++i) rows.push_back(span_summary_json(spans[i], places[i]));
    json::object answer{{"object", "list"}, {"data", std::move(rows)}, {"has_more", end < spans.size()}};
    if (end < spans.size()) answer["next_page_token"] = page_token(spans[end - 1]);
    return net::json_response(200, to_text(answer));
}

Result<net::Response> TraceHandlers::get_span(const net::Request& request, const std::string& trace_id,
                                              const std::string& span_id) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    SPANREEL_TRY(trace::TraceView trace, find(recorder_, caller, trace_id));
    SPANREEL_TRY(std::vector<StoredSpan> spans, trace::read_spans(recorder_, trace.row));
    auto bytes = trace::id_bytes_of(span_id);
    SpanId id = bytes && bytes->size() <= 16 ? SpanId::from(as_bytes(*bytes)) : SpanId();
    auto found = std::ranges::find(spans, id, [](const StoredSpan& span) { return span.facts.span_id; });
    if (found == spans.end()) return fail(Code::not_found, "Span not found");
    const auto number = static_cast<std::size_t>(found - spans.begin());
    std::vector<const SpanFacts*> facts;
    for (const StoredSpan& span : spans) facts.push_back(&span.facts);
    const trace::SpanCounting counting = trace::counting_of(facts)[number];
    return net::json_response(
        200, to_text(json::object{{"span", span_json(*found, trace::places_of(spans)[number], counting)}}));
}

Result<net::Response> TraceHandlers::list_logs(const net::Request& request, const std::string& trace_id) const {
    SPANREEL_TRY(Caller caller, caller_of(keys_, request, KeyScope::read));
    SPANREEL_TRY(const std::size_t limit, limit_of(request.query.get("limit")));
    SPANREEL_TRY(const auto after, log_position_of(request.query.get("page_token").value_or("")));
    SPANREEL_TRY(trace::TraceView trace, find(recorder_, caller, trace_id));
    SPANREEL_TRY(std::vector<trace::StoredLog> logs, trace::read_logs(recorder_, trace.row));

    auto first = after ? std::ranges::upper_bound(logs, *after, {}, position_of) : logs.begin();
    auto end = first + static_cast<std::ptrdiff_t>(std::min(limit, static_cast<std::size_t>(logs.end() - first)));
    json::array rows;
    for (auto log = first; log != end; ++log) rows.push_back(log_json(*log, trace.row.project));
    json::object answer{{"object", "list"}, {"data", std::move(rows)}, {"has_more", end != logs.end()}};
    if (end != logs.end()) answer["next_page_token"] = page_token(*std::prev(end));
    return net::json_response(200, to_text(answer));
}

}  // namespace spanreel::api::orq
