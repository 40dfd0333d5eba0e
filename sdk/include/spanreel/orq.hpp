// SPDX-License-Identifier: Apache-2.0
// Orq's API with methods that throw what the functions beside them give back as an error: sdk::Exception and what is
// derived from it. The headers of each group say what an operation does and how it fails.
#pragma once
#include "spanreel/orq/session_list.hpp"
#include "spanreel/orq/sessions.hpp"
#include "spanreel/orq/threads.hpp"
#include "spanreel/orq/traces.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

/// The first generation: /v2/traces/sessions. Get, update and delete throw sdk::HonoApiError for an unknown id.
class Sessions {
  public:
    explicit Sessions(OrqCore core) : core_(std::move(core)) {}

    /// Makes a session for traces.
    Session create(const SessionCreate& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(sessions_create(core_, request, options));
    }
    /// The server chooses everything.
    Session create() const { return create(std::nullopt, {}); }
    Session create(std::nullopt_t, const CallOptions& options) const {
        return sdk::value_or_throw(sessions_create(core_, std::nullopt, options));
    }
    /// One session.
    Session get(const SessionId& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(sessions_get(core_, request, options));
    }
    /// Changes what the request names.
    Session update(const SessionUpdateRequest& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(sessions_update(core_, request, options));
    }
    /// Deletes a session. (`delete` is a word of the language.)
    void remove(const SessionId& request, const CallOptions& options = {}) const {
        sdk::value_or_throw(sessions_delete(core_, request, options));
    }
    /// A page of the sessions that fit.
    SessionPage list(const SessionList& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(sessions_list(core_, request, options));
    }
    /// The newest sessions.
    SessionPage list() const { return list(std::nullopt, {}); }
    SessionPage list(std::nullopt_t, const CallOptions& options) const {
        return sdk::value_or_throw(sessions_list(core_, std::nullopt, options));
    }
    /// How many sessions fit.
    SessionCount count(const SessionList& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(sessions_count(core_, request, options));
    }
    /// Of all sessions.
    SessionCount count() const { return count(std::nullopt, {}); }
    SessionCount count(std::nullopt_t, const CallOptions& options) const {
        return sdk::value_or_throw(sessions_count(core_, std::nullopt, options));
    }
    /// Page by page: `for (const SessionPage& page : orq.sessions.pages())`.
    Pages<SessionPage> pages(SessionList request = {}, CallOptions options = {}) const {
        return throwing(sessions_pages(core_, std::move(request), std::move(options)));
    }

  private:
    OrqCore core_;
};

/// The second generation: /v2/sessions. Every error of the server is an sdk::ApiError.
class Threads {
  public:
    explicit Threads(OrqCore core) : core_(std::move(core)) {}

    /// Makes a session.
    Thread create(const ThreadCreate& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(threads_create(core_, request, options));
    }
    /// One session.
    Thread get(const ThreadId& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(threads_get(core_, request, options));
    }
    /// Changes what the request names.
    Thread update(const ThreadUpdateRequest& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(threads_update(core_, request, options));
    }
    /// Deletes a session.
    void remove(const ThreadId& request, const CallOptions& options = {}) const {
        sdk::value_or_throw(threads_delete(core_, request, options));
    }
    /// A page of the sessions that fit.
    ThreadPage list(const ThreadQuery& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(threads_list(core_, request, options));
    }
    /// How many sessions fit.
    ThreadCount count(const ThreadQuery& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(threads_count(core_, request, options));
    }
    /// The tags of all sessions.
    std::vector<std::string> list_tags(const CallOptions& options = {}) const {
        return sdk::value_or_throw(threads_list_tags(core_, {}, options));
    }
    /// Page by page.
    Pages<ThreadPage> pages(ThreadQuery request, CallOptions options = {}) const {
        return throwing(threads_pages(core_, std::move(request), std::move(options)));
    }

  private:
    OrqCore core_;
};

/// /v3/traces. Every error of the server is an sdk::ApiError.
class Traces {
  public:
    explicit Traces(OrqCore core) : core_(std::move(core)) {}

    /// One trace.
    TraceResponse get(const TraceId& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(traces_get(core_, request, options));
    }
    /// A page of a trace's spans.
    SpanPage list_spans(const TraceSpans& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(traces_list_spans(core_, request, options));
    }
    /// One span with its attributes.
    SpanResponse get_span(const SpanId& request, const CallOptions& options = {}) const {
        return sdk::value_or_throw(traces_get_span(core_, request, options));
    }
    /// The spans of a trace, page by page.
    Pages<SpanPage> span_pages(TraceSpans request, CallOptions options = {}) const {
        return throwing(traces_span_pages(core_, std::move(request), std::move(options)));
    }

  private:
    OrqCore core_;
};

/// Copies share one set of connections; any thread may call.
class Orq : public OrqCore {
  public:
    /// As OrqCore.
    explicit Orq(ClientOptions options = {})
        : OrqCore(std::move(options)), sessions(*this), threads(*this), traces(*this) {}

    Sessions sessions;
    Threads threads;
    Traces traces;
};

}  // namespace spanreel::orq
#pragma GCC visibility pop
