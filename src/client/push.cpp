// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "client/ingest.hpp"
#include "client/page_query.hpp"
#include "client/program.hpp"
#include "client/recordings.hpp"
#include "spanreel/livepeer/pages.hpp"
#include "spanreel/livepeer/stream.hpp"

namespace spanreel::client {

namespace {

using livepeer::Session;
using livepeer::Stream;

constexpr unsigned kDefaultRetry = 60;  // the server's reconnect window unless it was set otherwise
constexpr unsigned kLongestRetry = 3600;

struct PushArguments : Arguments {
    std::string file;
    std::string stream;
    bool create = false;
    bool loop = false;
    bool fast = false;
    unsigned retry = kDefaultRetry;
    IngestOptions ingest;
};

void declare(CLI::App& action, PushArguments& arguments) {
    action.add_option("file", arguments.file, "Any media file with H.264 and AAC; - is standard input")
        ->required()
        ->type_name("FILE");
    action
        .add_option("--stream", arguments.stream,
                    "The stream to publish to: its id, its key, or its name if only one has it")
        ->type_name("STREAM")
        ->required();
    action.add_flag("--create", arguments.create, "Make a recorded stream of that name if there is none");
    action.add_flag("--loop", arguments.loop, "Begin again at the end, until Ctrl-C");
    action.add_flag("--fast", arguments.fast, "As fast as the server takes it, not in the file's own time");
    action.add_option("--retry", arguments.retry, "How long a lost connection is tried again; 0: not at all")
        ->type_name("SECONDS")
        ->check(CLI::Range(0u, kLongestRetry))
        ->capture_default_str();
    add_ingest_options(action, arguments.ingest);
}

Result<Stream> stream_with_id(const Connection& connection, const std::string& id) {
    return told(connection, livepeer::stream_get(connection.livepeer(), id), &livepeer::StreamResponse::stream,
                "the stream");  // the id may be a key, which no message tells
}

/// The client library has no such call.
Result<std::string> id_of_key(const Connection& connection, const std::string& key) {
    const auto answer = connection.livepeer().send(
        {.operation = "get-stream-by-key", .method = "GET", .path = "/stream/key/" + percent_encoded(key)}, {});
    if (!answer) return std::unexpected(explain(connection, answer.error(), "the stream"));
    boost::system::error_code failed;
    const boost::json::value body = boost::json::parse(answer->body, failed);
    const auto* object = body.if_object();
    const auto* id = object ? object->if_contains("id") : nullptr;
    if (answer->status != 200 || !id || !id->is_string()) return fail(Code::not_found, "no stream has this key");
    return std::string(id->get_string());
}

Result<std::vector<Stream>> streams_named(const Connection& connection, const std::string& name) {
    PageQuery query(100);
    query.parameter("streamsonly", "true");
    query.filter("name", boost::json::value(name));
    std::vector<Stream> found;
    for (const auto& page :
         livepeer::pages(connection.livepeer(), livepeer::stream_get_all, {}, query.options(connection))) {
        if (!page) return std::unexpected(explain(connection, page.error(), "the streams"));
        for (const Stream& stream : page->data.value_or(std::vector<Stream>()))
            if (stream.name == name) found.push_back(stream);
    }
    return found;
}

/// What is written is looked for as an id, as a name and as a key, in this order.
Result<Stream> find_stream(const Connection& connection, const PushArguments& arguments) {
    const std::string& text = arguments.stream;
    Result<Stream> by_id = stream_with_id(connection, text);
    if (by_id || by_id.error().code != Code::not_found) return by_id;
    SPANREEL_TRY(std::vector<Stream> named, streams_named(connection, text));
    if (named.size() == 1) return std::move(named.front());
    if (named.size() > 1)
        return fail(Code::conflict, fmt::format("{} streams have the name \"{}\": name one by its id, as `spanreel "
                                                "streams list --name` shows it",
                                                named.size(), text));
    const Result<std::string> id = id_of_key(connection, text);
    if (id) return stream_with_id(connection, *id);
    if (!arguments.create)
        return fail(Code::not_found,
                    "there is no stream with this id, name or key. `spanreel streams list` shows those there are, and "
                    "--create makes one of this name");
    return told(connection, livepeer::stream_create(connection.livepeer(), {.name = text, .record = true}),
                &livepeer::StreamResponse::stream, "the new stream");
}

/// What to look at next. A session that cannot be read is no failure of the push.
void tell_session(const Context& context, const Stream& stream) {
    const Connection& connection = context.connection;
    const Result<Session> session = newest_session(connection, stream.id.value_or(""));
    if (!session) return remark("the session is not found: " + session.error().message);
    const std::string id = session->id.value_or("");
    const std::string page = fmt::format("{}/sessions/{}", connection.server(), id);
    const bool recorded = session->record.value_or(false);
    if (context.output.json()) {
        const boost::json::object line{{"event", "session"},
                                       {"session_id", id},
                                       {"stream_id", *stream.id},
                                       {"page", page},
                                       {"recorded", recorded}};
        return print(boost::json::serialize(line) + "\n");
    }
    print(fmt::format("session {}\n{}\n", id, page));
    print(recorded ? fmt::format("spanreel recordings watch {}\n", id)
                   : fmt::format("not recorded: `spanreel streams update {} --record` changes that\n", *stream.id));
}

/// The publisher looks at the file before the stream is looked for, and made if need be.
Result<int> run_publisher(const Connection& connection, const PushArguments& arguments, Stream& stream) {
    std::vector<std::string> words{"--retry", std::to_string(arguments.retry)};
    if (arguments.loop) words.emplace_back("--loop");
    if (arguments.fast) words.emplace_back("--fast");
    if (arguments.json) words.emplace_back("--json");
    words.insert(words.end(), {"--", arguments.file});
    return run_beside("spanreel-push", words, [&]() -> Result<std::string> {
        SPANREEL_TRY(stream, find_stream(connection, arguments));
        return publish_url(connection, arguments.ingest, stream.stream_key.value_or(""));
    });
}

}  // namespace

void add_push(CLI::App& app, int& status) {
    add_verb<PushArguments>(
        app, "push", status, declare, [](const Context& context, const PushArguments& arguments) -> Result<int> {
            if (arguments.file == "-" && arguments.loop)
                return fail(Code::invalid, "standard input can be read once: push a file to loop");
            if (arguments.stream.empty())
                return fail(Code::invalid, "--stream names none: give the stream's id, name or key");
            Stream stream;
            SPANREEL_TRY(const int ended, run_publisher(context.connection, arguments, stream));
            if (ended == 0) tell_session(context, stream);
            return ended;
        });
}

}  // namespace spanreel::client
