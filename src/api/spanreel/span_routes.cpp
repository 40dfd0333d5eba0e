// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/span_routes.hpp"

#include "api/caller/caller.hpp"
#include "api/spanreel/errors.hpp"
#include "base/encoding.hpp"
#include "trace/span_export.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::api::spanreel {

namespace {

using net::Request;
using trace::SpanExport;

constexpr std::size_t kMaxTracesNamed = 100;

/// Hexadecimal, which may be written as a UUID is.
Result<TraceId> trace_id_of(std::string text) {
    std::erase(text, '-');
    TraceId id;
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != id.bytes.size())
        return fail(Code::invalid, "trace must be a trace id: 32 hexadecimal digits", "trace");
    std::ranges::copy(as_bytes(*bytes), id.bytes.begin());
    return id;
}

Result<Time> time_of(const Request& request, const char* name, Time otherwise) {
    const auto text = request.query.get(name);
    if (!text) return otherwise;
    const Result<Time> time = from_day_or_time(*text);
    if (time) return time;
    return fail(Code::invalid, fmt::format("{} must be a day or a time, as 2026-01-31 or 2026-01-31T12:00:00Z", name),
                name);
}

/// Hands a text out in pieces.
class Pieces {
  public:
    explicit Pieces(SpanExport spans) : spans_(std::move(spans)) {}

    Result<std::string> next(std::size_t max) {
        if (sent_ == lines_.size()) {
            SPANREEL_TRY(lines_, spans_.next());
            sent_ = 0;
        }
        std::string piece = lines_.substr(sent_, max);
        sent_ += piece.size();
        return piece;
    }

  private:
    SpanExport spans_;
    std::string lines_;
    std::size_t sent_ = 0;
};

class SpanHandlers {
  public:
    SpanHandlers(access::KeyRing& keys, const trace::Recorder& recorder, timeline::Sessions sessions)
        : keys_(keys), recorder_(recorder), sessions_(sessions) {}

    Result<net::Response> list(const Request& request) const {
        SPANREEL_TRY(const access::Principal principal, principal_of(keys_, request, KeyScope::read));
        SPANREEL_TRY(SpanExport::Traces traces, traces_of(request, scope_of(principal)));
        const auto pieces = std::make_shared<Pieces>(SpanExport(recorder_, std::move(traces)));
        net::Response response = net::empty_response(200);
        response.headers.set("Content-Type", "application/x-ndjson");
        response.body = net::StreamedBody{
            .length = std::nullopt, .read = [pieces](std::uint64_t, std::size_t max) { return pieces->next(max); }};
        return response;
    }

  private:
    Result<SpanExport::Traces> traces_of(const Request& request, const live::Scope& scope) const {
        const std::vector<std::string> named = request.query.all("trace");
        const auto session = request.query.get("session");
        const bool timed = request.query.contains("from") || request.query.contains("to");
        if (int{!named.empty()} + int{session.has_value()} + int{timed} > 1)
            return fail(Code::invalid, "trace, session, and from and to exclude each other: name one of them");
        if (!named.empty()) return these(named, scope);
        if (session) {
            SPANREEL_TRY(const timeline::Session found, sessions_.find(scope, *session));
            SPANREEL_TRY(std::vector<store::TraceRow> rows, sessions_.traces_of(scope, found));
            return trace::the_traces(std::move(rows));
        }
        SPANREEL_TRY(const Time from, time_of(request, "from", Time::min()));
        SPANREEL_TRY(const Time to, time_of(request, "to", Time::max()));
        return trace::traces_begun(recorder_, scope.workspace, scope.project, from, to);
    }

    Result<SpanExport::Traces> these(const std::vector<std::string>& named, const live::Scope& scope) const {
        if (named.size() > kMaxTracesNamed)
            return fail(Code::invalid, fmt::format("{} traces at most may be named", kMaxTracesNamed), "trace");
        std::vector<store::TraceRow> rows;
        for (const std::string& name : named) {
            SPANREEL_TRY(const TraceId id, trace_id_of(name));
            SPANREEL_TRY(trace::TraceView trace, trace::read_trace(recorder_, scope.workspace, scope.project, id));
            rows.push_back(std::move(trace.row));
        }
        return trace::the_traces(std::move(rows));
    }

    access::KeyRing& keys_;
    const trace::Recorder& recorder_;
    timeline::Sessions sessions_;
};

}  // namespace

void add_span_routes(net::Router& router, access::KeyRing& keys, const trace::Recorder& recorder,
                     timeline::Sessions sessions) {
    const auto handlers = std::make_shared<const SpanHandlers>(keys, recorder, sessions);
    router.mount("/v1/spans", {.render_error = error_response});
    router.add(net::Method::get, "/v1/spans", net::RunOn::blocking_pool,
               [handlers](const Request& request) { return handlers->list(request); });
}

}  // namespace spanreel::api::spanreel
