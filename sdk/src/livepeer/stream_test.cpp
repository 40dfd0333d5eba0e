// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "scripted.hpp"
#include "spanreel/livepeer.hpp"

namespace spanreel::livepeer {
namespace {

using test::json;
using test::Script;

/// What an operation sends as its body; the answer does not matter.
template <class Request, class Response>
std::string body_of(const sdk::Operation<Request, Response>& operation, const std::type_identity_t<Request>& request) {
    Script script({json(500, "")});
    (void)operation(script.core, request);
    return script.requests.at(0).body.value_or("(none)");
}

/// Why nothing was sent.
template <class Request, class Response>
std::string refusal_of(const sdk::Operation<Request, Response>& operation,
                       const std::type_identity_t<Request>& request) {
    Script script({});
    const auto answer = operation(script.core, request);
    EXPECT_TRUE(script.requests.empty());
    if (answer || answer.error().kind != sdk::Error::Kind::input_validation) return "(not refused)";
    return answer.error().message;
}

const NewStreamPayload kEverything{
    .name = "n",
    .creator_id = "me",
    .playback_policy = PlaybackPolicy{.type = PlaybackPolicyType::jwt,
                                      .webhook_id = "w",
                                      .webhook_context = {{{"a", {R"({"b":1})"}}}},
                                      .refresh_interval = 1.5,
                                      .allowed_origins = {{"*"}}},
    .profiles = std::vector<FfmpegProfile>{{.width = 1,
                                            .name = "p",
                                            .height = 2,
                                            .bitrate = 3,
                                            .fps = 4,
                                            .fps_den = 5,
                                            .quality = 6,
                                            .gop = "g",
                                            .profile = H264Profile::high,
                                            .encoder = Encoder::h264}},
    .record = true,
    .recording_spec =
        RecordingSpec{.profiles = std::vector<TranscodeProfile>{{.width = 7, .bitrate = 1, .encoder = Encoder::vp9}}},
    .multistream = Multistream{.targets = {{{.profile = "source", .spec = TargetSpec{.name = "t", .url = "rtmp://x"}},
                                            {.profile = "p", .video_only = true, .id = "i"}}}},
    .user_tags = {{{"a", 2.5}, {"b", "x"}, {"c", std::vector<std::variant<std::string, double>>{"y", 3.0}}}}};

TEST(Stream, CreatesWithEverything) {
    EXPECT_EQ(
        body_of(stream_create, kEverything),
        R"({"name":"n","creatorId":"me","playbackPolicy":{"type":"jwt","webhookId":"w","webhookContext":{"a":{"b":1}},)"
        R"("refreshInterval":1.5,"allowedOrigins":["*"]},"profiles":[{"width":1,"name":"p","height":2,"bitrate":3,)"
        R"("fps":4,"fpsDen":5,"quality":6,"gop":"g","profile":"H264High","encoder":"H.264"}],"record":true,)"
        R"("recordingSpec":{"profiles":[{"width":7,"bitrate":1,"encoder":"VP9"}]},"multistream":{"targets":[)"
        R"({"profile":"source","videoOnly":false,"spec":{"name":"t","url":"rtmp://x"}},)"
        R"({"profile":"p","videoOnly":true,"id":"i"}]},"userTags":{"a":2.5,"b":"x","c":["y",3]}})");
}

TEST(Stream, TellsNullFromAbsent) {
    EXPECT_EQ(body_of(stream_create, {.name = "n",
                                      .creator_id = CreatorId{.value = "v"},
                                      .playback_policy = nullptr,
                                      .profiles = nullptr,
                                      .recording_spec = RecordingSpec{.profiles = nullptr}}),
              R"({"name":"n","creatorId":{"type":"unverified","value":"v"},"playbackPolicy":null,"profiles":null,)"
              R"("recordingSpec":{"profiles":null}})");
    EXPECT_EQ(body_of(stream_update, {{}, "id"}), "{}");
    EXPECT_EQ(
        body_of(stream_update, {{.creator_id = "c",
                                 .record = false,
                                 .suspended = false,
                                 .multistream = Multistream{},
                                 .playback_policy = nullptr,
                                 .profiles = std::vector<FfmpegProfile>{},
                                 .recording_spec = RecordingSpec{},
                                 .user_tags = std::map<std::string, UserTag>{},
                                 .name = "n"},
                                "id"}),
        R"({"creatorId":"c","record":false,"suspended":false,"multistream":{},"playbackPolicy":null,"profiles":[],)"
        R"("recordingSpec":{},"userTags":{},"name":"n"})");
}

TEST(Stream, OrdersClips) {
    EXPECT_EQ(
        body_of(stream_create_clip,
                {.playback_id = "p", .start_time = 1587667174725.5, .end_time = 2, .name = "n", .session_id = "s"}),
        R"({"playbackId":"p","startTime":1587667174725.5,"endTime":2,"name":"n","sessionId":"s"})");
}

TEST(Stream, RefusesWhatJsonCannotCarry) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(refusal_of(stream_create_clip, {.playback_id = "p", .start_time = kNan}),
              "Input validation failed: startTime: expected a number, not NaN");
    EXPECT_EQ(
        refusal_of(stream_create,
                   {.user_tags = {{{"a", 1.0}, {"b", std::vector<std::variant<std::string, double>>{"x", kNan}}}}}),
        "Input validation failed: userTags.b[1]: expected a number, not NaN");
    EXPECT_EQ(
        refusal_of(stream_update, {{.playback_policy = PlaybackPolicy{.webhook_context = {{{"a", {"{"}}}}}}, "id"}),
        "Input validation failed: playbackPolicy.webhookContext.a: expected JSON");
    EXPECT_EQ(refusal_of(asset_update, {{.playback_policy = PlaybackPolicy{.refresh_interval = kNan}}, "id"}),
              "Input validation failed: playbackPolicy.refreshInterval: expected a number, not NaN");
}

TEST(Stream, SendsInfinityAsNull) {
    EXPECT_EQ(body_of(stream_create_clip, {.playback_id = "p", .start_time = -std::numeric_limits<double>::infinity()}),
              R"({"playbackId":"p","startTime":null})");
}

TEST(Stream, ListsWithAndWithoutItsFlag) {
    Script script({json(200, "[]"), json(200, "[]"), json(200, "[]")});
    EXPECT_TRUE(stream_get_all(script.core));
    EXPECT_TRUE(stream_get_all(script.core, {"a b&c"}));
    EXPECT_TRUE(Livepeer(script.core).stream.get_all("").data->empty());
    EXPECT_EQ(script.requests.at(0).url, "http://server.test/api/stream");
    EXPECT_EQ(script.requests.at(1).url, "http://server.test/api/stream?streamsonly=a%20b%26c");
    EXPECT_EQ(script.requests.at(2).url, "http://server.test/api/stream?streamsonly=");
}

/// As the server sends a stream, each member with a value of its own.
constexpr const char* kWhole =
    R"({"id":"i","name":"n","kind":"stream","creatorId":{"type":"unverified","value":"v"},"userTags":{"a":["b",1],"c":"d","e":2.5},)"
    R"("lastSeen":1,"sourceSegments":2,"transcodedSegments":3,"sourceSegmentsDuration":4.5,"transcodedSegmentsDuration":5,)"
    R"("sourceBytes":6,"transcodedBytes":7,"ingestRate":8,"outgoingRate":9,"isActive":true,"isHealthy":null,"issues":null,)"
    R"("createdByTokenName":"t","createdAt":10,"parentId":"p","streamKey":"k","pull":{"source":"http://s","headers":{"h":"v"},)"
    R"("isMobile":2,"location":{"lat":1.5,"lon":-2}},"playbackId":"y","playbackPolicy":{"type":"public"},)"
    R"("profiles":[{"width":426,"name":"240p0","height":240,"bitrate":250000,"fps":0}],"projectId":"j","record":true,)"
    R"("recordingSpec":{},"multistream":{"targets":[{"profile":"source","videoOnly":true,"id":"m"}]},"suspended":false,)"
    R"("lastTerminatedAt":null,"userId":"u","renditions":{}})";

TEST(Stream, HasEveryMember) {
    Script script({json(200, kWhole)});
    const auto answer = stream_get(script.core, "i");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(to_json(*answer->stream), kWhole);
    EXPECT_EQ(std::get<double>(answer->stream->user_tags->at("e")), 2.5);
    EXPECT_TRUE(answer->stream->last_terminated_at->is_null());
}

TEST(Stream, TakesATargetWithoutVideoOnlyAsOneWithSound) {
    Script script({json(200, R"({"name":"n","multistream":{"targets":[{"profile":"p"}]}})")});
    EXPECT_EQ(stream_get(script.core, "i")->stream->multistream->targets->at(0).video_only, false);
}

TEST(Stream, RefusesATagOfAnotherType) {
    Script script({json(200, R"({"name":"n","userTags":{"a":"b","c":[true]}})")});
    const auto answer = stream_get(script.core, "i");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message,
              "Response validation failed: userTags.c: expected a string or a number or [0]: a string or a number");
}

