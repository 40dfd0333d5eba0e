// SPDX-License-Identifier: Apache-2.0
#include "timeline/sessions.hpp"

#include <gmock/gmock.h>

#include "timeline/test_house.hpp"

namespace spanreel::timeline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::string id_of(const Session& session) {
    if (const auto* reel = std::get_if<Reel>(&session)) return reel->session.id;
    return std::get<TraceSession>(session)->id;
}

class SessionsTest : public testing::Test {
  protected:
    std::vector<std::string> joined(const std::string& id) { return joined(house_.scope, id); }
    std::vector<std::string> joined(const live::Scope& scope, const std::string& id) {
        const Sessions sessions = house_.sessions();
        std::vector<std::string> ids;
        for (const Session& one : sessions.joined(scope, sessions.find(scope, id).value()).value())
            ids.push_back(id_of(one));
        return ids;
    }
    Timeline timeline(const std::string& id, std::size_t max_spans = kMaxSpans) {
        return timeline(house_.scope, id, max_spans);
    }
    Timeline timeline(const live::Scope& scope, const std::string& id, std::size_t max_spans = kMaxSpans) {
        const Sessions sessions = house_.sessions();
        return sessions.timeline(scope, sessions.find(scope, id).value(), max_spans).value();
    }
    std::vector<std::string> list(const live::Scope& scope, std::size_t page) {
        std::vector<std::string> ids;
        std::string after;
        do {
            const SessionList part = house_.sessions().list(scope, page, after).value();
            EXPECT_LE(part.sessions.size(), page);
            for (const Session& one : part.sessions) ids.push_back(id_of(one));
            after = part.next;
        } while (!after.empty() && ids.size() < 1000);
        return ids;
    }

    House house_;
};

