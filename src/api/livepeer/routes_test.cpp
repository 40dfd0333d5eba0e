// SPDX-License-Identifier: Apache-2.0
// The API as a client sees it, without a socket: requests through the router, over the live room of its own tests.
#include "api/livepeer/routes.hpp"

#include "access/key_ring.hpp"
#include "api/json/json_parse.hpp"
#include "api/json/json_text.hpp"
#include "api/livepeer/errors.hpp"
#include "base/encoding.hpp"
#include "live/live_fixture_test.hpp"

namespace spanreel::api::livepeer {
namespace {

namespace json = boost::json;
using net::Method;

struct Answer {
    unsigned status = 0;
    json::value body;
    net::Headers headers;

    const json::value& at(std::string_view pointer) const { return body.at_pointer(pointer); }
    std::string error() const { return std::string(at("/errors/0").as_string()); }
};

class RoutesTest : public live::LiveTest {
  protected:
    RoutesTest() : keys_(*meta_) {
        const Workspace workspace = keys_.open_workspace("mine").value();
        user_ = workspace.user_id;
        key_ = keys_.create_key(workspace.id, {.name = "key"}).value().secret;
        other_key_ = keys_.create_key(keys_.open_workspace("theirs").value().id, {.name = "key"}).value().secret;
        scope_.workspace = workspace.id;
        add_routes(router_, {.keys = keys_,
                             .meta = *meta_,
                             .streams = run_->streams,
                             .clips = run_->clips,
                             .assets = run_->assets,
                             .playback = run_->playback,
                             .public_url = "https://video.example",
                             .clock = [this] { return Time(UnixMillis(Millis(now_.load()))); }});
    }

    Answer send(Method method, const std::string& target, std::string_view body = "",
                std::optional<std::string> authorization = std::nullopt, net::Headers headers = {}) {
        net::Request request{.method = method,
                             .target = target,
                             .path = target.substr(0, target.find('?')),
                             .headers = std::move(headers)};
        if (request.path.size() < target.size())
            request.query = net::Query::parse(std::string_view(target).substr(request.path.size() + 1));
        request.headers.set("Host", "ignored:1");
        const std::string credential = authorization.value_or("Bearer " + key_);
        if (!credential.empty()) request.headers.set("Authorization", credential);
        if (!body.empty()) request.headers.set("Content-Type", "application/json");
        request.body = body;
        return read(route(request));
    }
    Answer get(const std::string& target) { return send(Method::get, target); }

    Stream create(std::string_view body = R"({"name":"s","record":true})") {
        const Answer made = send(Method::post, "/api/stream", body);
        EXPECT_EQ(made.status, 201u);
        return meta_->stream(std::string(made.at("/id").as_string()), store::Deleted::hide).value();
    }
    /// A finished session of `seconds`.
    StreamSession record(const Stream& stream, int seconds) {
        end(broadcast(stream, seconds), stream);
        pass(std::chrono::seconds(60));
        sweep(stream);
        return newest(stream);
    }

    access::KeyRing keys_;
    std::string user_;
    std::string key_;
    std::string other_key_;
    net::Router router_;