TEST(Stream, MethodsNameTheirOperations) {
    const std::string clip = R"({"asset":{"id":"a","name":"n","source":{"type":"clip"}},"task":{"id":"t"}})";
    Script script({json(201, R"({"name":"s"})"), json(200, R"({"name":"s"})"), json(204, ""), json(204, ""),
                   json(204, ""), json(200, clip), json(200, "[]")});
    const Livepeer livepeer(script.core);
    EXPECT_EQ(livepeer.stream.create({.name = "s"}).stream->name, "s");
    EXPECT_EQ(livepeer.stream.get("i").status_code, 200);
    EXPECT_EQ(livepeer.stream.update({.suspended = true}, "i").status_code, 204);
    EXPECT_EQ(livepeer.stream.terminate("i").status_code, 204);
    EXPECT_EQ(livepeer.stream.remove("i").status_code, 204);
    EXPECT_EQ(livepeer.stream.create_clip({.playback_id = "p", .start_time = 1}).data->task.id, "t");
    EXPECT_TRUE(livepeer.stream.get_clips("i").data->empty());
    std::string lines;
    for (const auto& request : script.requests) lines += request.method + " " + request.url.substr(22) + "\n";
    EXPECT_EQ(lines,
              "POST /stream\nGET /stream/i\nPATCH /stream/i\nDELETE /stream/i/terminate\nDELETE /stream/i\nPOST "
              "/clip\nGET /stream/i/clips\n");
}

}  // namespace
}  // namespace spanreel::livepeer