TEST_F(SessionsTest, AKeyThatNamesTheStreamSessionOrItsRecordingJoins) {
    const Stream stream = house_.add_stream("s");
    const StreamSession reel = house_.add_session(stream, 0, 10'000);
    const StreamSession other = house_.add_session(stream, 20'000, 30'000);
    house_.add_span(1, reel.id, 50'000, 51'000);  // the key is exact: time does not matter
    house_.add_span(2, house_.meta().asset(other.id).value().playback_id, 0, 1000);
    const std::string by_id = house_.trace_session(reel.id)->id;
    const std::string by_recording = house_.trace_session(house_.meta().asset(other.id).value().playback_id)->id;
    EXPECT_THAT(joined(by_id), ElementsAre(reel.id));
    EXPECT_THAT(joined(reel.id), ElementsAre(by_id));
    EXPECT_THAT(joined(by_recording), ElementsAre(other.id));
    EXPECT_THAT(joined(other.id), ElementsAre(by_recording));
}

TEST_F(SessionsTest, AClipsPlaybackIdJoinsTheSessionItWasCutFrom) {
    const StreamSession reel = house_.add_session(house_.add_stream("s"), 0, 10'000);
    const Asset clip{.id = make_uuid(),
                     .workspace = reel.workspace,
                     .playback_id = "clip-playback-id",
                     .phase = AssetPhase::ready,
                     .source = AssetSource::clip,
                     .source_session_id = reel.id};
    ASSERT_TRUE(house_.meta().create(clip));
    house_.add_span(1, "clip-playback-id", 0, 1000);
    const std::string trace = house_.trace_session("clip-playback-id")->id;
    EXPECT_THAT(joined(trace), ElementsAre(reel.id));
    EXPECT_THAT(joined(reel.id), ElementsAre(trace));
}

TEST_F(SessionsTest, AKeyThatNamesTheStreamJoinsTheSessionsOfThatTime) {
    const Stream stream = house_.add_stream("s");
    const StreamSession first = house_.add_session(stream, 0, 10'000);
    const StreamSession second = house_.add_session(stream, 20'000, 30'000);
    const StreamSession third = house_.add_session(stream, 60'000, 70'000);
    house_.add_span(1, stream.id, 9'000, 9'500);
    house_.add_span(2, stream.id, 25'000, 26'000);
    house_.add_span(3, stream.playback_id, 65'000, 66'000);
    EXPECT_THAT(joined(house_.trace_session(stream.id)->id), ElementsAre(first.id, second.id));
    EXPECT_THAT(joined(house_.trace_session(stream.playback_id)->id), ElementsAre(third.id));
    EXPECT_THAT(joined(first.id), ElementsAre(house_.trace_session(stream.id)->id));
    EXPECT_THAT(joined(third.id), ElementsAre(house_.trace_session(stream.playback_id)->id));
}

TEST_F(SessionsTest, WhenNoneIsOfThatTimeTheNearestJoins) {
    const Stream stream = house_.add_stream("s");
    const StreamSession first = house_.add_session(stream, 10'000, 20'000);
    const StreamSession second = house_.add_session(stream, 60'000, 70'000);
    house_.add_span(1, stream.id, 30'000, 31'000);           // 10 s after the first, 29 before the second
    house_.add_span(2, stream.playback_id, 45'000, 50'000);  // 25 s after the first, 10 before the second
    EXPECT_THAT(joined(house_.trace_session(stream.id)->id), ElementsAre(first.id));
    EXPECT_THAT(joined(house_.trace_session(stream.playback_id)->id), ElementsAre(second.id));
    EXPECT_THAT(joined(second.id), ElementsAre(house_.trace_session(stream.playback_id)->id));

    const Stream later = house_.add_stream("later");
    const StreamSession only = house_.add_session(later, 60'000, 70'000);
    house_.add_span(3, later.id, 0, 1000);
    EXPECT_THAT(joined(house_.trace_session(later.id)->id), ElementsAre(only.id));
}

TEST_F(SessionsTest, ALiveSessionHasNoEndYet) {
    const Stream stream = house_.add_stream("s");
    StreamSession live = house_.add_session(stream, 0, 1000);
    live.state = SessionState::live;
    ASSERT_TRUE(house_.meta().update(live));
    house_.add_session(stream, 90'000, 91'000);
    house_.add_span(1, stream.id, 50'000, 51'000);
    EXPECT_THAT(joined(house_.trace_session(stream.id)->id), ElementsAre(live.id));
}

TEST_F(SessionsTest, SpansThatNameAStreamSessionJoin) {
    const Stream stream = house_.add_stream("s");
    const StreamSession first = house_.add_session(stream, 0, 10'000);
    const StreamSession second = house_.add_session(stream, 20'000, 30'000);
    house_.add_span(1, "conversation", 1000, 2000, first.id);
    EXPECT_THAT(joined(house_.trace_session("conversation")->id), ElementsAre(first.id));
    house_.add_span(2, "conversation", 21'000, 22'000, second.id);
    const std::string trace = house_.trace_session("conversation")->id;
    EXPECT_THAT(joined(trace), ElementsAre(first.id, second.id));
    EXPECT_THAT(joined(second.id), ElementsAre(trace));
    house_.add_span(3, "nobody", 0, 1000, make_uuid());
    EXPECT_THAT(joined(house_.trace_session("nobody")->id), IsEmpty());
}

TEST_F(SessionsTest, NothingOfAnotherWorkspaceOrProjectIsSeen) {
    const Stream open = house_.add_stream("open");
    const Stream closed = house_.add_stream("closed", "p");
    const StreamSession seen = house_.add_session(open, 0, 10'000);
    const StreamSession hidden = house_.add_session(closed, 0, 10'000);
    house_.add_span(1, "both", 0, 1000, hidden.id, "p");
    house_.add_span(2, hidden.id, 0, 1000);
    live::Scope project = house_.scope;
    project.project = "p";
    const std::string by_key = house_.trace_session(hidden.id)->id;
    house_.scope.project = "p";
    const std::string by_name = house_.trace_session("both")->id;
    house_.scope.project = std::nullopt;

    EXPECT_THAT(joined(hidden.id), testing::UnorderedElementsAre(by_key, by_name));
    EXPECT_THAT(joined(project, hidden.id), ElementsAre(by_name));
    EXPECT_EQ(house_.sessions().find(project, seen.id).error().code, Code::not_found);
    EXPECT_EQ(house_.sessions().find(project, by_key).error().code, Code::not_found);
    EXPECT_THAT(list(project, 10), testing::UnorderedElementsAre(hidden.id, by_name));

    house_.add_span(3, "elsewhere", 0, 1000, hidden.id, "q");
    house_.add_span(4, "", 0, 1000, hidden.id, "q");
    EXPECT_THAT(joined(project, hidden.id), ElementsAre(by_name));
    EXPECT_EQ(timeline(project, hidden.id).spans.size(), 1u);
    EXPECT_EQ(timeline(hidden.id).spans.size(), 4u);

    house_.add_span(5, "moved", 0, 1000, "", "p");
    house_.scope.project = "p";
    const std::string moved = house_.trace_session("moved")->id;
    house_.scope.project = std::nullopt;
    house_.move_to(moved, "q");
    const live::Scope other{.workspace = house_.scope.workspace, .project = "q"};
    EXPECT_EQ(timeline(moved).spans.size(), 1u);
    EXPECT_THAT(timeline(other, moved).spans, IsEmpty()) << "spans stay in the project they were sent to";

    live::Scope stranger{.workspace = "another"};
    EXPECT_EQ(house_.sessions().find(stranger, seen.id).error().code, Code::not_found);
    EXPECT_EQ(house_.sessions().find(stranger, by_key).error().code, Code::not_found);
    EXPECT_THAT(list(stranger, 10), IsEmpty());
}

TEST_F(SessionsTest, TheListMixesBothKindsNewestFirstInPagesOfAnySize) {
    const Stream stream = house_.add_stream("s");
    std::vector<std::string> expected;
    for (std::int64_t i = 0; i < 6; ++i) {
        const std::string key = "k" + std::to_string(i);
        house_.add_span(static_cast<char>(i + 1), key, i * 1000, i * 1000 + 10);
        expected.insert(expected.begin(), house_.trace_session(key)->id);
        if (i % 2) expected.insert(expected.begin(), house_.add_session(stream, i * 1000 + 500, i * 1000 + 600).id);
    }
    std::vector<std::string> twins{house_.add_session(house_.add_stream("a"), -5000, -4000).id,
                                   house_.add_session(house_.add_stream("b"), -5000, -4000).id};
    std::ranges::sort(twins);
    expected.insert(expected.end(), twins.begin(), twins.end());
    for (std::size_t page : {1u, 2u, 3u, 7u, 50u}) EXPECT_EQ(list(house_.scope, page), expected) << page;
}

TEST_F(SessionsTest, APageThatIsNoneIsRefused) {
    for (const char* after : {"x", "~", "~~", "~1x~a", "a~b~c", "~9999999999999999999999~a"})
        EXPECT_EQ(house_.sessions().list(house_.scope, 10, after).error().code, Code::invalid) << after;
}

TEST_F(SessionsTest, TheTimelineOfEitherSideShowsTheSpansAtTheirMoments) {
    const StreamSession reel = house_.add_session(house_.add_stream("s"), 0, 15'000, {2});  // away from 2 s to 12 s
    otlp::SpanInput root = House::span(1, 1, reel.id, 500, 13'000);
    otlp::SpanInput child = House::span(1, 2, reel.id, 1000, 1500);
    otlp::SpanInput lost = House::span(1, 3, reel.id, 5000, 6000);
    child.parent_id = root.span_id;
    lost.parent_id = child.span_id;
    house_.add_spans({child, lost, root});
    for (const std::string& id : {reel.id, house_.trace_session(reel.id)->id}) {
        const Timeline line = timeline(id);
        ASSERT_EQ(line.tracks.size(), 1u);
        EXPECT_EQ(line.tracks[0].segments.size(), 5u);
        EXPECT_TRUE(line.tracks[0].complete);
        ASSERT_EQ(line.spans.size(), 3u);
        EXPECT_EQ(line.spans[0].placement, (Placement{.start = 500ms, .end = 3s, .recorded = true}));
        EXPECT_EQ(line.spans[1].placement, (Placement{.start = 1s, .end = 1500ms, .recorded = true}));
        EXPECT_EQ(line.spans[2].placement, (Placement{.start = 2s, .end = 2s, .recorded = false}));
        EXPECT_EQ(line.spans[2].depth, 2u);
    }
}

TEST_F(SessionsTest, ATraceWithoutASessionIsSeenWhereItsSpansSay) {
    const StreamSession reel = house_.add_session(house_.add_stream("s"), 0, 10'000);
    house_.add_span(1, "", 1000, 2000, reel.id);
    EXPECT_THAT(joined(reel.id), IsEmpty());
    EXPECT_EQ(timeline(reel.id).spans.size(), 1u);
}

TEST_F(SessionsTest, OfASessionOverManyBroadcastsEachShowsWhatOverlaps) {
    const Stream stream = house_.add_stream("s");
    const StreamSession monday = house_.add_session(stream, 0, 10'000);
    const StreamSession friday = house_.add_session(stream, 500'000, 510'000);
    house_.add_span(1, stream.id, 1000, 2000);
    house_.add_span(2, stream.id, 501'000, 502'000);
    house_.add_span(3, stream.id, 250'000, 251'000);
    EXPECT_EQ(timeline(monday.id).spans.size(), 1u);
    EXPECT_EQ(timeline(friday.id).spans.size(), 1u);
    const Timeline whole = timeline(house_.trace_session(stream.id)->id);
    EXPECT_EQ(whole.tracks.size(), 2u);
    ASSERT_EQ(whole.spans.size(), 3u);
    EXPECT_EQ(whole.spans[2].placement, (Placement{.track = 1, .start = 1s, .end = 2s, .recorded = true}));
}

TEST_F(SessionsTest, TheEarliestSpansAreKept) {
    for (std::int64_t i = 0; i < 5; ++i) house_.add_span(static_cast<char>(i + 1), "k", i * 1000, i * 1000 + 10);
    const std::string id = house_.trace_session("k")->id;
    EXPECT_FALSE(timeline(id, 5).truncated);
    const Timeline cut = timeline(id, 3);
    EXPECT_TRUE(cut.truncated);
    ASSERT_EQ(cut.spans.size(), 3u);
    EXPECT_EQ(cut.spans[2].facts.start, Time(at(2000)));

    house_.add_spans(
        {House::span(9, 1, "one", 0, 10), House::span(9, 2, "one", 2000, 2010), House::span(9, 3, "one", 1000, 1010)});
    const Timeline one = timeline(house_.trace_session("one")->id, 2);
    EXPECT_TRUE(one.truncated);
    ASSERT_EQ(one.spans.size(), 2u);
    EXPECT_EQ(one.spans[1].facts.start, Time(at(1000)));
}

TEST_F(SessionsTest, AJoinFollowsTheSessionsKey) {
    const StreamSession reel = house_.add_session(house_.add_stream("s"), 0, 10'000);
    house_.add_span(1, "conversation", 1000, 2000);
    const std::string trace = house_.trace_session("conversation")->id;
    EXPECT_THAT(joined(trace), IsEmpty());
    house_.patch_key(trace, reel.id);
    EXPECT_THAT(joined(trace), ElementsAre(reel.id));
    EXPECT_THAT(joined(reel.id), ElementsAre(trace));
    house_.patch_key(trace, "conversation");
    EXPECT_THAT(joined(reel.id), IsEmpty());
}

TEST_F(SessionsTest, ARecordingThatIsGoneDoesNotPlay) {
    const StreamSession reel = house_.add_session(house_.add_stream("s"), 0, 10'000);
    auto recording = [&] { return std::get<Reel>(house_.sessions().find(house_.scope, reel.id).value()).recording; };
    EXPECT_TRUE(recording());
    Asset asset = house_.meta().asset(reel.id).value();
    asset.phase = AssetPhase::failed;
    ASSERT_TRUE(house_.meta().update(asset));
    EXPECT_FALSE(recording());
}

}  // namespace
}  // namespace spanreel::timeline
