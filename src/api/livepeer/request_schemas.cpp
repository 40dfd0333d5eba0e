// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/request_schemas.hpp"

#include <string>

namespace spanreel::api::livepeer {

namespace {

/// Width, height, bitrate ... of one rendition; `required` is a JSON array.
std::string profile_schema(std::string_view required, std::string_view encoders) {
    return fmt::format(R"({{"type":"object","additionalProperties":false,"required":{},"properties":{{
        "width":{{"type":"integer","minimum":128}},
        "name":{{"type":"string","minLength":1,"maxLength":500}},
        "height":{{"type":"integer","minimum":128}},
        "bitrate":{{"type":"integer","minimum":400}},
        "fps":{{"type":"integer","minimum":0}},
        "fpsDen":{{"type":"integer","minimum":1}},
        "quality":{{"type":"integer","minimum":0,"maximum":44}},
        "gop":{{"type":"string"}},
        "profile":{{"type":"string","enum":["H264Baseline","H264Main","H264High","H264ConstrainedHigh"]}},
        "encoder":{{"type":"string","enum":{}}}}}}})",
                       required, encoders);
}

constexpr std::string_view kCreatorId = R"("creatorId":{"anyOf":[{"type":"string"},
            {"type":"object","additionalProperties":false,"required":["type","value"],"properties":{
                "type":{"type":"string","enum":["unverified"]},"value":{"type":"string"}}}]})";

constexpr std::string_view kPlaybackPolicy =
    R"("playbackPolicy":{"type":["object","null"],"additionalProperties":false,"required":["type"],"properties":{
            "type":{"type":"string","enum":["public","jwt","webhook","lit_signing_condition"]},
            "webhookId":{"type":"string"},"webhookContext":{"type":"object"},
            "refreshInterval":{"type":"number"},
            "allowedOrigins":{"type":"array","items":{"type":"string"}}}})";

/// What create and patch have in common.
std::string stream_properties() {
    const std::string profile = profile_schema(R"(["width","name","height","bitrate","fps"])", R"(["H.264"])");
    const std::string recording = profile_schema(R"(["bitrate"])", R"(["H.264","HEVC","VP8","VP9"])");
    return fmt::format(R"(
        "name":{{"type":"string"}},
        "record":{{"type":"boolean"}},
        {},
        "userTags":{{"type":"object","additionalProperties":{{"anyOf":[{{"type":"string"}},{{"type":"number"}},
            {{"type":"array","items":{{"anyOf":[{{"type":"string"}},{{"type":"number"}}]}}}}]}}}},
        "profiles":{{"type":["array","null"],"items":{}}},
        "recordingSpec":{{"type":"object","additionalProperties":false,"properties":{{
            "profiles":{{"type":["array","null"],"items":{}}}}}}},
        "multistream":{{"type":"object","additionalProperties":false,"properties":{{
            "targets":{{"type":"array","items":{{"type":"object","additionalProperties":false,"required":["profile"],
                "properties":{{"profile":{{"type":"string","minLength":1,"maxLength":500}},
                    "videoOnly":{{"type":"boolean"}},"id":{{"type":"string"}},
                    "spec":{{"type":"object","additionalProperties":false,"required":["url"],"properties":{{
                        "name":{{"type":"string"}},"url":{{"type":"string"}}}}}}}}}}}}}}}},
        {})",
                       kCreatorId, profile, recording, kPlaybackPolicy);
}

}  // namespace

const Schema& new_stream_schema() {
    static const Schema schema(fmt::format(
        R"({{"type":"object","additionalProperties":false,"required":["name"],"properties":{{{},"pull":
            {{"type":"object","required":["source"],"properties":{{"source":{{"type":"string"}}}}}}}}}})",
        stream_properties()));
    return schema;
}

const Schema& stream_patch_schema() {
    static const Schema schema(fmt::format(R"({{"type":"object","additionalProperties":false,"properties":{{{},
            "suspended":{{"type":"boolean"}}}}}})",
                                           stream_properties()));
    return schema;
}

const Schema& stream_ids_schema() {
    static const Schema schema(R"({"type":"object","additionalProperties":false,
        "properties":{"ids":{"type":"array","items":{"type":"string"}}}})");
    return schema;
}

const Schema& asset_patch_schema() {
    static const Schema schema(fmt::format(R"({{"type":"object","additionalProperties":false,"properties":{{
            "name":{{"type":"string"}},{},{},"storage":{{"type":"object"}}}}}})",
                                           kCreatorId, kPlaybackPolicy));
    return schema;
}

const Schema& new_clip_schema() {
    static const Schema schema(R"({"type":"object","additionalProperties":false,"required":["playbackId","startTime"],
        "properties":{"playbackId":{"type":"string"},"startTime":{"type":"number"},"endTime":{"type":"number"},
            "name":{"type":"string"},"sessionId":{"type":"string"}}})");
    return schema;
}

const Schema& record_schema() {
    static const Schema schema(R"({"type":"object","additionalProperties":false,
        "properties":{"record":{"type":"boolean"}}})");
    return schema;
}

const Schema& suspended_schema() {
    static const Schema schema(R"({"type":"object","additionalProperties":false,
        "properties":{"suspended":{"type":"boolean"}}})");
    return schema;
}

}  // namespace spanreel::api::livepeer
