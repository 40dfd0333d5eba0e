// SPDX-License-Identifier: Apache-2.0
#include "live/stream_service.hpp"

#include <regex>

#include "live/live_fixture_test.hpp"
#include "live/stream_rules.hpp"

namespace spanreel::live {
namespace {

using StreamServiceTest = LiveTest;

TEST_F(StreamServiceTest, NewStreamsHaveTheirIdentifiersAndDefaults) {
    const Stream stream = make_stream();
    EXPECT_TRUE(std::regex_match(stream.stream_key, std::regex("[0-9a-z]{4}(-[0-9a-z]{4}){3}")));
    EXPECT_TRUE(std::regex_match(stream.playback_id, std::regex("[0-9a-z]{16}")));
    EXPECT_EQ(stream.stream_key.substr(0, 4), stream.id.substr(0, 4));
    EXPECT_EQ(stream.playback_id.substr(0, 4), stream.id.substr(0, 4));
    EXPECT_EQ(stream.profiles, default_profiles());
    EXPECT_EQ(stream.created_by, "key");
    EXPECT_EQ(run_->streams.get(scope_, stream.id).value(), stream);
}

TEST_F(StreamServiceTest, OthersSeeNothing) {
    const Stream stream = make_stream();
    for (const Scope& scope : {stranger_, Scope{.workspace = scope_.workspace, .project = "p"}}) {
        EXPECT_EQ(run_->streams.get(scope, stream.id).error().code, Code::not_found);
        EXPECT_EQ(run_->streams.get_by_key(scope, stream.stream_key).error().code, Code::not_found);
        EXPECT_EQ(run_->streams.patch(scope, stream.id, {.name = "x"}).error().code, Code::not_found);
        EXPECT_EQ(run_->streams.remove(scope, stream.id).error().code, Code::not_found);
        EXPECT_EQ(run_->streams.terminate(scope, stream.id).error().code, Code::not_found);
    }
    EXPECT_TRUE(run_->streams.get(scope_, stream.id));
}

TEST_F(StreamServiceTest, RulesOfCreationAreKept) {
    const auto message = [&](NewStream wanted) { return run_->streams.create(scope_, wanted).error().message; };
    EXPECT_EQ(message({.name = "a", .profiles = R"([{"name":"x"},{"name":"x"}])"}), "duplicate profile name \"x\"");
    EXPECT_EQ(message({.name = "a", .profiles = R"([{"name":"source"}])"}), "profile cannot be named \"source\"");
    EXPECT_EQ(message({.name = "a", .recording_spec = "{}"}), "recordingSpec is only supported with record=true");
    EXPECT_EQ(message({.name = "a", .user_tags = std::string(2049, ' ')}),
              "userTags object is too large. Max size is 2048 characters");
    EXPECT_TRUE(run_->streams.create(scope_, {.name = "", .record = true, .recording_spec = "{}"}));
}

TEST_F(StreamServiceTest, ARunningStreamKeepsWhatItsSessionWasBegunWith) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 1);
    EXPECT_EQ(run_->streams.patch(scope_, stream.id, {.record = false}).error().message,
              "cannot change 'record' field while stream is active");
    EXPECT_EQ(run_->streams.patch(scope_, stream.id, {.profiles = "[]"}).error().message,
              "cannot change 'profiles' field while stream is active");
    EXPECT_TRUE(run_->streams.patch(scope_, stream.id, {.name = "renamed", .record = true}));
    end(publisher, stream);
    EXPECT_EQ(run_->streams.patch(scope_, stream.id, {.record = false})->record, false);
}

TEST_F(StreamServiceTest, TerminatingAgainHasToWait) {
    const Stream stream = make_stream();
    ASSERT_TRUE(run_->streams.terminate(scope_, stream.id));
    EXPECT_EQ(run_->streams.terminate(scope_, stream.id).error().code, Code::exhausted);
    pass(kTerminationPause);
    EXPECT_TRUE(run_->streams.terminate(scope_, stream.id));
}

TEST_F(StreamServiceTest, DeletingAStreamLeavesItsRecording) {
    const Stream stream = make_stream();
    const auto publisher = broadcast(stream, 3);
    ASSERT_TRUE(run_->streams.remove(scope_, stream.id));
    EXPECT_EQ(run_->streams.remove(scope_, stream.id).error().code, Code::not_found);
    EXPECT_EQ(newest(stream).state, SessionState::ended);
    EXPECT_TRUE(run_->playback.find(newest(stream).id));
    EXPECT_FALSE(run_->playback.find(stream.playback_id));
}

}  // namespace
}  // namespace spanreel::live
