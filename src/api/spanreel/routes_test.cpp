// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/routes.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "net/dispatch.hpp"
#include "timeline/test_house.hpp"

namespace spanreel::api::spanreel {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using timeline::House;

class SpanreelApiTest : public testing::Test {
  protected:
    SpanreelApiTest() {
        add_routes(router_, house_.keys(), house_.recorder(), house_.meta(), house_.recordings());
        key_ = house_.keys().create_key(house_.scope.workspace, {.name = "k"}).value().secret;
    }

    net::Response call(const std::string& path, const std::string& query = {}, net::Headers headers = {}) {
        net::Request request{.path = path, .query = net::Query::parse(query), .headers = std::move(headers)};
        if (!request.headers.contains("Authorization") && !key_.empty())
            request.headers.set("Authorization", "Bearer " + key_);
        const net::RouteMatch match = router_.match(net::Method::get, path);
        return net::call_plain(match, request, net::ResponsePolicy(request, match.mount->options));
    }
    static std::string text(const net::Response& response) { return std::get<std::string>(response.body); }
    json::value get(const std::string& path, const std::string& query = {}) {
        const net::Response response = call(path, query);
        EXPECT_EQ(response.status, 200u) << text(response);
        return json::parse(text(response));
    }

    House house_;
    net::Router router_;
    std::string key_;
};

TEST_F(SpanreelApiTest, ASessionOfEitherKindSaysWhatItIsAndWhatIsJoined) {
    const StreamSession reel = house_.add_session(house_.add_stream("standup"), 0, 3000);
    house_.add_span(1, reel.id, 1000, 2500);
    const std::string recording = house_.meta().asset(reel.id).value().playback_id;

    const json::value stream = get("/v1/sessions/" + reel.id);
    EXPECT_EQ(stream.at("kind").as_string(), "stream");
    EXPECT_EQ(stream.at("name").as_string(), "standup");
    EXPECT_EQ(stream.at("state").as_string(), "ended");
    EXPECT_EQ(stream.at("started_at").as_string(), "2025-10-09T08:53:20.000Z");
    EXPECT_EQ(stream.at("started_at_ms").to_number<std::int64_t>(), timeline::kDawn);
    EXPECT_EQ(stream.at("recording_url").as_string(), "/recordings/" + recording + "/index.m3u8");
    EXPECT_EQ(stream.at("mp4_url").as_string(), "/recordings/" + recording + "/video.mp4");
    EXPECT_EQ(stream.as_object().if_contains("live_url"), nullptr);

    const json::value& trace = stream.at("joined").at(0);
    EXPECT_EQ(trace.at("kind").as_string(), "trace");
    EXPECT_EQ(trace.at("external_id").as_string(), reel.id);
    EXPECT_EQ(trace.at("duration_ms").to_number<double>(), 1500);
    EXPECT_EQ(get("/v1/sessions/" + std::string(trace.at("id").as_string())).at("joined").at(0).at("id").as_string(),
              reel.id);

    const json::value list = get("/v1/sessions", "limit=1");
    EXPECT_EQ(list.at("data").at(0), trace);
    EXPECT_TRUE(list.at("has_more").as_bool());
    const json::value rest = get("/v1/sessions", "limit=1&after=" + std::string(list.at("next").as_string()));
    EXPECT_EQ(rest.at("data").at(0).at("id").as_string(), reel.id);
    EXPECT_FALSE(rest.at("has_more").as_bool());
    EXPECT_EQ(rest.as_object().if_contains("next"), nullptr);
}

TEST_F(SpanreelApiTest, AGrowingRecordingHasNoMp4AndALiveSessionAPlaylist) {
    StreamSession reel = house_.add_session(house_.add_stream("s"), 0, 3000);
    reel.state = SessionState::live;
    ASSERT_TRUE(house_.meta().update(reel));
    Asset recording = house_.meta().asset(reel.id).value();
    recording.phase = AssetPhase::processing;
    ASSERT_TRUE(house_.meta().update(recording));
    const json::value stream = get("/v1/sessions/" + reel.id);
    EXPECT_EQ(stream.at("state").as_string(), "live");
    EXPECT_EQ(stream.at("live_url").as_string(), "/hls/" + reel.playback_id + "/index.m3u8");
    EXPECT_EQ(stream.at("recording_url").as_string(), "/recordings/" + recording.playback_id + "/index.m3u8");
    EXPECT_EQ(stream.as_object().if_contains("mp4_url"), nullptr);
}

TEST_F(SpanreelApiTest, ATimelineGivesSegmentsAndSpansOnOneClock) {
    const StreamSession reel = house_.add_session(house_.add_stream("s"), 0, 13'000, {1});
    otlp::SpanInput span = House::span(1, 1, reel.id, 250, 750);
    span.status = 2;
    span.attributes.emplace_back("gen_ai.operation.name", "chat");
    span.attributes.emplace_back("gen_ai.response.model", "gpt-4o-mini");
    span.attributes.emplace_back("gen_ai.usage.input_tokens", 1000);
    span.attributes.emplace_back("gen_ai.usage.output_tokens", 100);
    house_.add_spans({span});

    const json::value line = get("/v1/sessions/" + reel.id + "/timeline");
    const json::value& media = line.at("media").at(0);
    EXPECT_EQ(media.at("stream_session_id").as_string(), reel.id);
    EXPECT_TRUE(media.at("complete").as_bool());
    const json::array& segments = media.at("segments").as_array();
    ASSERT_EQ(segments.size(), 3u);
    EXPECT_EQ(segments[0].as_object().if_contains("discontinuity"), nullptr);
    EXPECT_TRUE(segments[1].at("discontinuity").as_bool());
    EXPECT_EQ(segments[1].at("number").to_number<int>(), 1);
    EXPECT_EQ(segments[1].at("media_start_ms").to_number<double>(), 1000);
    EXPECT_EQ(segments[1].at("duration_ms").to_number<double>(), 1000);
    EXPECT_EQ(segments[1].at("started_at_ms").to_number<std::int64_t>(), timeline::kDawn + 11'000);

    const json::value& shown = line.at("spans").at(0);
    EXPECT_EQ(shown.at("trace_id").as_string(), "00000000000000000000000000000001");
    EXPECT_EQ(shown.at("span_id").as_string(), "0000000000000001");
    EXPECT_EQ(shown.at("type").as_string(), "llm");
    EXPECT_EQ(shown.at("status").as_string(), "error");
    EXPECT_EQ(shown.at("model").as_string(), "gpt-4o-mini");
    EXPECT_EQ(shown.at("usage").at("total_tokens").to_number<int>(), 1100);
    EXPECT_DOUBLE_EQ(shown.at("cost").at("total").to_number<double>(), 0.00021);
    EXPECT_EQ(shown.at("depth").to_number<int>(), 0);
    EXPECT_TRUE(shown.at("recorded").as_bool());
    EXPECT_EQ(shown.at("stream_session_id").as_string(), reel.id);
    EXPECT_EQ(shown.at("media_start_ms").to_number<double>(), 250);
    EXPECT_EQ(shown.at("media_end_ms").to_number<double>(), 750);
    EXPECT_EQ(shown.at("started_at_ms").to_number<std::int64_t>(), timeline::kDawn + 250);
    EXPECT_FALSE(line.at("truncated").as_bool());
}

TEST_F(SpanreelApiTest, SpansWithoutVideoHaveNoMediaTimes) {
    house_.add_span(1, "k", 0, 1000);
    const json::value line = get("/v1/sessions/" + house_.trace_session("k")->id + "/timeline");
    EXPECT_TRUE(line.at("media").as_array().empty());
    EXPECT_FALSE(line.at("spans").at(0).at("recorded").as_bool());
    EXPECT_EQ(line.at("spans").at(0).as_object().if_contains("media_start_ms"), nullptr);
}

TEST_F(SpanreelApiTest, LimitsAreKept) {
    house_.add_span(1, "k", 0, 1000);
    house_.add_span(2, "k", 500, 1000);
    const std::string path = "/v1/sessions/" + house_.trace_session("k")->id + "/timeline";
    const json::value cut = get(path, "limit=1");
    EXPECT_EQ(cut.at("spans").as_array().size(), 1u);
    EXPECT_TRUE(cut.at("truncated").as_bool());
    for (const char* limit : {"0", "-1", "10001", "1x", "", "99999999999999999999"}) {
        const net::Response refused = call(path, std::string("limit=") + limit);
        EXPECT_EQ(refused.status, 400u) << limit;
        EXPECT_THAT(text(refused), HasSubstr("limit must be 1 to 10000"));
    }
    EXPECT_EQ(call("/v1/sessions", "limit=201").status, 400u);
    EXPECT_EQ(call("/v1/sessions", "after=nonsense").status, 400u);
}

TEST_F(SpanreelApiTest, FailuresHaveOneShape) {
    const net::Response missing = call("/v1/sessions/01ARZ3NDEKTSV4RRFFQ69G5FAV");
    EXPECT_EQ(missing.status, 404u);
    EXPECT_EQ(text(missing), R"({"error":{"code":"not_found","message":"Session not found"}})");
    EXPECT_EQ(call("/v1/sessions/8f1d9a62-3c5b-4d6e-9f7a-0b1c2d3e4f50/timeline").status, 404u);
    const net::Response wrong = call("/v1/sessions", {}, {{"Authorization", "Bearer sk_wrong"}});
    EXPECT_EQ(wrong.status, 401u);
    EXPECT_EQ(wrong.headers.get("WWW-Authenticate"), "Bearer");
    const net::Response by_header = call("/v1/sessions", {}, {{"Authorization", ""}, {"x-api-key", key_}});
    EXPECT_EQ(by_header.status, 200u);
    key_.clear();
    const net::Response without = call("/v1/sessions");
    EXPECT_EQ(without.status, 401u);
    EXPECT_THAT(text(without), HasSubstr(R"("code":"unauthorized")"));
}

TEST_F(SpanreelApiTest, AnUnchangedTimelineIsNotSentAgain) {
    house_.add_span(1, "k", 0, 1000);
    const std::string path = "/v1/sessions/" + house_.trace_session("k")->id + "/timeline";
    const std::string etag(call(path).headers.get("ETag").value());
    EXPECT_EQ(call(path, {}, {{"If-None-Match", etag}}).status, 304u);
    house_.add_span(2, "k", 0, 1000);
    EXPECT_EQ(call(path, {}, {{"If-None-Match", etag}}).status, 200u);
}

TEST_F(SpanreelApiTest, TheConsoleNeedsNoKeyAndMayLoadNothingElse) {
    key_.clear();
    for (const char* path : {"/", "/sessions/01ARZ3NDEKTSV4RRFFQ69G5FAV"}) {
        const net::Response page = call(path);
        EXPECT_EQ(page.status, 200u);
        EXPECT_EQ(page.headers.get("Content-Type"), "text/html; charset=utf-8");
        EXPECT_THAT(std::string(page.headers.get("Content-Security-Policy").value()), HasSubstr("script-src 'self';"));
        EXPECT_THAT(text(page), HasSubstr("<title>Spanreel</title>"));
    }
    const net::Response script = call("/web/app.js");
    EXPECT_EQ(script.headers.get("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(script.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(text(script), HasSubstr("\\/([^/]+)$/"));  // backslashes and quotes come through the build unharmed
    EXPECT_EQ(call("/web/style.css").headers.get("Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(call("/web/logo.svg").headers.get("Content-Type"), "image/svg+xml");
    EXPECT_EQ(call("/web/..").status, 404u);
    EXPECT_EQ(call("/web/nothing.js").status, 404u);
    const std::string etag(script.headers.get("ETag").value());
    const net::Response again = call("/web/app.js", {}, {{"If-None-Match", etag}});
    EXPECT_EQ(again.status, 304u);
    EXPECT_EQ(text(again), "");
}

TEST_F(SpanreelApiTest, SpansComeBackByTraceBySessionAndByTime) {
    house_.add_span(1, "k", 0, 1000);
    house_.add_span(2, "another", 5000, 6000);
    const auto lines = [this](const std::string& query) {
        const net::Response response = call("/v1/spans", query);
        EXPECT_EQ(response.status, 200u);
        EXPECT_EQ(response.headers.get("content-type"), "application/x-ndjson");
        const auto& body = std::get<net::StreamedBody>(response.body);
        EXPECT_FALSE(body.length);
        std::string all;
        constexpr std::size_t kPiece = 100;  // smaller than a line
        for (std::optional<std::string> piece; (piece = body.read(all.size(), kPiece).value()); all += *piece)
            EXPECT_LE(piece->size(), kPiece);
        return all;
    };
    const std::string one = lines("trace=00000000-0000-0000-0000-000000000001");
    const std::string two = lines("trace=00000000000000000000000000000002");
    EXPECT_EQ(json::parse(one).at_pointer("/resourceSpans/0/scopeSpans/0/spans/0/traceId").as_string(),
              "00000000000000000000000000000001");
    EXPECT_EQ(lines(""), one + two);
    EXPECT_EQ(lines("session=" + house_.trace_session("k")->id), one);
    EXPECT_EQ(lines("from=2025-10-09T08:53:24Z"), two);
    EXPECT_EQ(lines("to=2025-10-09T08:53:24Z"), one);
    EXPECT_EQ(lines("from=2025-10-10"), "");
    EXPECT_EQ(lines("trace=00000000000000000000000000000001&trace=00000000000000000000000000000001"), one);

    EXPECT_EQ(call("/v1/spans", "trace=00000000000000000000000000000003").status, 404u);
    EXPECT_EQ(call("/v1/spans", "session=nobody").status, 404u);
    for (const std::string wrong :
         {"trace=12", "from=soon", "to=", "session=x&from=2025-10-10", "sesion=x", "limit=1", "session=a&session=b",
          "from=2025-10-10&from=2025-10-11", "from=2025-10-11&to=2025-10-11"})
        EXPECT_EQ(call("/v1/spans", wrong).status, 400u) << wrong;
    {
        const net::Response first = call("/v1/spans"), second = call("/v1/spans");
        EXPECT_EQ(second.status, 200u);
        EXPECT_EQ(call("/v1/spans").status, 503u) << "two run already";
    }
    EXPECT_EQ(call("/v1/spans").status, 200u);

    for (int trace = 3; trace < 60; ++trace) house_.add_span(static_cast<std::uint8_t>(trace), "many", 0, 1000);
    const net::Response all = call("/v1/spans");
    const auto& body = std::get<net::StreamedBody>(all.body);
    int pieces = 0;
    for (std::optional<std::string> piece; (piece = body.read(0, 128 << 10).value());) pieces += !piece->empty();
    EXPECT_LT(pieces, 20) << "lines go together";

    std::string many;
    for (int i = 0; i < 101; ++i) many += "trace=00000000000000000000000000000001&";
    EXPECT_THAT(text(call("/v1/spans", many)), HasSubstr("100 traces at most"));
}

}  // namespace
}  // namespace spanreel::api::spanreel
