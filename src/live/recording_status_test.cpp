// SPDX-License-Identifier: Apache-2.0
#include "live/recording_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>

#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/meta_tables.hpp"

namespace spanreel::live {
namespace {

constexpr UnixMillis kNow{std::chrono::hours(1000)};
const std::array kTimes{UnixMillis{}, kNow - kRecordingWait - Millis(1), kNow - kRecordingWait, kNow};
constexpr std::string_view kWorkspace = "w";

/// The recordings a session may have, "no recording" first.
std::vector<std::optional<Asset>> possible_recordings() {
    std::vector<std::optional<Asset>> all{std::nullopt};
    for (std::size_t phase = 0; phase < kNames<AssetPhase>.size(); ++phase)
        for (const bool deleted : {false, true})
            all.push_back(Asset{
                .workspace = std::string(kWorkspace), .phase = static_cast<AssetPhase>(phase), .deleted = deleted});
    return all;
}

std::vector<StreamSession> possible_sessions() {
    std::vector<StreamSession> all;
    for (const SessionState state : {SessionState::live, SessionState::waiting, SessionState::ended})
        for (const UnixMillis created_at : kTimes)
            for (const UnixMillis last_seen : kTimes)
                all.push_back({.workspace = std::string(kWorkspace),
                               .record = true,
                               .state = state,
                               .created_at = created_at,
                               .last_seen = last_seen});
    return all;
}

// The rule is written twice: for answers in C++, for filters in the store's SQL.
TEST(RecordingStatusFilter, ListsWhatTheAnswersSay) {
    const Path directory = testing::TempDir() + "recording_status_test_" + std::to_string(::getpid());
    std::filesystem::create_directories(directory);
    {
        const auto database = store::Database::open(directory / "spanreel.db").value();
        std::map<RecordingStatus, std::set<std::string>> expected;
        std::size_t number = 0;
        const auto put = [&](store::Connection& connection, StreamSession session,
                             std::optional<Asset> recording) -> Result<void> {
            session.id = fmt::format("session {}", number++);
            SPANREEL_CHECK(store::insert(connection, session));
            if (session.record)
                expected[recording_status(session, recording ? &*recording : nullptr, kNow)].insert(session.id);
            if (!recording) return {};
            recording->id = recording->playback_id = session.id;
            return store::insert(connection, *recording);
        };
        ASSERT_TRUE(database->write([&](store::Connection& connection) -> Result<void> {
            for (const StreamSession& session : possible_sessions())
                for (const std::optional<Asset>& recording : possible_recordings())
                    SPANREEL_CHECK(put(connection, session, recording));
            return put(connection, {.workspace = std::string(kWorkspace), .created_at = kNow}, std::nullopt);
        }));

        store::EmbeddedMetaStore meta(*database);
        for (std::size_t i = 0; i < kNames<RecordingStatus>.size(); ++i) {
            const auto status = static_cast<RecordingStatus>(i);
            const auto page =
                meta.list_sessions({.workspace = std::string(kWorkspace),
                                    .filters = {{.field = "recordingStatus", .value = std::string(name_of(status))}},
                                    .limit = 10'000,
                                    .now = kNow});
            std::set<std::string> listed;
            for (const StreamSession& session : page.value().items) listed.insert(session.id);
            EXPECT_FALSE(listed.empty()) << name_of(status);
            EXPECT_EQ(listed, expected[status]) << name_of(status);
        }
    }
    std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace spanreel::live
