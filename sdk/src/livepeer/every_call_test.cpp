// SPDX-License-Identifier: Apache-2.0
#include "../../tests/every_call.hpp"

#include "spanreel/livepeer.hpp"

namespace spanreel::livepeer {
namespace {

const std::string kNamed = R"({"name":"n"})", kNamedOnes = "[" + kNamed + "]";
const std::string kAsset = R"({"id":"a","source":{"type":"clip"},"name":"n"})", kAssets = "[" + kAsset + "]";
const std::string kClip = R"({"asset":)" + kAsset + R"(,"task":{"id":"t"}})";
const std::string kPlayback = R"({"type":"live","meta":{"source":[]}})";

std::vector<sdk::test::Call> every_call() {
    using Options = const CallOptions&;
    sdk::test::Calls<LivepeerCore, Livepeer> calls;
    calls.add("session_get_clips", 200, kAssets, session_get_clips, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.session.get_clips("i", options); });
    calls.add("session_get_all", 200, kNamedOnes, session_get_all, {},
              [](const Livepeer& livepeer, Options options) { return livepeer.session.get_all(options); });
    calls.add("session_get", 200, kNamed, session_get, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.session.get("i", options); });
    calls.add(
        "session_get_recorded", 200, kNamedOnes, session_get_recorded, {"p", true},
        [](const Livepeer& livepeer, Options options) { return livepeer.session.get_recorded("p", true, options); });
    calls.add("stream_create", 201, kNamed, stream_create, {.name = "n"},
              [](const Livepeer& livepeer, Options options) { return livepeer.stream.create({.name = "n"}, options); });
    calls.add("stream_get", 200, kNamed, stream_get, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.stream.get("i", options); });
    calls.add("stream_get_all", 200, kNamedOnes, stream_get_all, {"true"},
              [](const Livepeer& livepeer, Options options) { return livepeer.stream.get_all("true", options); });
    calls.add("stream_update", 204, "", stream_update, {{.record = true}, "i"},
              [](const Livepeer& livepeer, Options options) {
                  return livepeer.stream.update({.record = true}, "i", options);
              });
    calls.add("stream_delete", 204, "", stream_delete, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.stream.remove("i", options); });
    calls.add("stream_terminate", 204, "", stream_terminate, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.stream.terminate("i", options); });
    calls.add("stream_create_clip", 200, kClip, stream_create_clip, {.playback_id = "p", .start_time = 1},
              [](const Livepeer& livepeer, Options options) {
                  return livepeer.stream.create_clip({.playback_id = "p", .start_time = 1}, options);
              });
    calls.add("stream_get_clips", 200, kAssets, stream_get_clips, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.stream.get_clips("i", options); });
    calls.add("asset_get", 200, kAsset, asset_get, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.asset.get("i", options); });
    calls.add("asset_get_all", 200, kAssets, asset_get_all, {},
              [](const Livepeer& livepeer, Options options) { return livepeer.asset.get_all(options); });
    calls.add(
        "asset_update", 200, kAsset, asset_update, {{.name = "n"}, "i"},
        [](const Livepeer& livepeer, Options options) { return livepeer.asset.update({.name = "n"}, "i", options); });
    calls.add("asset_delete", 204, "", asset_delete, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.asset.remove("i", options); });
    calls.add("playback_get", 200, kPlayback, playback_get, "i",
              [](const Livepeer& livepeer, Options options) { return livepeer.playback.get("i", options); });
    calls.add("task_get", 200, R"({"id":"t"})", task_get, "t",
              [](const Livepeer& livepeer, Options options) { return livepeer.task.get("t", options); });
    calls.add("task_get_all", 200, R"([{"id":"t"}])", task_get_all, {},
              [](const Livepeer& livepeer, Options options) { return livepeer.task.get_all(options); });
    return calls.all();
}

class EveryLivepeerCall : public sdk::test::EveryCall {};
INSTANTIATE_TEST_SUITE_P(, EveryLivepeerCall, testing::ValuesIn(every_call()),
                         [](const auto& call) { return call.param.name; });

TEST_P(EveryLivepeerCall, GivesTheAnswer) { gives_the_answer(); }
TEST_P(EveryLivepeerCall, EndsAtItsTimeLimit) { ends_in_time(); }
TEST_P(EveryLivepeerCall, SendsHeadersOfTheCallersAlsoInsteadOfTheKey) { sends_headers(); }
TEST_P(EveryLivepeerCall, EndsByAStop) { ends_by_a_stop(); }
TEST_P(EveryLivepeerCall, IsRepeatedWhileTheServerIsAway) { is_repeated_while_the_server_is_away(); }
TEST_P(EveryLivepeerCall, IsRepeatedOverBrokenConnectionsWhenAsked) { is_repeated_over_broken_connections(); }
TEST_P(EveryLivepeerCall, FailsByStatusAndBody) { fails_by_status_and_body(); }

}  // namespace
}  // namespace spanreel::livepeer
