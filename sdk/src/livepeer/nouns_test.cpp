// SPDX-License-Identifier: Apache-2.0
// Assets, what there is to play, and tasks.
#include <gtest/gtest.h>

#include "scripted.hpp"
#include "spanreel/livepeer.hpp"

namespace spanreel::livepeer {
namespace {

using test::json;
using test::Script;

constexpr const char* kAsset =
    R"({"id":"i","type":"video","playbackId":"p","userId":"u","playbackUrl":"http://p","downloadUrl":"http://d",)"
    R"("playbackPolicy":null,"source":{"type":"clip","sessionId":"s","playbackId":"q"},"creatorId":{"type":"unverified","value":"v"},)"
    R"("profiles":[{"bitrate":1}],"storage":{"ipfs":{"spec":{"nftMetadataTemplate":"player","nftMetadata":{"a":1}},"$ref":7,)"
    R"("nftMetadata":{"cid":"c"},"updatedAt":2},"status":{"phase":"ready","tasks":{"last":"l"}}},)"
    R"("status":{"phase":"failed","updatedAt":3,"progress":0.5,"errorMessage":"e"},"name":"n","projectId":"j","createdAt":4,)"
    R"("createdByTokenName":"t","size":5,"hash":[{"hash":"h","algorithm":"md5"}],"videoSpec":{"format":"mp4","duration":6.5,)"
    R"("bitrate":7,"tracks":[{"type":"video","codec":"h264","startTime":0,"duration":6.5,"bitrate":8,"width":9,"height":10,)"
    R"("pixelFormat":"yuv420p","fps":30,"channels":2,"sampleRate":48000,"bitDepth":16}]}})";

TEST(Asset, HasEveryMember) {
    Script script({json(200, kAsset)});
    const auto answer = asset_get(script.core, "i");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(to_json(*answer->asset), kAsset);
    EXPECT_EQ(answer->asset->source.type, AssetSourceType::clip);
    EXPECT_EQ(answer->asset->status->phase, AssetPhase::failed);
}

TEST(Asset, ComesFromSomewhere) {
    for (const auto& [source, misfit] : {std::pair{R"({"type":"recording","sessionId":"s"})", ""},
                                         {R"({"type":"recording"})", "source.sessionId: expected to be there"},
                                         {R"({"type":"url","url":"u"})", ""},
                                         {R"({"type":"url"})", "source.url: expected to be there"},
                                         {R"({"type":"directUpload"})", ""},
                                         {R"({"type":"telepathy"})", ""},
                                         {R"({})", "source.type: expected to be there"}}) {
        Script script({json(200, R"({"id":"i","name":"n","source":)" + std::string(source) + "}")});
        const auto answer = asset_get(script.core, "i");
        EXPECT_EQ(answer ? "" : answer.error().cause, misfit) << source;
    }
}

TEST(Asset, IsUpdated) {
    const std::string asset = R"({"id":"a","name":"n","source":{"type":"clip"}})";
    Script script({json(200, asset), json(200, asset), json(200, asset)});
    const Livepeer livepeer(script.core);
    livepeer.asset.update(
        {.name = "n",
         .creator_id = "c",
         .playback_policy = nullptr,
         .storage = Storage{.ipfs = IpfsWish{.spec = IpfsSpec{.nft_metadata_template = NftMetadataTemplate::file,
                                                              .nft_metadata = {{"{}"}}}}}},
        "i");
    livepeer.asset.update({.storage = Storage{.ipfs = nullptr}}, "i");
    livepeer.asset.update({.storage = Storage{.ipfs = true}}, "i");
    EXPECT_EQ(
        script.requests.at(0).body,
        R"({"name":"n","creatorId":"c","playbackPolicy":null,"storage":{"ipfs":{"spec":{"nftMetadataTemplate":"file","nftMetadata":{}}}}})");
    EXPECT_EQ(script.requests.at(1).body, R"({"storage":{"ipfs":null}})");
    EXPECT_EQ(script.requests.at(2).body, R"({"storage":{"ipfs":true}})");
}

TEST(Asset, MethodsNameTheirOperations) {
    Script script({json(200, R"({"id":"a","name":"n","source":{"type":"clip"}})"), json(200, "[]"), json(204, "")});
    const Livepeer livepeer(script.core);
    EXPECT_EQ(livepeer.asset.get("i").asset->id, "a");
    EXPECT_TRUE(livepeer.asset.get_all().data->empty());
    EXPECT_EQ(livepeer.asset.remove("i").status_code, 204);
    EXPECT_EQ(script.requests.at(1).url, "http://server.test/api/asset");
    EXPECT_EQ(script.requests.at(2).method, "DELETE");
}

constexpr const char* kPlayback =
    R"~({"type":"live","meta":{"live":1,"playbackPolicy":{"type":"public"},"source":[{"hrn":"HLS (TS)",)~"
    R"~("type":"html5/application/vnd.apple.mpegurl","url":"http://h"},{"hrn":"MP4","type":"html5/video/mp4","url":"http://m",)~"
    R"~("size":1,"width":2,"height":3,"bitrate":4}],"dvrPlayback":[{"hrn":"HLS (TS)","type":"html5/application/vnd.apple.mpegurl",)~"
    R"~("url":"http://d"},{"error":"none"}],"attestation":{"id":"x"}}})~";

TEST(Playback, HasEveryMember) {
    Script script({json(200, kPlayback)});
    const Livepeer livepeer(script.core);
    const PlaybackInfo info = livepeer.playback.get("p").playback_info.value();
    EXPECT_EQ(to_json(info), kPlayback);
    EXPECT_EQ(info.meta.source.at(1).hrn, SourceName::mp4);
    EXPECT_EQ(info.meta.live, 1);
}

TEST(Playback, KnowsThatThereIsNothing) {
    Script script({json(404, R"({"errors":["a","b"],"x":1})"), json(404, "[1]"), json(404, R"({"errors":"a"})"),
                   json(404, "{"), test::text(404, "x")});
    const auto gone = playback_get(script.core, "p");
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, sdk::Error::Kind::not_found);
    EXPECT_EQ(gone.error().message, R"(API error occurred: {"errors":["a","b"]})");
    EXPECT_EQ(gone.error().api_message, "a\nb");
    EXPECT_EQ(gone.error().status_code(), 404);
    EXPECT_EQ(error_texts(gone.error()), (std::vector<std::string>{"a", "b"}));
    EXPECT_THROW(gone.error().raise(), sdk::HonoApiError);

