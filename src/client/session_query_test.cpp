// SPDX-License-Identifier: Apache-2.0
#include "client/session_query.hpp"

#include <gtest/gtest.h>

namespace spanreel::client {
namespace {

const Time kNow = from_unix_millis(1'800'000'000'000);

TEST(SessionQuery, OnlyWhatTheNewerApiCannotSayNeedsTheOther) {
    EXPECT_FALSE((SessionQuery{.tags = {"a"}, .client = "c", .since = "1h"}.needs_search()));
    EXPECT_TRUE(SessionQuery{.search = "a"}.needs_search());
    EXPECT_TRUE(SessionQuery{.external_id = "a"}.needs_search());
    EXPECT_TRUE(SessionQuery{.title = "a"}.needs_search());
    EXPECT_TRUE((SessionQuery{.sort = {"duration"}}.needs_search()));
}

TEST(SessionQuery, BothRequestsSayTheSame) {
    const SessionQuery query{
        .tags = {"a", "b"}, .client = "c", .repo = "r", .kind = "coding-agent", .project = "p", .since = "1h"};
    const orq::ThreadQuery threads = threads_request(query, 21, kNow).value();
    EXPECT_EQ(threads.limit, 21);
    EXPECT_EQ(threads.filters.tags, query.tags);
    EXPECT_EQ(threads.filters.client, "c");
    EXPECT_EQ(threads.filters.repo, "r");
    EXPECT_EQ(threads.filters.project_id, "p");
    EXPECT_EQ(threads.filters.kind->value(), orq::ThreadKind::coding_agent);
    EXPECT_EQ(threads.filters.start_date->date, UnixMillis(Millis(1'799'996'400'000)));
    EXPECT_FALSE(threads.filters.end_date);

    const orq::SessionList sessions = sessions_request(query, 21, kNow).value();
    EXPECT_EQ(sessions.pagination->limit, 21);
    EXPECT_EQ(sessions.filters.size(), 5u) << "tags, client, repository, kind, project";
    EXPECT_EQ(sessions.query->filters->size(), 1u) << "the time";
}

TEST(SessionQuery, SortingIsAFieldAndADirection) {
    const auto sorting = [](const std::string& text) {
        return sessions_request(SessionQuery{.sort = {text}}, 1, kNow);
    };
    EXPECT_EQ(sorting("duration")->sorting_props->front().direction->value(), orq::SortDirection::asc);
    const orq::Sorting largest_first = sorting("usage.total_tokens:desc")->sorting_props->front();
    EXPECT_EQ(largest_first.key, "usage.total_tokens");
    EXPECT_EQ(largest_first.direction->value(), orq::SortDirection::desc);
    for (const char* wrong : {":desc", "duration:down", "duration:"})
        EXPECT_EQ(sorting(wrong).error().code, Code::invalid) << wrong;
}

TEST(SessionQuery, ATimeThatIsNoneIsRefusedByBoth) {
    EXPECT_EQ(threads_request({.since = "soon"}, 1, kNow).error().code, Code::invalid);
    EXPECT_EQ(sessions_request({.until = "soon"}, 1, kNow).error().code, Code::invalid);
}

}  // namespace
}  // namespace spanreel::client
