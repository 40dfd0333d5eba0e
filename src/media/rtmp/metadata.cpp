// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/metadata.hpp"

#include <algorithm>
#include <cmath>

#include "media/rtmp/amf0.hpp"

namespace spanreel::media::rtmp {
namespace {

bool is_text(const AmfValue& value, std::string_view text) {
    const auto* found = value.as<std::string>();
    return found != nullptr && *found == text;
}

std::optional<double> number(const AmfValue& object, std::string_view name) {
    const AmfValue* member = object.member(name);
    const double* found = member == nullptr ? nullptr : member->as<double>();
    return found == nullptr || !std::isfinite(*found) ? std::nullopt : std::optional(*found);
}

}  // namespace

Result<std::optional<Metadata>> read_metadata(ByteView body) {
    SPANREEL_TRY(const std::vector<AmfValue> values, read_amf0(body));
    auto value = values.begin();
    if (value != values.end() && is_text(*value, "@setDataFrame")) ++value;
    if (values.end() - value < 2 || !is_text(*value, "onMetaData")) return std::nullopt;
    const AmfValue& object = value[1];
    Metadata out;
    out.width = number(object, "width");
    out.height = number(object, "height");
    out.frame_rate = number(object, "framerate");
    out.video_bitrate = number(object, "videodatarate");
    out.audio_bitrate = number(object, "audiodatarate");
    if (const AmfValue* encoder = object.member("encoder")) {
        if (const auto* text = encoder->as<std::string>()) out.encoder = text->substr(0, kMaxEncoderBytes);
    }
    return out;
}

}  // namespace spanreel::media::rtmp
