// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "scripted.hpp"
#include "spanreel/livepeer.hpp"

namespace spanreel::livepeer {
namespace {

using test::json;
using test::Script;

template <class T>
concept Filters = std::is_constructible_v<RecordFilter, T>;
static_assert(Filters<bool> && Filters<int> && Filters<unsigned> && Filters<std::int64_t>);
static_assert(!Filters<const char*> && !Filters<std::string> && !Filters<double> && !Filters<float> && !Filters<char>);
static_assert(!Filters<std::uint64_t> && !Filters<std::nullptr_t>);
static_assert(!std::is_convertible_v<const char*, std::optional<RecordFilter>>);
static_assert(!std::is_default_constructible_v<Id>);

std::string recorded_url(const GetRecordedSessionsRequest& request) {
    Script script({json(200, "[]")});
    EXPECT_TRUE(session_get_recorded(script.core, request));
    return script.requests.at(0).url;
}

TEST(Session, KeepsTrueAndOneAndNothingApart) {
    const std::string base = "http://server.test/api/stream/p/sessions";
    EXPECT_EQ(recorded_url({"p"}), base);
    EXPECT_EQ(recorded_url({"p", true}), base + "?record=true");
    EXPECT_EQ(recorded_url({"p", false}), base + "?record=false");
    EXPECT_EQ(recorded_url({"p", 1}), base + "?record=1");
    EXPECT_EQ(recorded_url({"p", 0}), base + "?record=0");
    EXPECT_EQ(recorded_url({"p", -7}), base + "?record=-7");
}

TEST(Session, EncodesIdsAsOneSegment) {
    Script script({json(200, R"({"name":"s"})")});
    EXPECT_TRUE(session_get(script.core, "a/b?c#d e%\xC3\xA4"));
    EXPECT_EQ(script.requests.at(0).url, "http://server.test/api/session/a%2Fb%3Fc%23d%20e%25%C3%A4");
}

/// As the server sends a recorded session, each member with a value of its own.
constexpr const char* kWhole =
    R"({"id":"i","kind":"session","userId":"u","name":"video+p","lastSeen":1,"sourceSegments":2,"transcodedSegments":3,)"
    R"("sourceSegmentsDuration":4.5,"transcodedSegmentsDuration":5.25,"sourceBytes":6,"transcodedBytes":7,)"
    R"("ingestRate":8.5,"outgoingRate":9,"isHealthy":false,"issues":["slow"],"createdAt":1700000000001,"parentId":"s",)"
    R"("projectId":"j","record":true,"recordingStatus":"ready","recordingUrl":"http://r","mp4Url":"http://m",)"
    R"("playbackId":"p","profiles":[{"width":426,"name":"240p0","height":240,"bitrate":250000,"fps":0,"fpsDen":1,)"
    R"("quality":2,"gop":"2.0","profile":"H264Main","encoder":"H.264"}],"recordingSpec":{"profiles":[{"bitrate":9}]},)"
    R"("parentStream":{"name":"parent","isActive":true},"sourceRecordingUrl":"http://o"})";

TEST(Session, HasEveryMember) {
    Script script({json(200, kWhole)});
    const auto answer = session_get(script.core, "i");
    ASSERT_TRUE(answer) << answer.error().message;
    const Session& session = answer->session.value();
    EXPECT_EQ(to_json(session), kWhole);
    EXPECT_EQ(session.recording_status, RecordingStatus::ready);
    EXPECT_EQ(session.is_healthy, sdk::Nullable<bool>(false));
    EXPECT_EQ(session.source_segments_duration, 4.5);
    EXPECT_EQ(to_date(*session.created_at), Date(std::chrono::milliseconds(1700000000001)));
    EXPECT_EQ(to_millis(to_date(*session.created_at)), *session.created_at);
    EXPECT_EQ(session.profiles->at(0).profile, H264Profile::main);
    EXPECT_EQ(session.parent_stream->is_active, true);
}

TEST(Session, KeepsNullsAndUnknownWordsAndIgnoresUnknownMembers) {
    Script script(
        {json(200, R"([{"name":"s","isHealthy":null,"issues":null,"recordingStatus":"archived","new":{}}])")});
    const auto answer = session_get_all(script.core);
    ASSERT_TRUE(answer) << answer.error().message;
    const Session& session = answer->data->at(0);
    EXPECT_TRUE(session.is_healthy->is_null());
    EXPECT_TRUE(session.issues->is_null());
    EXPECT_FALSE(session.recording_status->is_known());
    EXPECT_EQ(to_json(session), R"({"name":"s","isHealthy":null,"issues":null,"recordingStatus":"archived"})");
}

TEST(Session, SaysWhatDoesNotFit) {
    for (const auto& [body, misfit] :
         {std::pair{R"([{"name":"s"},{"id":"x"}])", "[1].name: expected to be there"},
          {R"([{"name":"s","lastSeen":"1"}])", "[0].lastSeen: expected a number"},
          {R"([{"name":"s","recordingUrl":null}])", "[0].recordingUrl: expected a string"},
          {R"([{"name":"s","profiles":[{"width":1.5}]}])", "[0].profiles[0].width: expected a whole number"}}) {
        Script script({json(200, body)});
        const auto answer = session_get_all(script.core);
        ASSERT_FALSE(answer) << body;
        EXPECT_EQ(answer.error().message, "Response validation failed: " + std::string(misfit));
    }
}

TEST(Session, MethodsGiveTheAnswerOrThrow) {
    Script script({json(200, R"({"name":"s"})"), json(404, R"({"errors":["not found"]})"), json(200, "[]"),
                   json(200, "[]"), json(200, "[]")});
    const Livepeer livepeer(script.core);
    EXPECT_EQ(livepeer.session.get("i").session->name, "s");
    try {
        livepeer.session.get("i");
        FAIL();
    } catch (const sdk::ApiError& error) {
        EXPECT_EQ(error.status_code(), 404);
        EXPECT_EQ(error_texts(error.error()), std::vector<std::string>{"not found"});
    }
    livepeer.session.get_recorded("p", 1);
    livepeer.session.get_recorded("p");
    livepeer.session.get_clips("i");
    EXPECT_TRUE(script.requests.at(2).url.ends_with("/stream/p/sessions?record=1"));
    EXPECT_TRUE(script.requests.at(3).url.ends_with("/stream/p/sessions"));
    EXPECT_TRUE(script.requests.at(4).url.ends_with("/session/i/clips"));
}

TEST(Session, Prints) {
    Script script({json(200, R"({"name":"s"})")});
    std::ostringstream out;
    out << session_get(script.core, "i").value();
    EXPECT_EQ(out.str(),
              R"({"ContentType":"application/json; charset=utf-8","StatusCode":200,"session":{"name":"s"}})");
}

}  // namespace
}  // namespace spanreel::livepeer
