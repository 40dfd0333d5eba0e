// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "client/amounts.hpp"
#include "client/clip_range.hpp"
#include "client/page_query.hpp"
#include "client/recordings.hpp"
#include "client/stream_noun.hpp"
#include "client/watch.hpp"
#include "spanreel/livepeer/pages.hpp"

namespace spanreel::client {

using livepeer::Asset;
using livepeer::AssetPhase;

namespace {

Progress progress_of(const Asset& clip) {
    if (!clip.status) return Progress::none;
    switch (clip.status->phase.value().value_or(AssetPhase::waiting)) {
        case AssetPhase::ready: return Progress::done;
        case AssetPhase::failed:
        case AssetPhase::deleting:
        case AssetPhase::deleted: return Progress::failed;
        default: return Progress::making;
    }
}

const Noun<Asset>& clip_noun() {
    using Shown = const Asset&;
    static const Noun<Asset> noun{
        .singular = "clip",
        .plural = "clips",
        .id = [](Shown clip) { return clip.id; },
        .fields =
            {
                {"ID", Column::fixed, [](Shown clip) { return clip.id; }},
                {"Name", Column::text, [](Shown clip) { return clip.name; }},
                {"Status", Column::fixed,
                 [](Shown clip) { return clip.status ? clip.status->phase.word() : std::string(); }},
                {"Duration", Column::number,
                 [](Shown clip) {
                     const bool known = clip.video_spec && clip.video_spec->duration;
                     return known ? duration_text(std::chrono::duration<double>(*clip.video_spec->duration)) : "";
                 }},
                {"Size", Column::number, [](Shown clip) { return clip.size ? bytes_text(*clip.size) : ""; }},
                {"Created", Column::fixed, [](Shown clip) { return age_of(clip.created_at); }},
                {"Error", Column::hidden,
                 [](Shown clip) { return clip.status ? clip.status->error_message.value_or("") : ""; }},
                {"Session", Column::hidden, [](Shown clip) { return clip.source.session_id.value_or(""); }},
                {"Playback ID", Column::hidden, [](Shown clip) { return clip.playback_id.value_or(""); }},
                {"Watch (HLS)", Column::hidden, [](Shown clip) { return clip.playback_url.value_or(""); }},
                {"Download (MP4)", Column::hidden, [](Shown clip) { return clip.download_url.value_or(""); }},
            },
        .progress = progress_of};
    return noun;
}

struct ListArguments : Arguments {
    ListOptions list;
    std::string stream;
    std::string session;
};

void declare_list(CLI::App& action, ListArguments& arguments) {
    CLI::Option* stream =
        action.add_option("--stream", arguments.stream, "Those of this stream, by id or playback id")->type_name("ID");
    action.add_option("--session", arguments.session, "Those of this session of a stream")
        ->type_name("ID")
        ->excludes(stream);
    add_list_options(action, arguments.list);
}

template <class Request, class Operation>
Result<void> each_clip(const Connection& connection, const Operation& operation, const Request& request,
                       const PageQuery& query, const Sink& sink) {
    return each_of_pages(
        connection, clip_noun(), livepeer::pages(connection.livepeer(), operation, request, query.options(connection)),
        [](const livepeer::AssetsResponse& page) { return page.data.value_or(std::vector<Asset>()); }, sink);
}

Result<void> each_clip(const Connection& connection, std::size_t page_size, const Sink& sink) {
    PageQuery query(page_size);
    query.filter("sourceType", "clip");
    return each_clip(connection, livepeer::asset_get_all, livepeer::NoRequest(), query, sink);
}

Result<void> list(const Context& context, const ListArguments& arguments) {
    Listing listing(context.output, arguments.list, clip_noun().plural, clip_noun().headings());
    const Sink sink = [&](Record record) { return listing.add(std::move(record)); };
    const std::size_t page_size = arguments.list.page_size();
    const livepeer::Id stream(arguments.stream), session(arguments.session);
    const Connection& connection = context.connection;
    SPANREEL_CHECK(
        !stream.id.empty()    ? each_clip(connection, livepeer::stream_get_clips, stream, PageQuery(page_size), sink)
        : !session.id.empty() ? each_clip(connection, livepeer::session_get_clips, session, PageQuery(page_size), sink)
                              : each_clip(connection, page_size, sink));
    listing.finish();
    return {};
}

Result<Asset> get(const Connection& connection, const std::string& id) {
    SPANREEL_TRY(Asset asset, told(connection, livepeer::asset_get(connection.livepeer(), id),
                                   &livepeer::AssetResponse::asset, named("clip", id)));
    if (asset.source.type == livepeer::AssetSourceType::clip) return asset;
    return fail(Code::not_found,
                fmt::format("there is no clip {} on {}: it is another asset", id, connection.server()));
}

Result<void> remove(const Connection& connection, const std::string& id) {
    SPANREEL_CHECK(get(connection, id));  // recordings are deleted in the same way
    SPANREEL_CHECK(told(connection, livepeer::asset_delete(connection.livepeer(), id), named("clip", id)));
    return {};
}

struct CreateArguments : Arguments {
    std::string stream;
    std::string session;
    std::string from;
    std::string to;
    std::optional<std::string> name;
    bool wait = false;
};

void declare_create(CLI::App& action, CreateArguments& arguments) {
    CLI::Option* stream =
        action.add_option("--stream", arguments.stream, "Of the newest session of this stream")->type_name("ID");
    action.add_option("--session", arguments.session, "Of this session of a stream, which a recording is")
        ->type_name("ID")
        ->excludes(stream);
    action
        .add_option("--from", arguments.from,
                    "Where it begins: time since the session began, like 90s or 1:30, or 2027-01-31T08:30:00Z; else "
                    "with the session")
        ->type_name("TIME");
    action.add_option("--to", arguments.to, "Where it ends, written like --from; else with what is recorded")
        ->type_name("TIME");
    action.add_option("--name", arguments.name, "Its name")->type_name("TEXT");
    action.add_flag("--wait", arguments.wait, "Come back when it is ready");
}

Result<void> create(const Context& context, const CreateArguments& arguments) {
    if (arguments.stream.empty() && arguments.session.empty())
        return fail(Code::invalid, "a clip of what? Name a --stream or a --session");
    const Connection& connection = context.connection;
    SPANREEL_TRY(const livepeer::Session session, arguments.session.empty()
                                                      ? newest_session(connection, arguments.stream)
                                                      : get_stream_session(connection, arguments.session));
    SPANREEL_TRY(const ClipRange range,
                 clip_range(arguments.from, arguments.to, livepeer::to_date(session.created_at.value_or(0))));
    SPANREEL_TRY(livepeer::ClipData clip,
                 told(connection,
                      livepeer::stream_create_clip(
                          connection.livepeer(),
                          {.playback_id = session.playback_id.value_or(""),
                           .start_time = livepeer::to_millis(range.from),
                           .end_time = range.to ? std::optional(livepeer::to_millis(*range.to)) : std::nullopt,
                           .name = arguments.name,
                           .session_id = session.id}),
                      &livepeer::ClipResponse::data, "a clip of session " + session.id.value_or("")));
    const ById object = by_id(clip_noun(), get);
    SPANREEL_TRY(const Record record,
                 arguments.wait ? made(context, object, clip.asset.id) : object.get(connection, clip.asset.id));
    context.output.one(object.headings, record);
    return {};
}

}  // namespace

void add_clips(CLI::App& app, int& status) {
    const Command clips = add_command(app, "clips", status);
    const ById object = by_id(clip_noun(), get);
    add_action<ListArguments>(clips, "list", "Show clips, the one changed last first", declare_list, list);
    add_get(clips, object);
    add_action<CreateArguments>(clips, "create", "Cut a clip out of a session", declare_create, create);
    add_delete(clips, "clip", remove, "Delete clips; what they were cut from stays");
    add_watch(
        clips, object,
        [](const Connection& connection, std::size_t page_size, const Sink& sink) {
            return each_clip(connection, page_size, sink);
        },
        "Show clips as they are made; those named, until they are ready");
}

}  // namespace spanreel::client