    EXPECT_EQ(playback_get(script.core, "p").error().message, "API error occurred: {}");
    EXPECT_EQ(playback_get(script.core, "p").error().kind, sdk::Error::Kind::response_validation);
    EXPECT_EQ(playback_get(script.core, "p").error().kind, sdk::Error::Kind::response_validation);
    EXPECT_EQ(playback_get(script.core, "p").error().kind, sdk::Error::Kind::api);
}

constexpr const char* kTask =
    R"({"id":"i","type":"clip","createdAt":1,"scheduledAt":2,"inputAssetId":"n","outputAssetId":"o","projectId":"j",)"
    R"("requesterId":"r","params":{"upload":{"url":"u","encryption":{},"c2pa":true,"profiles":[{"bitrate":3}],)"
    R"("targetSegmentSizeSecs":4},"export":{"ipfs":{}},"exportData":{"content":{}},"transcode-file":{"input":{"url":"a"},)"
    R"("storage":{"url":"b"},"outputs":{"hls":{"path":"c"},"mp4":{"path":"d"}},"profiles":[],"targetSegmentSizeSecs":5,)"
    R"("creatorId":"e","c2pa":false},"clip":{"url":"f","clipStrategy":{"startTime":6,"endTime":7,"playbackId":"g"},)"
    R"("catalystPipelineStrategy":"external","sessionId":"s","inputId":"h"}},"status":{"phase":"running","updatedAt":8,)"
    R"("progress":0.25,"errorMessage":"m","retries":2},"output":{"upload":{},"export":{},"exportData":{}},"userId":"u"})";

TEST(Task, HasEveryMember) {
    Script script({json(200, kTask), json(200, "[" + std::string(kTask) + "]")});
    const Livepeer livepeer(script.core);
    EXPECT_EQ(to_json(*livepeer.task.get("i").task), kTask);
    EXPECT_EQ(livepeer.task.get_all().data->at(0).status->phase, TaskPhase::running);
}

}  // namespace
}  // namespace spanreel::livepeer
