// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "client/ingest.hpp"
#include "client/page_query.hpp"
#include "client/recordings.hpp"
#include "client/stream_noun.hpp"
#include "client/watch.hpp"
#include "spanreel/livepeer/pages.hpp"

namespace spanreel::client {

using livepeer::Stream;

namespace {

struct ListArguments : Arguments {
    ListOptions list;
    std::string name;
    bool active = false;
};

void declare_list(CLI::App& action, ListArguments& arguments) {
    action.add_option("--name", arguments.name, "Streams with this in their name, in any case")->type_name("TEXT");
    action.add_flag("--active", arguments.active, "Streams that somebody publishes to now");
    add_list_options(action, arguments.list);
}

Result<void> each_stream(const Connection& connection, PageQuery query, const Sink& sink) {
    query.parameter("streamsonly", "true");
    return each_of_pages(
        connection, stream_noun(),
        livepeer::pages(connection.livepeer(), livepeer::stream_get_all, {}, query.options(connection)),
        [](const livepeer::StreamsResponse& page) {
            std::vector<StreamView> views;
            for (const Stream& stream : page.data.value_or(std::vector<Stream>())) views.push_back({.stream = stream});
            return views;
        },
        sink);
}

Result<void> list(const Context& context, const ListArguments& arguments) {
    PageQuery query(arguments.list.page_size());
    if (!arguments.name.empty()) query.filter("name", boost::json::value(arguments.name));
    if (arguments.active) query.filter("isActive", true);
    Listing listing(context.output, arguments.list, stream_noun().plural, stream_noun().headings());
    SPANREEL_CHECK(each_stream(context.connection, std::move(query),
                               [&](Record record) { return listing.add(std::move(record)); }));
    listing.finish();
    return {};
}

Result<StreamView> get_stream(const Connection& connection, const std::string& id) {
    SPANREEL_TRY(Stream stream, told(connection, livepeer::stream_get(connection.livepeer(), id),
                                     &livepeer::StreamResponse::stream, named("stream", id)));
    return StreamView{.stream = std::move(stream)};
}

/// With where to publish and to watch. A stream that must not be played has no such place.
Result<StreamView> get_whole_stream(const Connection& connection, const std::string& id, const IngestOptions& ingest) {
    SPANREEL_TRY(StreamView view, get_stream(connection, id));
    if (view.stream.stream_key) view.publish_url = publish_url(connection, ingest, *view.stream.stream_key);
    if (const auto playback = livepeer::playback_get(connection.livepeer(), view.stream.playback_id.value_or(""));
        playback && playback->playback_info)
        view.sources = playback->playback_info->meta.source;
    return view;
}

Result<void> show(const Context& context, const std::string& id, const IngestOptions& ingest) {
    SPANREEL_TRY(const StreamView view, get_whole_stream(context.connection, id, ingest));
    context.output.one(stream_noun().headings(), stream_noun().record(view));
    return {};
}

struct GetArguments : Arguments {
    IngestOptions ingest;
    std::vector<std::string> ids;
};

void declare_get(CLI::App& action, GetArguments& arguments) {
    add_ids(action, arguments.ids);
    add_ingest_options(action, arguments.ingest);
}

Result<void> get(const Context& context, const GetArguments& arguments) {
    const ById object = by_id(stream_noun(), [&](const Connection& connection, const std::string& id) {
        return get_whole_stream(connection, id, arguments.ingest);
    });
    return get_all(context, object, arguments.ids);
}

struct CreateArguments : Arguments {
    IngestOptions ingest;
    std::string name;
    bool record = false;
};

void declare_create(CLI::App& action, CreateArguments& arguments) {
    action.add_option("--name", arguments.name, "Its name, which need not be the only one")
        ->type_name("TEXT")
        ->required();
    action.add_flag("--record", arguments.record, "Keep what is published");
    add_ingest_options(action, arguments.ingest);
}

Result<void> create(const Context& context, const CreateArguments& arguments) {
    const Connection& connection = context.connection;
    SPANREEL_TRY(const Stream made, told(connection,
                                         livepeer::stream_create(connection.livepeer(),
                                                                 {.name = arguments.name, .record = arguments.record}),
                                         &livepeer::StreamResponse::stream, "the new stream"));
    return show(context, made.id.value_or(""), arguments.ingest);
}

struct UpdateArguments : Arguments {
    IngestOptions ingest;
    std::string id;
    livepeer::StreamPatchPayload patch;
};

void add_switch(CLI::App& action, const std::string& on, const std::string& off, std::optional<bool>& value,
                const std::string& help) {
    CLI::Option* flag = action.add_flag_callback("--" + on, [&value] { value = true; }, help);
    action.add_flag_callback("--" + off, [&value] { value = false; }, "The opposite of --" + on)->excludes(flag);
}

void declare_update(CLI::App& action, UpdateArguments& arguments) {
    add_id(action, arguments.id);
    action.add_option("--name", arguments.patch.name, "Its new name")->type_name("TEXT");
    add_switch(action, "record", "no-record", arguments.patch.record,
               "Keep what is published from the next session on");
    add_switch(action, "suspend", "resume", arguments.patch.suspended, "Let nobody publish or watch");
    add_ingest_options(action, arguments.ingest);
}

Result<void> update(const Context& context, const UpdateArguments& arguments) {
    const livepeer::StreamPatchPayload& patch = arguments.patch;
    if (!patch.name && !patch.record && !patch.suspended)
        return fail(Code::invalid, "nothing to change: name --name, --record, --no-record, --suspend or --resume");
    const Connection& connection = context.connection;
    SPANREEL_CHECK(told(connection, livepeer::stream_update(connection.livepeer(), {patch, arguments.id}),
                        named("stream", arguments.id)));
    return show(context, arguments.id, arguments.ingest);
}

Result<void> remove(const Connection& connection, const std::string& id) {
    SPANREEL_CHECK(told(connection, livepeer::stream_delete(connection.livepeer(), id), named("stream", id)));
    return {};
}

Result<void> terminate(const Connection& connection, const std::string& id) {
    SPANREEL_CHECK(told(connection, livepeer::stream_terminate(connection.livepeer(), id), named("stream", id)));
    return {};
}

}  // namespace

void add_streams(CLI::App& app, int& status) {
    const Command streams = add_command(app, "streams", status);
    add_action<ListArguments>(streams, "list", "Show streams, the one seen last first", declare_list, list);
    add_action<GetArguments>(streams, "get", "Show all about a stream, with where to publish and to watch", declare_get,
                             get);
    add_action<CreateArguments>(streams, "create", "Make a stream", declare_create, create);
    add_action<UpdateArguments>(streams, "update", "Change a stream", declare_update, update);
    add_delete(streams, "stream", remove, "Delete streams; what was recorded of them stays");
    add_change(streams, "terminate", "stream", "has no publisher any more", terminate,
               "Disconnect whoever publishes, who may come back after 5 seconds");
    add_stream_sessions(streams);
    add_watch(
        streams, by_id(stream_noun(), get_stream),
        [](const Connection& connection, std::size_t page_size, const Sink& sink) {
            return each_stream(connection, PageQuery(page_size), sink);
        },
        "Show whether streams are live, and how well, until Ctrl-C");
}

}  // namespace spanreel::client
