// SPDX-License-Identifier: Apache-2.0
// Sessions as Orq's second generation has them: /v2/sessions, called threads inside. The same sessions as those of
// sessions.hpp, with what names a conversation or a coding agent's run.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spanreel/orq/core.hpp"
#include "spanreel/orq/date.hpp"
#include "spanreel/orq/pages.hpp"
#include "spanreel/orq/print.hpp"
#include "spanreel/sdk/nullable.hpp"
#include "spanreel/sdk/operation.hpp"

#pragma GCC visibility push(default)
namespace spanreel::orq {

/// In the currency of the workspace's prices.
struct ThreadBilling {
    double input_cost = 0, output_cost = 0, total_cost = 0;
};

struct ThreadUsage {
    std::int64_t prompt_tokens = 0, completion_tokens = 0, total_tokens = 0;
};

enum class ThreadKind { unspecified, conversation, coding_agent };
constexpr auto enum_words(ThreadKind) {
    return std::to_array<std::string_view>(
        {"THREAD_KIND_UNSPECIFIED", "THREAD_KIND_CONVERSATION", "THREAD_KIND_CODING_AGENT"});
}

/// A window on activity that ends now.
enum class SessionInterval {
    unspecified,
    all_time,
    last_30_minutes,
    last_1_hour,
    last_6_hours,
    last_24_hours,
    last_3_days,
    last_7_days,
    last_14_days,
    last_1_month,
    last_3_months
};
constexpr auto enum_words(SessionInterval) {
    return std::to_array<std::string_view>(
        {"SESSION_INTERVAL_UNSPECIFIED", "SESSION_INTERVAL_ALL_TIME", "SESSION_INTERVAL_LAST_30_MINUTES",
         "SESSION_INTERVAL_LAST_1_HOUR", "SESSION_INTERVAL_LAST_6_HOURS", "SESSION_INTERVAL_LAST_24_HOURS",
         "SESSION_INTERVAL_LAST_3_DAYS", "SESSION_INTERVAL_LAST_7_DAYS", "SESSION_INTERVAL_LAST_14_DAYS",
         "SESSION_INTERVAL_LAST_1_MONTH", "SESSION_INTERVAL_LAST_3_MONTHS"});
}

struct Thread {
    std::string id;
    std::string external_id;  ///< the caller's own, by which traces are grouped
    double duration = 0;      ///< milliseconds
    std::vector<std::string> contact_ids;
    ThreadBilling billing;
    ThreadUsage usage;
    std::int64_t traces_count = 0;
    std::vector<std::string> tags;
    std::optional<std::string> project_id;
    std::optional<Date> started_at;
    std::optional<Date> updated_at;
    std::optional<std::string> title;   ///< to be shown; groups nothing
    std::optional<std::string> client;  ///< the coding tool
    std::optional<std::string> repo;    ///< a canonical git repository
    std::optional<sdk::OpenEnum<ThreadKind>> kind;
};
std::string to_json(const Thread& thread);

/// What is not optional is always sent: a number that is not set as 0, a list as [].
struct ThreadCreate {
    std::string external_id;
    double duration = 0;  ///< milliseconds
    std::vector<std::string> contact_ids{};
    ThreadBilling billing{};
    ThreadUsage usage{};
    std::int64_t traces_count = 0;
    std::vector<std::string> tags{};
    std::optional<std::string> project_id{};
    std::optional<Date> started_at{};
    std::optional<Date> updated_at{};
    std::optional<std::string> title{};
    std::optional<std::string> client{};
    std::optional<std::string> repo{};
    std::optional<sdk::OpenEnum<ThreadKind>> kind{};
};

/// What is absent stays as it is.
struct ThreadUpdate {
    std::optional<std::string> external_id{};
    std::optional<double> duration{};  ///< milliseconds
    std::optional<std::vector<std::string>> contact_ids{};
    std::optional<ThreadBilling> billing{};  ///< replaced whole
    std::optional<ThreadUsage> usage{};      ///< replaced whole
    std::optional<std::int64_t> traces_count{};
    std::optional<std::vector<std::string>> tags{};
    std::optional<std::string> project_id{};
    std::optional<Date> started_at{};
    std::optional<Date> updated_at{};
    std::optional<bool> clear_contact_ids{};  ///< not together with contact_ids
    std::optional<bool> clear_tags{};         ///< not together with tags
    std::optional<std::string> title{};
    std::optional<std::string> client{};
    std::optional<std::string> repo{};
    std::optional<sdk::OpenEnum<ThreadKind>> kind{};
};

/// Which session.
struct ThreadId {
    std::string session_id;
};

/// Which session, and what becomes of it.
struct ThreadUpdateRequest {
    std::string session_id;
    ThreadUpdate request_body{};
};

/// A date that is sent as text of Unix milliseconds.
struct UnixMillis {
    UnixMillis() = default;
    template <class Duration>
    UnixMillis(std::chrono::sys_time<Duration> time) : date(std::chrono::floor<std::chrono::milliseconds>(time)) {}
    Date date{};
};

/// An interval that was said: there is none by default.
class Interval : public sdk::OpenEnum<SessionInterval> {
  public:
    Interval() = delete;
    using OpenEnum::OpenEnum;
};

struct ThreadFilters {
    Interval interval;
    std::optional<std::string> project_id{};
    std::optional<std::vector<std::string>> tags{};  ///< any of them
    std::optional<UnixMillis> start_date{};          ///< go before the interval
    std::optional<UnixMillis> end_date{};
    std::optional<std::string> client{};
    std::optional<std::string> repo{};
    std::optional<sdk::OpenEnum<ThreadKind>> kind{};
};

/// Which sessions, and how many at a time.
struct ThreadQuery {
    ThreadFilters filters;
    std::optional<std::int64_t> limit{};  ///< rows of a page
    std::optional<std::int64_t> page{};   ///< from 1
};

struct ThreadPage {
    std::string object;  ///< "list"
    std::vector<Thread> data;
    bool has_more = false;
};
std::string to_json(const ThreadPage& page);

struct ThreadCount {
    std::int64_t count = 0;
};
std::string to_json(const ThreadCount& count);

/// Of an operation that takes nothing.
struct Nothing {};

namespace detail {
Result<sdk::Prepared> prepare_threads_create(const ThreadCreate& request);
Result<Thread> read_threads_create(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_threads_get(const ThreadId& request);
Result<Thread> read_threads_get(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_threads_update(const ThreadUpdateRequest& request);
Result<Thread> read_threads_update(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_threads_delete(const ThreadId& request);
Result<void> read_threads_delete(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_threads_list(const ThreadQuery& request);
Result<ThreadPage> read_threads_list(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_threads_count(const ThreadQuery& request);
Result<ThreadCount> read_threads_count(sdk::HttpResponse response);
Result<sdk::Prepared> prepare_threads_list_tags(const Nothing& request);
Result<std::vector<std::string>> read_threads_list_tags(sdk::HttpResponse response);

inline bool advance_threads(ThreadQuery& request, const ThreadPage& page) {
    if (!page.has_more || page.data.empty()) return false;
    request.page = request.page.value_or(1) + 1;
    return true;
}
}  // namespace detail

// Errors of all: `api` for a status of 4XX or 5XX, an unknown id too, and for whatever is neither the answer nor an
// error; `response_validation` for an answer that does not fit, `input_validation` for a number that is NaN, and those
// of sdk::Error::Kind for which no answer came.

/// CreateSession: POST /v2/sessions. A second session of one external_id in a project is refused with status 409.
inline constexpr sdk::Operation<ThreadCreate, Thread> threads_create{detail::prepare_threads_create,
                                                                     detail::read_threads_create};
/// GetSession: GET /v2/sessions/{session_id}.
inline constexpr sdk::Operation<ThreadId, Thread> threads_get{detail::prepare_threads_get, detail::read_threads_get};
/// UpdateSession: PATCH /v2/sessions/{session_id}. The session as it is then.
inline constexpr sdk::Operation<ThreadUpdateRequest, Thread> threads_update{detail::prepare_threads_update,
                                                                            detail::read_threads_update};
/// DeleteSession: DELETE /v2/sessions/{session_id}.
inline constexpr sdk::Operation<ThreadId, void> threads_delete{detail::prepare_threads_delete,
                                                               detail::read_threads_delete};
/// ListSessions: POST /v2/sessions/query.
inline constexpr sdk::Operation<ThreadQuery, ThreadPage> threads_list{detail::prepare_threads_list,
                                                                      detail::read_threads_list};
/// GetSessionCount: POST /v2/sessions/count. All that threads_list would find on all its pages.
inline constexpr sdk::Operation<ThreadQuery, ThreadCount> threads_count{detail::prepare_threads_count,
                                                                        detail::read_threads_count};
/// ListSessionTags: GET /v2/sessions/tags. Each tag in use once.
inline constexpr sdk::Operation<Nothing, std::vector<std::string>> threads_list_tags{detail::prepare_threads_list_tags,
                                                                                     detail::read_threads_list_tags};

/// Page by page, by number.
inline Pages<Result<ThreadPage>> threads_pages(OrqCore core, ThreadQuery request, CallOptions options = {}) {
    return walk(threads_list, std::move(core), std::move(request), std::move(options), detail::advance_threads);
}

}  // namespace spanreel::orq
#pragma GCC visibility pop
