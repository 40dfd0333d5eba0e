// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/span_routes.hpp"

#include <fmt/ranges.h>

#include <semaphore>
#include <unordered_set>

#include "api/caller/caller.hpp"
#include "api/spanreel/errors.hpp"
#include "trace/span_export.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::api::spanreel {

namespace {

using net::Request;
using trace::SpanExport;

constexpr std::size_t kMaxTracesNamed = 100;
/// At a time: each may hold a frame's JSON for as long as its reader is slow.
constexpr std::ptrdiff_t kMostExports = 2;
constexpr std::chrono::milliseconds kLongestWait{250};  ///< for one that is ending
/// Then what was found, or nothing, is given, and the thread with it.
constexpr std::chrono::milliseconds kLongestSearch{20};
constexpr std::array<std::string_view, 4> kParameters{"trace", "session", "from", "to"};

Result<std::optional<Time>> time_of(const Request& request, const char* name) {
    const auto text = request.query.get(name);
    if (!text) return std::nullopt;
    const Result<Time> time = from_day_or_time(*text);
    if (time) return *time;
    return fail(Code::invalid, fmt::format("{} must be a day or a time, as 2026-01-31 or 2026-01-31T12:00:00Z", name),
                name);
}

/// A mistyped parameter would give all spans.
Result<void> check_parameters(const Request& request) {
    for (const auto& [name, value] : request.query.pairs())
        if (std::ranges::find(kParameters, name) == kParameters.end())
            return fail(Code::invalid,
                        fmt::format("unknown parameter \"{}\": there are {}", name, fmt::join(kParameters, ", ")),
                        name);
    for (const char* name : {"session", "from", "to"})
        if (request.query.all(name).size() > 1)
            return fail(Code::invalid, fmt::format("{} can be given once", name), name);
    return {};
}

/// One of those that may run at a time, while this lives.
class Turn {
  public:
    explicit Turn(std::shared_ptr<std::counting_semaphore<>> free) {
        if (free->try_acquire_for(kLongestWait)) free_ = std::move(free);
    }
    Turn(Turn&& other) noexcept = default;
    ~Turn() {
        if (free_) free_->release();
    }
    explicit operator bool() const { return free_ != nullptr; }

  private:
    std::shared_ptr<std::counting_semaphore<>> free_;
};

/// Hands lines out in pieces.
class Pieces {
  public:
    Pieces(const trace::Recorder& recorder, SpanExport::Traces traces, Turn turn)
        : turn_(std::in_place, std::move(turn)), spans_(recorder, std::move(traces)) {}

    Result<std::optional<std::string>> next(std::size_t max) {
        const auto until = std::chrono::steady_clock::now() + kLongestSearch;
        while (!ended_ && lines_.size() - sent_ < max && std::chrono::steady_clock::now() < until) {
            SPANREEL_TRY(const std::optional<std::string> more, spans_.next());
            lines_.erase(0, std::exchange(sent_, 0));
            if (more) lines_ += *more;
            ended_ = !more;
        }
        if (ended_ && sent_ == lines_.size()) {
            turn_.reset();  // before the reader knows that this was all
            return std::nullopt;
        }
        std::string piece = lines_.substr(sent_, max);
        sent_ += piece.size();
        return piece;
    }

  private:
    std::optional<Turn> turn_;
    SpanExport spans_;
    bool ended_ = false;
    std::string lines_;
    std::size_t sent_ = 0;
};

class SpanHandlers {
  public:
    SpanHandlers(access::KeyRing& keys, const trace::Recorder& recorder, timeline::Sessions sessions)
        : keys_(keys), recorder_(recorder), sessions_(sessions) {}

    Result<net::Response> list(const Request& request) const {
        SPANREEL_TRY(const access::Principal principal, principal_of(keys_, request, KeyScope::read));
        SPANREEL_CHECK(check_parameters(request));
        Turn turn(free_);
        if (!turn) return fail(Code::unavailable, fmt::format("{} exports run already: try again later", kMostExports));
        SPANREEL_TRY(SpanExport::Traces traces, traces_of(request, scope_of(principal)));
        const auto pieces = std::make_shared<Pieces>(recorder_, std::move(traces), std::move(turn));
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
        SPANREEL_TRY(const std::optional<Time> from, time_of(request, "from"));
        SPANREEL_TRY(const std::optional<Time> to, time_of(request, "to"));
        if (from && to && *from >= *to) return fail(Code::invalid, "from must be before to", "from");
        const auto nanos = [](const Time& time) { return to_unix_nanos(time); };
        return trace::traces_begun(
            recorder_, scope.workspace,
            {.project = scope.project, .from = from.transform(nanos), .to = to.transform(nanos)});
    }

    Result<SpanExport::Traces> these(const std::vector<std::string>& named, const live::Scope& scope) const {
        if (named.size() > kMaxTracesNamed)
            return fail(Code::invalid, fmt::format("{} traces at most may be named", kMaxTracesNamed), "trace");
        std::vector<store::TraceRow> rows;
        std::unordered_set<TraceId> known;
        for (const std::string& name : named) {
            const std::optional<TraceId> id = trace::trace_id_of(name);
            if (!id) return fail(Code::invalid, "trace must be a trace id: 32 hexadecimal digits", "trace");
            if (!known.insert(*id).second) continue;
            SPANREEL_TRY(trace::TraceView trace, trace::read_trace(recorder_, scope.workspace, scope.project, *id));
            rows.push_back(std::move(trace.row));
        }
        return trace::the_traces(std::move(rows));
    }

    access::KeyRing& keys_;
    const trace::Recorder& recorder_;
    timeline::Sessions sessions_;
    std::shared_ptr<std::counting_semaphore<>> free_ = std::make_shared<std::counting_semaphore<>>(kMostExports);
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
