// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "client/amounts.hpp"
#include "client/command.hpp"
#include "client/listing.hpp"
#include "client/page_query.hpp"
#include "spanreel/livepeer/pages.hpp"
#include "spanreel/livepeer/stream.hpp"

namespace spanreel::client {

using livepeer::Stream;

namespace {

std::string state_of(const Stream& stream) {
    if (stream.suspended.value_or(false)) return "suspended";
    if (!stream.is_active.value_or(false)) return "idle";
    const bool ill = stream.is_healthy && !stream.is_healthy->is_null() && !stream.is_healthy->value();
    return ill ? "live, unhealthy" : "live";
}

const Noun<Stream>& stream_noun() {
    static const Noun<Stream> noun{
        .plural = "streams",
        .id = [](const Stream& stream) { return stream.id.value_or(""); },
        .fields = {
            {"ID", Column::fixed, [](const Stream& stream) { return stream.id.value_or(""); }},
            {"Name", Column::text, [](const Stream& stream) { return stream.name; }},
            {"State", Column::fixed, state_of},
            {"Record", Column::fixed,
             [](const Stream& stream) { return std::string(stream.record.value_or(false) ? "yes" : "no"); }},
            {"Last seen", Column::fixed,
             [](const Stream& stream) {
                 const double millis = stream.last_seen.value_or(0);
                 return millis == 0 ? std::string("never") : age_text(livepeer::to_date(millis), now());
             }},
        }};
    return noun;
}

struct ListArguments : Arguments {
    ListOptions list;
};

void declare_list(CLI::App& action, ListArguments& arguments) { add_list_options(action, arguments.list); }

Result<void> list(const Context& context, const ListArguments& arguments) {
    const Noun<Stream>& noun = stream_noun();
    PageQuery query(arguments.list.page_size());
    query.parameter("streamsonly", "true");
    Listing listing(context.output, arguments.list, noun.plural, noun.headings());
    SPANREEL_CHECK(each_of_pages(
        context.connection, noun,
        livepeer::pages(context.connection.livepeer(), livepeer::stream_get_all, {}, query.options(context.connection)),
        [](const livepeer::StreamsResponse& page) { return page.data.value_or(std::vector<Stream>()); },
        [&](Record record) { return listing.add(std::move(record)); }));
    listing.finish();
    return {};
}

}  // namespace

void add_streams(CLI::App& app, int& status) {
    const Command streams = add_command(app, "streams", status);
    add_action(streams, "list", "Show streams, the one seen last first", declare_list, list);
}

}  // namespace spanreel::client
