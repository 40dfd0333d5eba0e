// SPDX-License-Identifier: Apache-2.0
// The table of what a trace session shows, row by row.
#include "trace/session_state.hpp"

#include <gtest/gtest.h>

#include <random>

namespace spanreel::trace {
namespace {

using Texts = std::vector<std::string>;

Time at(double seconds) { return from_unix_millis(1'760'000'000'000 + static_cast<std::int64_t>(seconds * 1000)); }

SpanId span_id(std::uint8_t number) { return SpanId::from(std::array<std::uint8_t, 8>{0, 0, 0, 0, 0, 0, 0, number}); }

TraceRollup rollup(double start, double end) {
    TraceRollup trace;
    trace.started_at = at(start);
    trace.ended_at = at(end);
    trace.span_count = 1;
    trace.root = span_id(1);
    return trace;
}

TraceRollup counted(double start, double end, std::int64_t prompt, std::int64_t completion, double usd) {
    TraceRollup trace = rollup(start, end);
    trace.usage.input_fresh = prompt;
    trace.usage.output_text = completion;
    trace.cost.total = static_cast<PicoUsd>(usd * 1e12);
    return trace;
}

TraceRollup tagged(double start, const Texts& tags) {
    TraceRollup trace = rollup(start, start + 1);
    for (const std::string& tag : tags) trace.tags.push_back({tag, at(start), span_id(1)});
    return trace;
}

SessionState session() {
    SessionState state;
    state.id = "01JD0000000000000000000001";
    state.workspace = "w";
    state.external_id = "conversation";
    state.created = at(0);
    return state;
}

TEST(SessionState, WithoutAnApiValueShowsWhatWasObserved) {
    SessionState state = session();
    add(state.observed, counted(1, 3, 10, 5, 0.25));
    add(state.observed, counted(2, 6, 1, 2, 0.5));
    store::SessionRow row = shown(state);
    EXPECT_EQ(row.traces_count, 2);
    EXPECT_EQ(row.prompt_tokens, 11);
    EXPECT_EQ(row.completion_tokens, 7);
    EXPECT_EQ(row.total_tokens, 18);
    EXPECT_EQ(row.total_cost, 0.75);
    EXPECT_EQ(row.started_at, to_unix_millis(at(1)));
    EXPECT_EQ(row.duration, 5000);
    EXPECT_EQ(row.kind, "");
}

TEST(SessionState, GivenCountersReadBackBitForBitUntilATraceMovesThem) {
    SessionState state = session();
    add(state.observed, counted(1, 2, 10, 5, 0.1));
    SessionFields fields;
    fields.traces_count = 2974.44;
    fields.billing = Billing{400.03, 5357.48, 2072.38};
    fields.usage = TokenCounts{4574.01, 1378.73, 7450.28};
    apply(state, fields, at(10));
    store::SessionRow row = shown(state);
    EXPECT_EQ(row.traces_count, 2974.44);
    EXPECT_EQ(row.input_cost, 400.03);
    EXPECT_EQ(row.output_cost, 5357.48);
    EXPECT_EQ(row.total_cost, 2072.38);
    EXPECT_EQ(row.prompt_tokens, 4574.01);
    EXPECT_EQ(row.completion_tokens, 1378.73);
    EXPECT_EQ(row.total_tokens, 7450.28);

    add(state.observed, counted(3, 4, 100, 20, 0.5));
    row = shown(state);
    EXPECT_EQ(row.traces_count, 2975.44);
    EXPECT_EQ(row.input_cost, 400.03);  // nothing moved it
    EXPECT_DOUBLE_EQ(row.total_cost, 2072.88);
    EXPECT_DOUBLE_EQ(row.prompt_tokens, 4674.01);
    EXPECT_DOUBLE_EQ(row.completion_tokens, 1398.73);
    EXPECT_DOUBLE_EQ(row.total_tokens, 7570.28);
}

TEST(SessionState, CountersNeverFallBelowZero) {
    SessionState state = session();
    TraceRollup gone = counted(1, 2, 100, 10, 3);
    add(state.observed, gone);
    add(state.observed, rollup(0, 9));
    SessionFields fields;
    fields.traces_count = 0;
    fields.usage = TokenCounts{5, 50, 60};
    fields.billing = Billing{0, 0, 1};
    apply(state, fields, at(10));
    ASSERT_TRUE(remove(state.observed, gone));
    store::SessionRow row = shown(state);
    EXPECT_EQ(row.traces_count, 0);
    EXPECT_EQ(row.prompt_tokens, 0);
    EXPECT_EQ(row.completion_tokens, 40);
    EXPECT_EQ(row.total_tokens, 0);
    EXPECT_EQ(row.total_cost, 0);
}

TEST(SessionState, TagsAreDeclaredOnesThenObservedOnesByFirstSight) {
    SessionState state = session();
    add(state.observed, tagged(5, {"late", "both"}));
    add(state.observed, tagged(2, {"early"}));
    EXPECT_EQ(shown(state).tags, (Texts{"early", "both", "late"}));  // "both" and "late" were seen at once

    SessionFields fields;
    fields.tags = Texts{"z", "a", "early"};
    apply(state, fields, at(10));
    EXPECT_EQ(shown(state).tags, (Texts{"z", "a", "early"}));  // observed until then is masked

    add(state.observed, tagged(1, {"new", "late", "a"}));
    EXPECT_EQ(shown(state).tags, (Texts{"z", "a", "early", "new"}));

    fields.tags = Texts{};
    apply(state, fields, at(20));
    EXPECT_EQ(shown(state).tags, Texts{});
    add(state.observed, tagged(3, {"newest"}));
    EXPECT_EQ(shown(state).tags, Texts{"newest"});
}

TEST(SessionState, ContactsFollowTheRuleOfTags) {
    SessionState state = session();
    TraceRollup trace = rollup(1, 2);
    trace.users = {{"u1", at(1), span_id(1)}};
    add(state.observed, trace);
    SessionFields fields;
    fields.contact_ids = Texts{"declared"};
    apply(state, fields, at(3));
    trace.users = {{"u2", at(1.5), span_id(1)}};
    add(state.observed, trace);
    EXPECT_EQ(shown(state).contact_ids, (Texts{"declared", "u2"}));
}

TEST(SessionState, StartIsTheEarlierOfDeclaredAndObserved) {
    SessionState state = session();
    SessionFields fields;
    fields.external_id = "x";
    apply(state, fields, at(0));
    EXPECT_EQ(shown(state).started_at, to_unix_millis(at(0)));  // filled in, not declared
    add(state.observed, rollup(50, 60));
    EXPECT_EQ(shown(state).started_at, to_unix_millis(at(50)));

    fields = {};
    fields.started_at = at(55);
    apply(state, fields, at(70));
    EXPECT_EQ(shown(state).started_at, to_unix_millis(at(55)));  // as given until newer activity
    add(state.observed, rollup(58, 61));
    EXPECT_EQ(shown(state).started_at, to_unix_millis(at(50)));
    fields.started_at = at(20);
    apply(state, fields, at(80));
    add(state.observed, rollup(40, 90));
    EXPECT_EQ(shown(state).started_at, to_unix_millis(at(20)));
}

TEST(SessionState, DurationIsTheLongerOfDeclaredAndActive) {
    SessionState state = session();
    EXPECT_EQ(shown(state).duration, 0);
    add(state.observed, rollup(10, 12.5));
    EXPECT_EQ(shown(state).duration, 2500);
    SessionFields fields;
    fields.duration = 789.62;
    apply(state, fields, at(20));
    EXPECT_EQ(shown(state).duration, 789.62);  // also when it is shorter
    add(state.observed, rollup(11, 12));       // newer, but it extends nothing
    EXPECT_EQ(shown(state).duration, 789.62);
    add(state.observed, rollup(11, 13));
    EXPECT_EQ(shown(state).duration, 3000);
    fields.duration = 60'000;
    apply(state, fields, at(30));
    add(state.observed, rollup(11, 14));
    EXPECT_EQ(shown(state).duration, 60'000);
}

TEST(SessionState, DurationCountsFromTheShownStart) {
    SessionState state = session();
    SessionFields fields;
    fields.started_at = at(-100);
    apply(state, fields, at(0));
    add(state.observed, rollup(5, 10));
    EXPECT_EQ(shown(state).duration, 110'000);
    fields.started_at = at(1000);  // after everything: nothing is negative
    apply(state, fields, at(1));
    EXPECT_EQ(shown(state).duration, 0);
}

TEST(SessionState, TakesTimesAsFarApartAsTheyGo) {
    SessionState state = session();
    SessionFields fields;
    fields.started_at = from_iso("1678-01-01T00:00:00Z").value();
    apply(state, fields, at(0));
    TraceRollup trace = rollup(0, 1);
    trace.ended_at = from_unix_nanos(INT64_MAX);
    add(state.observed, trace);
    EXPECT_NEAR(shown(state).duration, 584.28 * 365.2425 * 86'400'000, 1e10);
}

TEST(SessionState, UpdatedIsTheLaterOfTheLastWriteAndTheLastSpan) {
    SessionState state = session();
    EXPECT_EQ(shown(state).updated_at, to_unix_millis(at(0)));
    state.last_received = at(5);
    EXPECT_EQ(shown(state).updated_at, to_unix_millis(at(5)));
    SessionFields fields;
    fields.title = "t";
    apply(state, fields, at(10));
    EXPECT_EQ(shown(state).updated_at, to_unix_millis(at(10)));
    fields.updated_at = at(-500);
    apply(state, fields, at(20));
    EXPECT_EQ(shown(state).updated_at, to_unix_millis(at(-500)));  // given shows ...
    state.last_received = at(15);
    EXPECT_EQ(shown(state).updated_at, to_unix_millis(at(-500)));
    state.last_received = at(21);
    EXPECT_EQ(shown(state).updated_at, to_unix_millis(at(21)));  // ... until something newer happens
    fields.updated_at.reset();
    apply(state, fields, at(30));
    EXPECT_EQ(shown(state).updated_at, to_unix_millis(at(30)));
}

TEST(SessionState, ConventionsFillTitleClientAndRepoWhileTheyAreEmpty) {
    SessionState state = session();
    TraceRollup trace = rollup(5, 6);
    trace.title = "observed";
    trace.client = "tool";
    trace.repo = "git";
    add(state.observed, trace);
    TraceRollup earlier = rollup(4, 5);
    earlier.title = "first";
    add(state.observed, earlier);
    store::SessionRow row = shown(state);
    EXPECT_EQ(row.title, "first");
    EXPECT_EQ(row.client, "tool");
    EXPECT_EQ(row.repo, "git");
    SessionFields fields;
    fields.title = "declared";
    fields.kind = "THREAD_KIND_CONVERSATION";
    apply(state, fields, at(10));
    EXPECT_EQ(shown(state).title, "declared");
    EXPECT_EQ(shown(state).kind, "THREAD_KIND_CONVERSATION");
    fields.title = "";
    apply(state, fields, at(11));
    EXPECT_EQ(shown(state).title, "first");
}

TEST(SessionState, FieldsKnowWhenTheyAreEmpty) {
    SessionFields fields;
    EXPECT_TRUE(fields.empty());
    fields.tags.emplace();
    EXPECT_FALSE(fields.empty());
}

TEST(SessionState, ComesBackFromItsRow) {
    SessionState state = session();
    state.project = "p";
    add(state.observed, tagged(1, {"a", "b"}));
    add(state.observed, counted(2, 3, 7, 8, 0.125));
    SessionFields fields;
    fields.duration = 1.5;
    fields.started_at = at(-1);
    fields.updated_at = at(-2);
    fields.traces_count = 3;
    fields.billing = Billing{1, 2, 3};
    fields.usage = TokenCounts{4, 5, 6};
    fields.contact_ids = Texts{"c"};
    fields.tags = Texts{};
    fields.title = "";
    fields.client = "client";
    fields.repo = "repo";
    fields.kind = "THREAD_KIND_CODING_AGENT";
    apply(state, fields, at(5));
    state.last_received = at(6);
    add(state.observed, tagged(9, {"later"}));

    store::SessionRow row = shown(state);
    SessionState again = decode_state(row).value();
    store::SessionRow again_row = shown(again);
    EXPECT_EQ(again_row.state, row.state);
    EXPECT_EQ(again_row.tags, Texts{"later"});
    EXPECT_EQ(again.observed, state.observed);
    EXPECT_EQ(again_row.updated_at, row.updated_at);
    EXPECT_EQ(again_row.duration, row.duration);
    row.state = "\xff";
    EXPECT_EQ(decode_state(row).error().code, Code::corrupt);
}

// Totals are a function of the set of traces, whatever way they came to be.

TraceRollup random_rollup(std::mt19937& random) {
    double start = static_cast<double>(random() % 6);
    TraceRollup trace = counted(start, start + static_cast<double>(random() % 4), random() % 50, random() % 50,
                                static_cast<double>(random() % 8) / 8);
    trace.root = span_id(static_cast<std::uint8_t>(random() % 3));
    trace.error_count = random() % 2;
    trace.unpriced_count = random() % 2;
    auto values = [&](std::initializer_list<const char*> from) {
        std::vector<Observed> seen;
        for (const char* value : from)
            if (random() % 3 == 0) seen.push_back({value, at(static_cast<double>(random() % 9)), span_id(2)});
        std::ranges::sort(seen, {}, [](const Observed& one) { return std::tie(one.first, one.by, one.value); });
        return seen;
    };
    trace.tags = values({"a", "b", "c"});
    trace.users = values({"u", "v"});
    if (random() % 3 == 0) trace.title = random() % 2 ? "title" : "other";
    if (random() % 4 == 0) trace.client = "client";
    return trace;
}

ObservedTotals added_up(const std::map<int, TraceRollup>& traces) {
    ObservedTotals totals;
    for (const auto& [id, trace] : traces) add(totals, trace);
    return totals;
}

TEST(ObservedTotals, DoNotDependOnTheWayTheyCameToBe) {
    std::mt19937 random(3);
    int replaced = 0, removed = 0;
    for (int round = 0; round < 300; ++round) {
        std::map<int, TraceRollup> traces;
        ObservedTotals totals;
        for (int step = 0; step < 40; ++step) {
            int id = static_cast<int>(random() % 8);
            auto known = traces.find(id);
            if (known == traces.end()) {
                traces[id] = random_rollup(random);
                add(totals, traces[id]);
            } else if (random() % 3 == 0) {
                TraceRollup gone = known->second;
                traces.erase(known);
                bool exact = remove(totals, gone);
                removed += exact;
                if (!exact) totals = added_up(traces);
            } else {
                TraceRollup before = std::exchange(known->second, random_rollup(random));
                if (random() % 2) {  // what mostly happens: a trace grows
                    known->second.tags = before.tags;
                    known->second.users = before.users;
                    known->second.title = before.title;
                    known->second.client = before.client;
                    known->second.root = before.root;
                    known->second.started_at = before.started_at;
                    known->second.ended_at = std::max(before.ended_at, known->second.ended_at);
                }
                bool exact = replace(totals, before, known->second);
                replaced += exact;
                if (!exact) totals = added_up(traces);
            }
            ASSERT_EQ(totals, added_up(traces)) << "round " << round << " step " << step;
        }
    }
    EXPECT_GT(replaced, 1000);  // most growth needs no second look at the other traces
    EXPECT_GT(removed, 10);
}

TEST(ObservedTotals, AFailedReplaceChangesNothing) {
    ObservedTotals totals;
    TraceRollup before = tagged(1, {"only"});
    add(totals, before);
    ObservedTotals unchanged = totals;
    EXPECT_FALSE(replace(totals, before, tagged(1, {})));
    EXPECT_EQ(totals, unchanged);
    EXPECT_FALSE(remove(totals, before));
    EXPECT_EQ(totals, unchanged);
}

}  // namespace
}  // namespace spanreel::trace
