// SPDX-License-Identifier: Apache-2.0
#include "live/stream_service.hpp"

#include "base/ids.hpp"
#include "live/identifiers.hpp"
#include "live/stream_rules.hpp"
#include "live/stream_sessions.hpp"

namespace spanreel::live {

namespace {

/// Ids are random, so a second collision in a row means that something else is wrong.
constexpr int kIdAttempts = 3;

Result<void> check_new(const NewStream& wanted) {
    if (wanted.profiles) SPANREEL_CHECK(check_profiles(*wanted.profiles));
    SPANREEL_CHECK(check_recording_spec(wanted.record, wanted.recording_spec.value_or("")));
    return check_user_tags(wanted.user_tags.value_or(""));
}

Result<void> check_patch(const Stream& stream, const StreamPatch& patch) {
    if (stream.is_active && patch.record && *patch.record != stream.record)
        return fail(Code::invalid, "cannot change 'record' field while stream is active", "record");
    if (stream.is_active && patch.profiles)
        return fail(Code::invalid, "cannot change 'profiles' field while stream is active", "profiles");
    if (patch.profiles) SPANREEL_CHECK(check_profiles(*patch.profiles));
    if (patch.recording_spec)
        SPANREEL_CHECK(check_recording_spec(patch.record.value_or(stream.record), *patch.recording_spec));
    return check_user_tags(patch.user_tags.value_or(""));
}

void apply(Stream& stream, const StreamPatch& patch) {
    const auto set = [](auto& field, const auto& value) {
        if (value) field = *value;
    };
    set(stream.name, patch.name);
    set(stream.record, patch.record);
    set(stream.suspended, patch.suspended);
    set(stream.creator_id, patch.creator_id);
    set(stream.profiles, patch.profiles);
    set(stream.recording_spec, patch.recording_spec);
    set(stream.user_tags, patch.user_tags);
    set(stream.playback_policy, patch.playback_policy);
}

}  // namespace

StreamService::StreamService(store::MetaStore& store, StreamSessions& sessions, Clock clock)
    : store_(store), sessions_(sessions), clock_(std::move(clock)) {}

Result<Stream> StreamService::create(const Scope& scope, NewStream wanted) {
    SPANREEL_CHECK(check_new(wanted));
    Stream stream{.workspace = scope.workspace,
                  .project = scope.project.value_or(""),
                  .name = std::move(wanted.name),
                  .created_by = scope.key_name,
                  .creator_id = std::move(wanted.creator_id),
                  .record = wanted.record,
                  .profiles = std::move(wanted.profiles).value_or(std::string(default_profiles())),
                  .user_tags = std::move(wanted.user_tags).value_or(""),
                  .recording_spec = std::move(wanted.recording_spec).value_or(""),
                  .playback_policy = std::move(wanted.playback_policy).value_or(""),
                  .created_at = std::chrono::floor<Millis>(clock_())};
    Result<void> created;
    for (int attempt = 0; attempt < kIdAttempts; ++attempt) {
        stream.id = make_uuid();
        stream.stream_key = make_stream_key(stream.id);
        stream.playback_id = make_playback_id(stream.id);
        created = store_.create(stream);
        if (created) return stream;
        if (created.error().code != Code::conflict) break;
    }
    return fail(std::move(created));
}

Result<Stream> StreamService::get(const Scope& scope, std::string_view id) { return visible(scope, store_.stream(id)); }

Result<Stream> StreamService::get_by_playback_id(const Scope& scope, std::string_view playback_id) {
    return visible(scope, store_.stream_by_playback_id(playback_id));
}

Result<Stream> StreamService::get_by_key(const Scope& scope, std::string_view stream_key) {
    return visible(scope, store_.stream_by_key(stream_key));
}

Result<Stream> StreamService::patch(const Scope& scope, std::string_view id, const StreamPatch& patch) {
    SPANREEL_CHECK(get(scope, id));
    SPANREEL_TRY(Stream stream, store::modify<Stream>(store_, id, [&](Stream& current) -> Result<void> {
                     if (current.deleted) return fail(Code::not_found, "not found");
                     SPANREEL_CHECK(check_patch(current, patch));
                     apply(current, patch);
                     return {};
                 }));
    if (patch.suspended == true)
        sessions_.drop(id, "This stream is suspended.", StreamSessions::Then::wait_for_publisher);
    return stream;
}

Result<void> StreamService::remove(const Scope& scope, std::string_view id) {
    SPANREEL_CHECK(get(scope, id));
    SPANREEL_CHECK(store::modify<Stream>(store_, id, [](Stream& current) -> Result<void> {
        if (current.deleted) return fail(Code::not_found, "not found");
        current.deleted = true;
        return {};
    }));
    sessions_.drop(id, "This stream was deleted.", StreamSessions::Then::end_session);
    return {};
}

Result<void> StreamService::terminate(const Scope& scope, std::string_view id) {
    SPANREEL_CHECK(get(scope, id));
    const UnixMillis at = std::chrono::floor<Millis>(clock_());
    SPANREEL_CHECK(store::modify<Stream>(store_, id, [&](Stream& current) -> Result<void> {
        if (current.deleted) return fail(Code::not_found, "not found");
        if (current.last_terminated_at && at - *current.last_terminated_at < kTerminationPause)
            return fail(Code::exhausted, "too many terminate requests");
        current.last_terminated_at = at;
        return {};
    }));
    sessions_.drop(id, "This stream was terminated by its owner.", StreamSessions::Then::end_session);
    return {};
}

}  // namespace spanreel::live
