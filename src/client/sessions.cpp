// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/ranges.h>

#include "client/amounts.hpp"
#include "client/command.hpp"
#include "client/listing.hpp"
#include "spanreel/orq/threads.hpp"

namespace spanreel::client {

using orq::Thread;

namespace {

const Noun<Thread>& session_noun() {
    static const Noun<Thread> noun{
        .plural = "sessions",
        .id = [](const Thread& session) { return session.id; },
        .fields = {
            {"ID", Column::fixed, [](const Thread& session) { return session.id; }},
            {"External ID", Column::text, [](const Thread& session) { return session.external_id; }},
            {"Title", Column::text, [](const Thread& session) { return session.title.value_or(""); }},
            {"Started", Column::fixed,
             [](const Thread& session) {
                 return session.started_at ? age_text(*session.started_at, now()) : std::string();
             }},
            {"Duration", Column::number,
             [](const Thread& session) {
                 return duration_text(std::chrono::duration<double, std::milli>(session.duration));
             }},
            {"Traces", Column::number,
             [](const Thread& session) { return count_text(static_cast<double>(session.traces_count)); }},
            {"Tokens", Column::number,
             [](const Thread& session) { return count_text(static_cast<double>(session.usage.total_tokens)); }},
            {"Cost", Column::number, [](const Thread& session) { return money_text(session.billing.total_cost); }},
            {"Tags", Column::text,
             [](const Thread& session) { return fmt::format("{}", fmt::join(session.tags, ", ")); }},
        }};
    return noun;
}

struct ListArguments : Arguments {
    ListOptions list;
};

void declare_list(CLI::App& action, ListArguments& arguments) { add_list_options(action, arguments.list); }

Result<void> list(const Context& context, const ListArguments& arguments) {
    const Noun<Thread>& noun = session_noun();
    Listing listing(context.output, arguments.list, noun.plural, noun.headings());
    SPANREEL_CHECK(each_of_pages(
        context.connection, noun,
        orq::threads_pages(context.connection.orq(), {.filters = {.interval = orq::SessionInterval::all_time},
                                                      .limit = static_cast<std::int64_t>(arguments.list.page_size())}),
        [](const orq::ThreadPage& page) -> const std::vector<Thread>& { return page.data; },
        [&](Record record) { return listing.add(std::move(record)); }));
    listing.finish();
    return {};
}

}  // namespace

void add_sessions(CLI::App& app, int& status) {
    const Command sessions = add_command(app, "sessions", status);
    add_action(sessions, "list", "Show trace sessions, the newest first", declare_list, list);
}

}  // namespace spanreel::client
