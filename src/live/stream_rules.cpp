// SPDX-License-Identifier: Apache-2.0
#include "live/stream_rules.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <set>

namespace spanreel::live {

namespace json = boost::json;

std::string_view default_profiles() {
    return R"([{"name":"240p0","fps":0,"bitrate":250000,"width":426,"height":240,"profile":"H264ConstrainedHigh"},)"
           R"({"name":"360p0","fps":0,"bitrate":800000,"width":640,"height":360,"profile":"H264ConstrainedHigh"},)"
           R"({"name":"480p0","fps":0,"bitrate":1600000,"width":854,"height":480,"profile":"H264ConstrainedHigh"},)"
           R"({"name":"720p0","fps":0,"bitrate":3000000,"width":1280,"height":720,"profile":"H264ConstrainedHigh"}])";
}

Result<void> check_profiles(std::string_view profiles) {
    boost::system::error_code error;
    const json::value parsed = json::parse(profiles, error);
    if (error || !parsed.is_array()) return fail(Code::invalid, "profiles is not an array", "profiles");
    std::set<std::string_view> names;
    for (const json::value& profile : parsed.get_array()) {
        const json::value* named = profile.is_object() ? profile.get_object().if_contains("name") : nullptr;
        if (!named || !named->is_string()) continue;
        const std::string_view name = named->get_string();
        if (name == "source") return fail(Code::invalid, "profile cannot be named \"source\"", "profiles");
        if (!names.insert(name).second)
            return fail(Code::invalid, fmt::format("duplicate profile name \"{}\"", name), "profiles");
    }
    return {};
}

Result<void> check_user_tags(std::string_view user_tags) {
    if (user_tags.size() <= kMaxUserTags) return {};
    return fail(Code::invalid, fmt::format("userTags object is too large. Max size is {} characters", kMaxUserTags),
                "userTags");
}

Result<void> check_recording_spec(bool record, std::string_view recording_spec) {
    if (record || recording_spec.empty()) return {};
    return fail(Code::invalid, "recordingSpec is only supported with record=true", "recordingSpec");
}

}  // namespace spanreel::live
