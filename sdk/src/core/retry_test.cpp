// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "call_run.hpp"

namespace spanreel::sdk {
namespace {

double asked(const std::string& retry_after_header, const std::string& millis = "", bool knows = true) {
    Headers headers;
    if (!retry_after_header.empty()) headers.set("Retry-After", retry_after_header);
    if (!millis.empty()) headers.set("retry-after-ms", millis);
    return retry_after(headers, knows).count();
}

std::string http_date(int seconds_ahead) {
    const std::time_t at = std::time(nullptr) + seconds_ahead;
    char text[64];
    std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&at));
    return text;
}

TEST(RetryAfter, IsReadInEveryForm) {
    EXPECT_EQ(asked("7"), 7000);
    EXPECT_EQ(asked("1e1"), 10'000);
    EXPECT_EQ(asked("0x10"), 16'000);
    EXPECT_EQ(asked("-3"), -3000) << "no wait, as for everything up to 0";
    for (const char* none : {"", "1.5", "soon", "7 seconds", "nan", "inf", "0x"}) EXPECT_EQ(asked(none), 0) << none;
    EXPECT_NEAR(asked(http_date(100)), 100'000, 2'000);
    EXPECT_EQ(asked(http_date(-100)), 0);
    EXPECT_GT(asked("2099-01-02T03:04:05Z"), 1e9);
    EXPECT_EQ(asked("2001-01-02T03:04:05.678Z"), 0);
    for (const char* none : {"2026-01-02T03:04:nanZ", "2026-01-02T03:04:-1e300Z", "2026-01-02T03:04:1e300Z"})
        EXPECT_EQ(asked(none), 0) << none;
    EXPECT_EQ(asked("7", "1.5"), 1.5);
    EXPECT_EQ(asked("7", "1.5", false), 7000);
    EXPECT_EQ(asked("7", "-1"), 7000);
    EXPECT_EQ(asked("7", "x"), 7000);
}

TEST(RetryCodes, AreStatusesOrFamilies) {
    EXPECT_TRUE(matches_status("503", 503));
    EXPECT_TRUE(matches_status("5XX", 599));
    EXPECT_TRUE(matches_status("4xX", 404));
    EXPECT_FALSE(matches_status("5XX", 404));
    EXPECT_FALSE(matches_status("50", 503));
    EXPECT_FALSE(matches_status("5X", 503));
    EXPECT_FALSE(matches_status("", 503));
}

/// The waits before repetitions of a call whose server never recovers.
std::vector<double> waits(const Backoff& backoff, const std::string& header, int count) {
    const Service service{.name = "test", .servers = {}};
    const Core::State state(service, {.server_url = "http://h"});
    const Prepared prepared{.operation = "", .method = "GET", .path = "/", .query = {}};
    CallOptions options{.retries = RetryConfig{RetryConfig::Strategy::backoff, backoff}};
    CallRun run(state, prepared, options);
    EXPECT_TRUE(run.begin());
    std::vector<double> found;
    for (int i = 0; i < count; ++i) {
        HttpResponse response{.status = 503, .headers = {}, .body = {}, .url = {}};
        if (!header.empty()) response.headers.set("Retry-After", header);
        const auto wait = run.attempted(std::move(response), {});
        found.push_back(wait ? wait->count() : -1);
    }
    return found;
}

TEST(Backoff, GrowsByThePowerOfTheAttemptsNumber) {
    const std::vector<double> found = waits({}, "", 5);
    const std::array<double, 5> least{0, 500, 1414.2, 2598.0, 4000};
    for (std::size_t i = 0; i < least.size(); ++i) {
        EXPECT_GE(found[i], least[i] - 0.1);
        EXPECT_LE(found[i], least[i] + 1000.1);
    }
}

TEST(Backoff, NeverWaitsLongerThanItsMost) {
    const Backoff backoff{.max_interval = Backoff::Millis(1200)};
    for (double wait : waits(backoff, "", 6)) EXPECT_LE(wait, 1200);
    EXPECT_EQ(waits(backoff, "60", 2), (std::vector<double>{1200, 1200}));
    EXPECT_EQ(waits(backoff, "1", 2), (std::vector<double>{1000, 1000}));
}

}  // namespace
}  // namespace spanreel::sdk
