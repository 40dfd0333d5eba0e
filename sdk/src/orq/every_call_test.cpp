// SPDX-License-Identifier: Apache-2.0
#include "../../tests/every_call.hpp"

#include "spanreel/orq.hpp"

namespace spanreel::orq {
namespace {

/// What both generations have.
const std::string kSession =
    R"({"_id":"S1","external_id":"e","duration":0,"contact_ids":[],)"
    R"("billing":{"input_cost":0,"output_cost":0,"total_cost":0},)"
    R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0},"traces_count":0,"tags":[])";
const std::string kFirst = kSession + R"(,"workspace_id":"W"})", kSecond = kSession + "}";
const std::string kCount = R"({"count":7})";
std::string page_of(const std::string& row) { return R"({"object":"list","data":[)" + row + R"(],"has_more":false})"; }

std::vector<sdk::test::Call> every_call() {
    using Options = const CallOptions&;
    const ThreadQuery all{.filters = {.interval = SessionInterval::all_time}};
    sdk::test::Calls<OrqCore, Orq> calls;
    calls.add("sessions_create", 200, kFirst, sessions_create, SessionCreate{.external_id = "e"},
              [](const Orq& orq, Options options) { return orq.sessions.create({.external_id = "e"}, options); });
    calls.add("sessions_create_of_nothing", 200, kFirst, sessions_create, std::nullopt,
              [](const Orq& orq, Options options) { return orq.sessions.create(std::nullopt, options); });
    calls.add("sessions_get", 200, kFirst, sessions_get, {"S1"},
              [](const Orq& orq, Options options) { return orq.sessions.get({"S1"}, options); });
    calls.add("sessions_update", 200, kFirst, sessions_update, {"S1"},
              [](const Orq& orq, Options options) { return orq.sessions.update({"S1"}, options); });
    calls.add("sessions_delete", 204, "", sessions_delete, {"S1"},
              [](const Orq& orq, Options options) { orq.sessions.remove({"S1"}, options); });
    calls.add("sessions_list", 200, page_of(kFirst), sessions_list, SessionList{},
              [](const Orq& orq, Options options) { return orq.sessions.list(SessionList{}, options); });
    calls.add("sessions_list_of_all", 200, page_of(kFirst), sessions_list, std::nullopt,
              [](const Orq& orq, Options options) { return orq.sessions.list(std::nullopt, options); });
    calls.add("sessions_count", 200, kCount, sessions_count, SessionList{},
              [](const Orq& orq, Options options) { return orq.sessions.count(SessionList{}, options); });
    calls.add("threads_create", 200, kSecond, threads_create, {.external_id = "e"},
              [](const Orq& orq, Options options) { return orq.threads.create({.external_id = "e"}, options); });
    calls.add("threads_get", 200, kSecond, threads_get, {"S1"},
              [](const Orq& orq, Options options) { return orq.threads.get({"S1"}, options); });
    calls.add("threads_update", 200, kSecond, threads_update, {"S1"},
              [](const Orq& orq, Options options) { return orq.threads.update({"S1"}, options); });
    calls.add("threads_delete", 204, "", threads_delete, {"S1"},
              [](const Orq& orq, Options options) { orq.threads.remove({"S1"}, options); });
    calls.add("threads_list", 200, page_of(kSecond), threads_list, all,
              [all](const Orq& orq, Options options) { return orq.threads.list(all, options); });
    calls.add("threads_count", 200, kCount, threads_count, all,
              [all](const Orq& orq, Options options) { return orq.threads.count(all, options); });
    calls.add("threads_list_tags", 200, R"(["a"])", threads_list_tags, {},
              [](const Orq& orq, Options options) { return orq.threads.list_tags(options); });
    calls.add("traces_get", 200, "{}", traces_get, {"t"},
              [](const Orq& orq, Options options) { return orq.traces.get({"t"}, options); });
    calls.add("traces_list_spans", 200, page_of(""), traces_list_spans, {"t"},
              [](const Orq& orq, Options options) { return orq.traces.list_spans({"t"}, options); });
    calls.add("traces_get_span", 200, "{}", traces_get_span, {"t", "s"},
              [](const Orq& orq, Options options) { return orq.traces.get_span({"t", "s"}, options); });
    return calls.all();
}

class EveryOrqCall : public sdk::test::EveryCall {};
INSTANTIATE_TEST_SUITE_P(, EveryOrqCall, testing::ValuesIn(every_call()),
                         [](const auto& call) { return call.param.name; });

TEST_P(EveryOrqCall, GivesTheAnswer) { gives_the_answer(); }
TEST_P(EveryOrqCall, EndsAtItsTimeLimit) { ends_in_time(); }
TEST_P(EveryOrqCall, SendsHeadersOfTheCallersAlsoInsteadOfTheKey) { sends_headers(); }
TEST_P(EveryOrqCall, EndsByAStop) { ends_by_a_stop(); }
TEST_P(EveryOrqCall, IsRepeatedWhileTheServerIsAway) { is_repeated_while_the_server_is_away(); }
TEST_P(EveryOrqCall, IsRepeatedOverBrokenConnectionsWhenAsked) { is_repeated_over_broken_connections(); }
TEST_P(EveryOrqCall, FailsByStatusAndBody) { fails_by_status_and_body(); }

}  // namespace
}  // namespace spanreel::orq
