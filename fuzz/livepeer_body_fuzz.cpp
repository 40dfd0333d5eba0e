// SPDX-License-Identifier: Apache-2.0
// Bodies of Livepeer's API; the first byte chooses the call. What its schema refuses is told as Ajv tells it, with a
// place that is in the body; what is taken can be stored, and shown as JSON.
#include <boost/json/array.hpp>

#include "answer.hpp"
#include "api/livepeer/handlers.hpp"
#include "api/livepeer/request_bodies.hpp"
#include "api/livepeer/request_schemas.hpp"
#include "live/stream_rules.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::api::livepeer;
namespace json = boost::json;

const live::Scope kScope{.workspace = "w", .key_name = "k", .key_id = "i", .default_project = "p"};

void check_shown(const json::object& object) { read_answer(api::to_text(object)); }

Rendering rendering() {
    static const Urls urls("https://video.example", {});
    return {.user_id = "u", .scope = kScope, .urls = urls, .now = UnixMillis{}};
}

/// The rules that StreamService holds against what bodies give.
bool is_kept(const std::optional<std::string>& profiles, const std::optional<std::string>& user_tags) {
    for (const Result<void>& held :
         {live::check_profiles(profiles.value_or("[]")), live::check_user_tags(user_tags.value_or(""))})
        if (!held) {
            check_refusal(held.error());
            return false;
        }
    return true;
}

template <class Fields>
void show_stream(const Fields& fields) {
    if (!is_kept(fields.profiles, fields.user_tags)) return;
    check_shown(to_json(Stream{.id = "s",
                               .creator_id = fields.creator_id,
                               .record = true,
                               .profiles = fields.profiles.value_or("[]"),
                               .user_tags = fields.user_tags.value_or(""),
                               .recording_spec = fields.recording_spec.value_or(""),
                               .playback_policy = fields.playback_policy.value_or("")},
                        rendering()));
}

template <class T>
std::optional<T> taken(Result<T> read) {
    if (read) return *std::move(read);
    check_refusal(read.error(), {Code::unsupported});
    return std::nullopt;
}

struct BodyKind {
    const Schema& schema;
    void (*take)(const json::object& body);
};

const std::array<BodyKind, 7>& kinds() {
    static const std::array<BodyKind, 7> all{
        {{new_stream_schema(),
          [](const json::object& body) {
              if (auto wanted = taken(read_new_stream(body))) show_stream(*wanted);
          }},
         {stream_patch_schema(),
          [](const json::object& body) {
              if (auto patch = taken(read_stream_patch(body))) show_stream(*patch);
          }},
         {asset_patch_schema(),
          [](const json::object& body) {
              if (auto patch = taken(read_asset_patch(body)))
                  check_shown(
                      to_json(Asset{.name = patch->name.value_or(""), .creator_id = patch->creator_id}, rendering()));
          }},
         {new_clip_schema(),
          [](const json::object& body) {
              const live::NewClip wanted = read_new_clip(body);
              const Task task{.clip = {.playback_id = wanted.playback_id,
                                       .start_time = wanted.start_time,
                                       .end_time = wanted.end_time}};
              (void)to_iso_millis(wanted.start_time);
              check_shown(to_json(task, rendering()));
          }},
         {stream_ids_schema(), [](const json::object&) {}},
         {record_schema(), [](const json::object&) {}},
         {suspended_schema(), [](const json::object&) {}}}};
    return all;
}

void check_failure(std::string_view body, const Error& error) {
    check_refusal(error, {Code::invalid, Code::unprocessable});
    if (error.code == Code::invalid) return;
    const json::object failure = read_answer(error.message).as_object();
    for (std::string_view member : {"instancePath", "schemaPath", "keyword", "message"})
        require(failure.at(member).is_string());
    require(failure.at("params").is_object());
    std::error_code none;
    require(read_answer(body.empty() ? "{}" : body).find_pointer(failure.at("instancePath").get_string(), none));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const BodyKind& kind = kinds()[data[0] % kinds().size()];
    const net::Request request{.headers = {{"Content-Type", "application/json"}},
                               .body = {reinterpret_cast<const char*>(data + 1), size - 1}};
    auto body = read_body(request, kind.schema);
    if (!body)
        check_failure(request.body, body.error());
    else
        kind.take(*body);
    return 0;
}