  private:
    net::Response route(const net::Request& request) {
        const net::RouteMatch match = router_.match(request.method, request.path);
        const net::Mount& mount = match.mount->options;
        if (!match.route) {
            if (const auto* unmatched = std::get_if<net::Unmatched>(&match.failure))
                return mount.fallback(request, *unmatched);
            return net::render_error(mount, std::get<Error>(match.failure));
        }
        Result<net::Response> response = std::get<net::PlainHandler>(match.route->handler)(request, match.arguments);
        return response ? *std::move(response) : net::render_error(mount, response.error());
    }
    static Answer read(const net::Response& response) {
        Answer answer{.status = response.status, .body = {}, .headers = response.headers};
        const std::string& text = std::get<std::string>(response.body);
        if (!text.empty()) answer.body = parse_json(text).value();
        return answer;
    }
};

TEST_F(RoutesTest, OnlyKnownKeysComeIn) {
    const auto with = [&](std::string credential) {
        return send(Method::get, "/api/stream", "", std::move(credential));
    };
    EXPECT_EQ(with("Bearer " + key_).status, 200u);
    EXPECT_EQ(with("bearer " + key_).status, 200u);
    EXPECT_EQ(with("Basic " + to_base64(as_bytes(user_ + ":" + key_))).status, 200u);
    EXPECT_EQ(with("").error(), "request is not authenticated");
    EXPECT_EQ(with("Bearer nope").error(), "no token nope found");
    EXPECT_EQ(with("Bearer nope").status, 401u);
    EXPECT_EQ(with("Basic " + to_base64(as_bytes("somebody:" + key_))).error(), "no token " + key_ + " found");
    EXPECT_EQ(with("Basic " + to_base64(as_bytes(":" + key_))).status, 401u);
    EXPECT_EQ(with("JWT abc").status, 401u);
    EXPECT_EQ(with("Digest abc").error(), "unsupported authorization header scheme: Digest");
    EXPECT_EQ(get("/api/stream?projectId=x").error(), "projectId as query param not supported");
}

TEST_F(RoutesTest, KeysOfPagesAndKeysWithoutAScopeAreHeldToIt) {
    const auto made = [&](access::KeySpec spec) {
        spec.name = "k";
        return "Bearer " + keys_.create_key(scope_.workspace, std::move(spec)).value().secret;
    };
    const auto with = [&](const std::string& credential, Method method, const std::string& path,
                          const std::string& origin = {}) {
        net::Headers headers;
        if (!origin.empty()) headers.set("Origin", origin);
        return send(method, path, "", credential, std::move(headers));
    };
    const std::string stream = "/api/stream/" + create().id;
    const std::string reader = made({.scopes = {.write = false}}), writer = made({.scopes = {.read = false}});
    EXPECT_EQ(with(reader, Method::get, stream).status, 200u);
    EXPECT_EQ(with(reader, Method::delete_, stream).error(), "credential has insufficent privileges");
    EXPECT_EQ(with(writer, Method::get, stream).status, 403u);

    const std::string page = "https://a.example", foreign = "https://b.example";
    EXPECT_EQ(with("Bearer " + key_, Method::get, stream, page).error(),
              "credential disallows CORS access from origin https://a.example");
    EXPECT_EQ(with("Bearer " + key_, Method::get, stream, "https://video.example").status, 200u) << "the same origin";

    const std::string limited = made({.cors = {.allowed_origins = {page}}});
    EXPECT_EQ(with(limited, Method::get, stream, page).headers.get("Access-Control-Allow-Origin"), page);
    EXPECT_EQ(with(limited, Method::get, stream + "/sessions", page).status, 200u);
    EXPECT_EQ(with(limited, Method::get, stream, foreign).error(),
              "credential disallows CORS access from origin https://b.example");
    EXPECT_EQ(with(limited, Method::get, stream, foreign).headers.get("Access-Control-Allow-Origin"), std::nullopt);
    EXPECT_EQ(with(limited, Method::get, "/api/stream", page).error(),
              "access forbidden for CORS-enabled API key with restricted access");
    EXPECT_EQ(with(limited, Method::delete_, stream).status, 403u);
    EXPECT_EQ(with(limited, Method::get, "/api/stream/nothing", page).headers.get("Access-Control-Allow-Origin"), page)
        << "a page may read why";

    const std::string full = made({.cors = {.allowed_origins = {"*"}, .full_access = true}});
    EXPECT_EQ(with(full, Method::get, "/api/stream", foreign).status, 200u);
}

TEST_F(RoutesTest, UnknownRoutesAndMethodsAreNotFound) {
    EXPECT_EQ(send(Method::get, "/api/nothing", "", "").error(), "not found");
    EXPECT_EQ(send(Method::put, "/api/session", "", "").status, 404u);
    EXPECT_EQ(get("/API/Stream/").status, 200u) << "case and a trailing slash do not matter";
}

TEST(Errors, WhatWentWrongInsideIsNotTold) {
    const net::Response response = render_error(500, Error{.code = Code::corrupt, .message = "/var/lib/reel: damaged"});
    EXPECT_EQ(std::get<std::string>(response.body), R"({"errors":["Internal server error: corrupt"]})");
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json; charset=utf-8");
}

TEST_F(RoutesTest, AStreamIsMadeShownChangedAndDeleted) {
    const Answer made =
        send(Method::post, "/api/stream", R"({"name":"s","creatorId":"c","userTags":{"a":123456789012345680000000}})");
    ASSERT_EQ(made.status, 201u);
    EXPECT_EQ(made.at("/creatorId"), json::value({{"type", "unverified"}, {"value", "c"}}));
    EXPECT_EQ(made.at("/userTags/a").to_number<double>(), 123456789012345680000000.0) << "to its last bit";
    EXPECT_EQ(made.at("/userId").as_string(), user_);
    EXPECT_EQ(made.at("/profiles").as_array().size(), 4u);
    EXPECT_TRUE(made.at("/lastTerminatedAt").is_null());
    EXPECT_FALSE(made.body.as_object().contains("isHealthy"));
    const std::string path = "/api/stream/" + std::string(made.at("/id").as_string());
    EXPECT_EQ(get(path).body, made.body);
    EXPECT_EQ(get("/api/stream/key/" + std::string(made.at("/streamKey").as_string())).body, made.body);
    EXPECT_EQ(send(Method::get, path, "", "Bearer " + other_key_).error(), "not found");

    EXPECT_EQ(send(Method::patch, path, "{}").status, 204u);
    EXPECT_EQ(send(Method::patch, path, R"({"name":"t","profiles":null})").status, 204u);
    EXPECT_EQ(get(path).at("/name").as_string(), "t");
    EXPECT_EQ(get(path).at("/profiles"), made.at("/profiles"));
    EXPECT_EQ(send(Method::patch, path + "/record", "{}").error(), "record field required");
    EXPECT_EQ(send(Method::patch, path + "/suspended", "{}").error(), "missing suspended property");
    EXPECT_EQ(send(Method::delete_, path).status, 204u);
    EXPECT_EQ(send(Method::delete_, path).error(), "not found");
    EXPECT_EQ(get(path).status, 404u);
}

TEST_F(RoutesTest, BodiesThatDoNotFitAreRefused) {
    const Answer missing = send(Method::post, "/api/stream", "{}");
    EXPECT_EQ(missing.status, 422u);
    EXPECT_EQ(parse_json(missing.error())->at("message").as_string(), "must have required property 'name'");
    EXPECT_EQ(send(Method::post, "/api/stream", "{").status, 400u);
    EXPECT_EQ(send(Method::post, "/api/stream", "1").status, 400u);
    EXPECT_EQ(send(Method::post, "/api/stream").status, 422u) << "no body counts as {}";
}

TEST_F(RoutesTest, WhatIsMissingHereIsNamed) {
    const auto refusal = [&](std::string_view extra) {
        const Answer answer = send(Method::post, "/api/stream", fmt::format(R"({{"name":"a",{}}})", extra));
        EXPECT_EQ(answer.status, 501u) << extra;
        return answer.error();
    };
    EXPECT_THAT(refusal(R"("pull":{"source":"http://x"})"), testing::StartsWith("pull is not supported"));
    EXPECT_THAT(refusal(R"("multistream":{"targets":[{"profile":"source","id":"x"}]})"),
                testing::StartsWith("multistream.targets"));
    EXPECT_THAT(refusal(R"("playbackPolicy":{"type":"jwt"})"), testing::HasSubstr("playbackPolicy of type jwt"));
    EXPECT_EQ(send(Method::post, "/api/stream",
                   R"({"name":"a","multistream":{"targets":[]},"playbackPolicy":{"type":"public"}})")
                  .status,
              201u);
    EXPECT_EQ(get("/api/webhook").status, 501u);
    EXPECT_EQ(get("/api/data/views/now?playbackId=x").status, 501u);
    EXPECT_EQ(send(Method::post, "/api/access-control/signing-key", "{}").status, 501u);
    EXPECT_EQ(send(Method::post, "/api/asset/request-upload", "{}").status, 501u);
    EXPECT_EQ(send(Method::get, "/api/webhook", "", "").status, 401u);
}

TEST_F(RoutesTest, AKeyHasFiveClipsOfAStreamInProcess) {
    const Stream stream = create();
    const auto publisher = broadcast(stream, 4);
    ASSERT_TRUE(has_segments(stream, 1));
    // A clip of what is not yet in a closed segment waits for that segment.
    const auto order_with = [&](const std::string& key, const Stream& from) {
        const auto start = now_.load() - 1000;
        return send(Method::post, "/api/clip",
                    fmt::format(R"({{"playbackId":"{}","startTime":{}}})", from.playback_id, start), "Bearer " + key);
    };
    const auto order = [&] { return order_with(key_, stream); };
    for (std::uint64_t i = 0; i < live::kMaxClipsInProcess; ++i) ASSERT_EQ(order().status, 200u) << i;
    const std::size_t tasks = get("/api/task").body.as_array().size();
    const Answer refused = order();
    EXPECT_EQ(refused.status, 403u);
    EXPECT_EQ(refused.error(), "Too many clips are being processed.");
    EXPECT_EQ(get("/api/task").body.as_array().size(), tasks) << "nothing was begun";

    // The limit is of one key and one stream, and of the last five minutes.
    const std::string colleague = keys_.create_key(scope_.workspace, {.name = "colleague"}).value().secret;
    EXPECT_EQ(order_with(colleague, stream).status, 200u);
    const Stream other = create();
    const auto other_publisher = broadcast(other, 4);
    ASSERT_TRUE(has_segments(other, 1));
    EXPECT_EQ(order_with(key_, other).status, 200u);

    ASSERT_TRUE(LiveTest::send(*publisher, 4));
    const auto is_completed = [](const json::value& task) {
        return task.at_pointer("/status/phase").as_string() == "completed";
    };
    EXPECT_TRUE(eventually([&] {
        const json::value listed = get("/api/task").body;
        return std::ranges::count_if(listed.as_array(), is_completed) >= std::ssize(listed.as_array()) - 1;
    }));
    EXPECT_EQ(order().status, 200u) << "the first are done";
}

TEST_F(RoutesTest, ARecordedSessionIsShownWithItsUrls) {
    const Stream stream = create();
    const StreamSession session = record(stream, 5);
    const Answer shown = get("/api/session/" + session.id);
    ASSERT_EQ(shown.status, 200u);
    EXPECT_EQ(shown.at("/recordingStatus").as_string(), "ready");
    const std::string asset_id = meta_->asset(session.id, store::Deleted::hide)->playback_id;
    EXPECT_EQ(shown.at("/recordingUrl").as_string(), "https://video.example/recordings/" + asset_id + "/index.m3u8");
    EXPECT_EQ(shown.at("/mp4Url").as_string(), "https://video.example/recordings/" + asset_id + "/video.mp4");
    EXPECT_EQ(shown.at("/parentId").as_string(), stream.id);
    EXPECT_TRUE(shown.at("/isHealthy").is_null());

    const Answer list = get("/api/session");
    ASSERT_EQ(list.body.as_array().size(), 1u);
    EXPECT_EQ(list.at("/0/parentStream/id").as_string(), stream.id);
    EXPECT_FALSE(list.at("/0/parentStream").as_object().contains("streamKey"));
    EXPECT_EQ(get("/api/stream/" + stream.id + "/sessions?record=true").body.as_array().size(), 1u);
    EXPECT_EQ(get("/api/stream/" + stream.id + "/sessions?record=0").body.as_array().size(), 0u);
    EXPECT_EQ(send(Method::get, "/api/session", "", "Bearer " + other_key_).body.as_array().size(), 0u);
    EXPECT_EQ(send(Method::get, "/api/session/" + session.id, "", "Bearer " + other_key_).error(), "not found");
    EXPECT_EQ(get("/api/asset/" + session.id + "?details=1").at("/videoSpec/tracks/0/type").as_string(), "video");
    EXPECT_EQ(get("/api/asset/nothing").error(), "Asset not found");
}

TEST_F(RoutesTest, AClipIsOrderedAndListed) {
    const Stream stream = create();
    const std::int64_t start = now_.load();
    const StreamSession session = record(stream, 10);
    const std::string body = fmt::format(R"({{"playbackId":"{}","startTime":{},"endTime":{},"name":"goal"}})",
                                         stream.playback_id, start + 2000, start + 5000);
    const Answer ordered = send(Method::post, "/api/clip", body);
    ASSERT_EQ(ordered.status, 200u);
    const std::string task = "/api/task/" + std::string(ordered.at("/task/id").as_string());
    ASSERT_TRUE(eventually([&] { return get(task).at("/status/phase").as_string() == "completed"; }));
    EXPECT_EQ(get(task).at("/params/clip/clipStrategy/startTime").as_int64(), start + 2000);
    EXPECT_EQ(send(Method::get, task, "", "Bearer " + other_key_).error(),
              "user can only request information on their own tasks");
    for (const std::string& path : {"/api/session/" + session.id + "/clips", "/api/stream/" + stream.id + "/clips",
                                    "/api/clip/" + session.id, "/api/clip/" + stream.playback_id}) {
        const Answer list = get(path);
        ASSERT_EQ(list.body.as_array().size(), 1u) << path;
        EXPECT_EQ(list.at("/0/name").as_string(), "goal");
        EXPECT_EQ(list.at("/0/source/type").as_string(), "clip");
        EXPECT_TRUE(list.body.at(0).as_object().contains("downloadUrl"));
    }
    EXPECT_EQ(send(Method::get, "/api/session/" + session.id + "/clips", "", "Bearer " + other_key_).error(),
              "not found");
    EXPECT_EQ(send(Method::post, "/api/clip", body, "Bearer " + other_key_).status, 403u);
}

TEST_F(RoutesTest, SeveralStreamsAreDeletedTogetherOrNotAtAll) {
    const std::string one = create().id, two = create().id;
    const auto remove = [&](std::string_view body) { return send(Method::delete_, "/api/stream", body); };
    EXPECT_EQ(remove("{}").error(), "missing ids");
    EXPECT_EQ(remove("{}").status, 422u);
    EXPECT_EQ(remove(R"({"ids":[1]})").status, 422u);
    EXPECT_EQ(remove(fmt::format(R"({{"ids":["{}","nothing"]}})", one)).error(), "not found");
    EXPECT_EQ(get("/api/stream/" + one).status, 200u);
    EXPECT_EQ(
        send(Method::delete_, "/api/stream", fmt::format(R"({{"ids":["{}"]}})", one), "Bearer " + other_key_).status,
        404u);
    EXPECT_EQ(remove(fmt::format(R"({{"ids":["{0}","{1}","{0}"]}})", one, two)).status, 204u);
    EXPECT_EQ(get("/api/stream").body.as_array().size(), 0u);
}

TEST_F(RoutesTest, InfoFindsAStreamByAnyOfItsNames) {
    const Stream stream = create();
    Answer info = get("/api/stream/" + stream.id + "/info");
    EXPECT_EQ(info.at("/stream"), get("/api/stream/" + stream.id).body);
    EXPECT_FALSE(info.body.as_object().contains("session"));
    const StreamSession session = record(stream, 2);
    const auto found_as = [&](const std::string& name) {
        info = get("/api/stream/" + name + "/info");
        EXPECT_EQ(info.at("/session/id").as_string(), session.id);
        EXPECT_EQ(info.at("/stream/id").as_string(), stream.id);
        return std::array{info.at("/isStreamKey").as_bool(), info.at("/isPlaybackid").as_bool(),
                          info.at("/isSession").as_bool()};
    };
    EXPECT_EQ(found_as(stream.id), (std::array{false, false, false}));
    EXPECT_EQ(found_as(stream.stream_key), (std::array{true, false, false}));
    EXPECT_EQ(found_as(stream.playback_id), (std::array{false, true, false}));
    EXPECT_EQ(found_as(session.id), (std::array{false, false, true}));
    EXPECT_EQ(get("/api/stream/nothing/info").status, 404u);
    EXPECT_EQ(send(Method::get, "/api/stream/" + session.id + "/info", "", "Bearer " + other_key_).status, 404u);
}

TEST_F(RoutesTest, AnAssetIsRenamedAndDeleted) {
    const StreamSession session = record(create(), 3);
    const std::string path = "/api/asset/" + session.id;
    EXPECT_EQ(send(Method::patch, path, R"({"name":"n","creatorId":"c","playbackPolicy":{"type":"public"}})").body,
              get(path).body);
    EXPECT_EQ(get(path).at("/name").as_string(), "n");
    EXPECT_EQ(get(path).at("/creatorId/value").as_string(), "c");
    EXPECT_EQ(send(Method::patch, path, R"({"storage":{"ipfs":true}})").status, 501u);
    EXPECT_EQ(send(Method::patch, path, R"({"playbackPolicy":{"type":"jwt"}})").status, 501u);
    EXPECT_EQ(send(Method::patch, path, R"({"other":1})").status, 422u);
    EXPECT_EQ(send(Method::delete_, path, "", "Bearer " + other_key_).error(),
              "users may only delete their own assets");
    EXPECT_EQ(send(Method::delete_, path).status, 204u);
    EXPECT_EQ(send(Method::delete_, path).error(), "asset is already deleted");
    EXPECT_EQ(get(path).error(), "Asset not found");
    EXPECT_EQ(get("/api/session/" + session.id).at("/recordingStatus").as_string(), "deleted");
    EXPECT_FALSE(get("/api/session/" + session.id).body.as_object().contains("recordingUrl"));
    EXPECT_EQ(get("/api/playback/" + session.id).status, 404u);
}

TEST_F(RoutesTest, PlaybackNeedsNoKey) {
    const Stream stream = create();
    const auto ask = [&](const std::string& target) { return send(Method::get, "/api/playback/" + target, "", ""); };
    EXPECT_EQ(ask(stream.playback_id).at("/meta/live").as_int64(), 0);
    const StreamSession session = record(stream, 5);
    EXPECT_EQ(ask(session.id).at("/type").as_string(), "recording");
    const Answer vod = ask(meta_->asset(session.id, store::Deleted::hide)->playback_id);
    EXPECT_EQ(vod.at("/type").as_string(), "vod");
    EXPECT_EQ(vod.at("/meta/source/0/hrn").as_string(), "MP4");
    EXPECT_EQ(vod.at("/meta/source/0/width").as_int64(), 64);
    EXPECT_EQ(ask("nothing").error(), "No playback URL found for nothing");
    EXPECT_EQ(ask(stream.playback_id + "?recordings=true").error(), "authentication is required to access recordings");
    EXPECT_EQ(get("/api/playback/" + stream.playback_id + "?recordings=true").at("/meta/dvrPlayback/0/error"),
              json::value("no running recordings available for this stream."));
}

TEST_F(RoutesTest, ListsArePagedOrderedAndFiltered) {
    for (const char* name : {"alpha", "beta", "Alphabet"}) {
        (void)create(fmt::format(R"({{"name":"{}"}})", name));
        pass(Millis(1));
    }
    const auto names = [](const Answer& list) {
        std::vector<std::string> found;
        for (const auto& item : list.body.as_array()) found.emplace_back(item.at("name").as_string());
        return found;
    };
    using testing::ElementsAre;
    EXPECT_THAT(names(get("/api/stream")), ElementsAre("Alphabet", "beta", "alpha"));
    EXPECT_THAT(names(get("/api/stream?order=createdAt-false,nonsense-true")),
                ElementsAre("alpha", "beta", "Alphabet"));
    const Answer page = get("/api/stream?limit=2&count=1");
    EXPECT_EQ(page.headers.get("X-Total-Count"), "3");
    EXPECT_EQ(page.headers.get("Link"),
              "<https://video.example/api/stream?cursor=skip2&limit=2&count=1>; rel=\"next\"");
    const Answer last = get("/api/stream?limit=2&cursor=skip2");
    EXPECT_THAT(names(last), ElementsAre("alpha"));
    EXPECT_FALSE(last.headers.contains("Link"));
    EXPECT_THAT(*get("/api/stream?cursor[]=skip1&limit=1").headers.get("Link"), testing::HasSubstr("?cursor=skip2&"));
    EXPECT_EQ(get("/api/stream?limit=x").body.as_array().size(), 3u);
    EXPECT_EQ(get("/api/stream?cursor=skipabc").status, 400u);
    EXPECT_THAT(names(get(R"(/api/stream?filters=[{"id":"name","value":"ALPHA"}]&order=name-false)")),
                ElementsAre("Alphabet", "alpha"));
    EXPECT_THAT(
        names(get(fmt::format(R"(/api/stream?filters=[{{"id":"createdAt","value":{{"gte":{}}}}}])", now_.load() - 1))),
        ElementsAre("Alphabet"));
    const auto refusal = [&](std::string_view filters) {
        return get(fmt::format("/api/stream?filters={}", filters)).error();
    };
    EXPECT_EQ(refusal(R"([{"id":"x","value":1}])"), "error parsing filters: Error: unknown field: \"x\"");
    EXPECT_EQ(refusal("{}"), "error parsing filters: Error: must be an array");
    EXPECT_EQ(refusal(R"([{"id":"name"}])"), "error parsing filters: Error: missing filter value for id \"name\"");
    EXPECT_THAT(refusal(R"([{"id":"record","value":1}])"), testing::HasSubstr("expected boolean value for field"));
    EXPECT_THAT(refusal("["), testing::StartsWith("error parsing filters: SyntaxError: "));
}

}  // namespace
}  // namespace spanreel::api::livepeer
