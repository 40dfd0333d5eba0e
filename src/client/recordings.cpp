// SPDX-License-Identifier: Apache-2.0
#include "client/recordings.hpp"

#include <CLI/CLI.hpp>

#include "client/amounts.hpp"
#include "client/page_query.hpp"
#include "client/stream_noun.hpp"
#include "client/watch.hpp"
#include "spanreel/livepeer/pages.hpp"

namespace spanreel::client {

using livepeer::RecordingStatus;
using livepeer::Session;

namespace {

std::string recording_of(const Session& session) {
    if (!session.record.value_or(false)) return "no";
    return session.recording_status ? session.recording_status->word() : "";
}

Progress progress_of(const Session& session) {
    if (!session.recording_status) return Progress::none;
    const std::optional<RecordingStatus> status = session.recording_status->value();
    if (status == RecordingStatus::ready) return Progress::done;
    return status == RecordingStatus::waiting ? Progress::making : Progress::failed;
}

std::string stream_name_of(const Session& session) {
    return session.parent_stream ? session.parent_stream->name : session.parent_id.value_or("");
}

Noun<Session> session_noun(std::string_view singular, std::string_view plural) {
    using Shown = const Session&;
    return {
        .singular = singular,
        .plural = plural,
        .id = [](Shown session) { return session.id.value_or(""); },
        .fields =
            {
                {"ID", Column::fixed, [](Shown session) { return session.id.value_or(""); }},
                {"Stream", Column::text, stream_name_of},
                {"Recording", Column::fixed, recording_of},
                {"Started", Column::fixed, [](Shown session) { return age_of(session.created_at); }},
                {"Duration", Column::number,
                 [](Shown session) {
                     return duration_text(std::chrono::duration<double>(session.source_segments_duration.value_or(0)));
                 }},
                {"Size", Column::number, [](Shown session) { return bytes_text(session.source_bytes.value_or(0)); }},
                {"Bitrate", Column::hidden,
                 [](Shown session) {
                     const double rate = session.ingest_rate.value_or(0);
                     return rate == 0 ? std::string() : bit_rate_text(rate * 8);
                 }},
                {"Issues", Column::hidden, [](Shown session) { return issues_text(session.issues); }},
                {"Created", Column::hidden, [](Shown session) { return moment_of(session.created_at); }},
                {"Last seen", Column::hidden, [](Shown session) { return moment_of(session.last_seen); }},
                {"Stream ID", Column::hidden, [](Shown session) { return session.parent_id.value_or(""); }},
                {"Playback ID", Column::hidden, [](Shown session) { return session.playback_id.value_or(""); }},
                {"Watch (HLS)", Column::hidden, [](Shown session) { return session.recording_url.value_or(""); }},
                {"Download (MP4)", Column::hidden, [](Shown session) { return session.mp4_url.value_or(""); }},
            },
        .progress = progress_of};
}

const Noun<Session>& recording_noun() {
    static const Noun<Session> noun = session_noun("recording", "recordings");
    return noun;
}

const Noun<Session>& stream_session_noun() {
    static const Noun<Session> noun = session_noun("stream session", "stream sessions");
    return noun;
}

struct ListArguments : Arguments {
    ListOptions list;
    std::string stream;
};

void declare_list(CLI::App& action, ListArguments& arguments) {
    action.add_option("--stream", arguments.stream, "Those of this stream alone")->type_name("ID");
    add_list_options(action, arguments.list);
}

Result<void> each_session(const Connection& connection, const Noun<Session>& noun, const PageQuery& query,
                          const Sink& sink) {
    return each_of_pages(
        connection, noun,
        livepeer::pages(connection.livepeer(), livepeer::session_get_all, {}, query.options(connection)),
        [](const livepeer::SessionsResponse& page) { return page.data.value_or(std::vector<Session>()); }, sink);
}

Result<void> list(const Context& context, const ListArguments& arguments, const Noun<Session>& noun, PageQuery query) {
    if (!arguments.stream.empty()) query.parameter("parentId", arguments.stream);
    Listing listing(context.output, arguments.list, noun.plural, noun.headings());
    SPANREEL_CHECK(
        each_session(context.connection, noun, query, [&](Record record) { return listing.add(std::move(record)); }));
    listing.finish();
    return {};
}

PageQuery recorded(std::size_t page_size) {
    PageQuery query(page_size);
    query.filter("record", true);
    return query;
}

/// A recording is an asset with the id of its session; a clip has one of its own.
Result<void> remove(const Connection& connection, const std::string& id) {
    SPANREEL_CHECK(get_stream_session(connection, id));
    SPANREEL_CHECK(told(connection, livepeer::asset_delete(connection.livepeer(), id), named("recording", id)));
    return {};
}

}  // namespace

Result<Session> get_stream_session(const Connection& connection, const std::string& id) {
    return told(connection, livepeer::session_get(connection.livepeer(), id), &livepeer::SessionResponse::session,
                named("stream session", id));
}

Result<Session> newest_session(const Connection& connection, const std::string& stream_id) {
    PageQuery query(1);
    query.parameter("parentId", stream_id);
    query.parameter("order", "createdAt-true");
    SPANREEL_TRY(std::vector<Session> sessions,
                 told(connection, livepeer::session_get_all(connection.livepeer(), {}, query.options(connection)),
                      &livepeer::SessionsResponse::data, "the sessions of stream " + stream_id));
    if (sessions.empty()) return fail(Code::not_found, "nobody published to stream " + stream_id + " yet");
    return std::move(sessions.front());
}

void add_stream_sessions(const Command& streams) {
    add_action<ListArguments>(streams, "sessions", "Show the sessions of streams, recorded or not", declare_list,
                              [](const Context& context, const ListArguments& arguments) {
                                  return list(context, arguments, stream_session_noun(),
                                              PageQuery(arguments.list.page_size()));
                              });
}

void add_recordings(CLI::App& app, int& status) {
    const Command recordings = add_command(app, "recordings", status);
    const ById object = by_id(recording_noun(), get_stream_session);
    add_action<ListArguments>(recordings, "list", "Show recorded sessions of streams, the one seen last first",
                              declare_list, [](const Context& context, const ListArguments& arguments) {
                                  return list(context, arguments, recording_noun(),
                                              recorded(arguments.list.page_size()));
                              });
    add_get(recordings, object);
    add_delete(recordings, "recording", remove, "Delete recordings; that there was a session stays known");
    add_watch(
        recordings, object,
        [](const Connection& connection, std::size_t page_size, const Sink& sink) {
            return each_session(connection, recording_noun(), recorded(page_size), sink);
        },
        "Show recordings as they grow; those named, until they are ready");
}

}  // namespace spanreel::client
