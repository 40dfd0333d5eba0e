// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/ranges.h>

#include "client/amounts.hpp"
#include "client/session_query.hpp"
#include "client/watch.hpp"

namespace spanreel::client {

using orq::Thread;

namespace {

std::string joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }
std::string count_of(std::int64_t number) { return count_text(static_cast<double>(number)); }
std::string moment_of(const std::optional<orq::Date>& date) { return date ? moment_text(*date, now()) : ""; }

const Noun<Thread>& session_noun() {
    using Shown = const Thread&;
    static const Noun<Thread> noun{
        .singular = "session",
        .plural = "sessions",
        .id = [](Shown session) { return session.id; },
        .fields = {
            {"ID", Column::fixed, [](Shown session) { return session.id; }},
            {"External ID", Column::text, [](Shown session) { return session.external_id; }},
            {"Title", Column::text, [](Shown session) { return session.title.value_or(""); }},
            {"Started", Column::fixed,
             [](Shown session) { return session.started_at ? age_text(*session.started_at, now()) : ""; }},
            {"Duration", Column::number,
             [](Shown session) { return duration_text(std::chrono::duration<double, std::milli>(session.duration)); }},
            {"Traces", Column::number, [](Shown session) { return count_of(session.traces_count); }},
            {"Tokens", Column::number, [](Shown session) { return count_of(session.usage.total_tokens); }},
            {"Cost", Column::number, [](Shown session) { return money_text(session.billing.total_cost); }},
            {"Tags", Column::text, [](Shown session) { return joined(session.tags); }},
            {"Prompt tokens", Column::hidden, [](Shown session) { return count_of(session.usage.prompt_tokens); }},
            {"Completion tokens", Column::hidden,
             [](Shown session) { return count_of(session.usage.completion_tokens); }},
            {"Client", Column::hidden, [](Shown session) { return session.client.value_or(""); }},
            {"Repository", Column::hidden, [](Shown session) { return session.repo.value_or(""); }},
            {"Kind", Column::hidden, [](Shown session) { return kind_text(session.kind); }},
            {"Contacts", Column::hidden, [](Shown session) { return joined(session.contact_ids); }},
            {"Project", Column::hidden, [](Shown session) { return session.project_id.value_or(""); }},
            {"Began", Column::hidden, [](Shown session) { return moment_of(session.started_at); }},
            {"Updated", Column::hidden, [](Shown session) { return moment_of(session.updated_at); }},
        }};
    return noun;
}

Result<Thread> get(const Connection& connection, const std::string& id) {
    return told(connection, orq::threads_get(connection.orq(), {.session_id = id}), named("session", id));
}

struct ListArguments : Arguments {
    ListOptions list;
    SessionQuery query;
};

void declare_list(CLI::App& action, ListArguments& arguments) {
    add_session_query(action, arguments.query);
    add_list_options(action, arguments.list);
}

Result<void> each_session(const Connection& connection, const SessionQuery& query, std::size_t page_size,
                          const Sink& sink) {
    SPANREEL_TRY(const orq::ThreadQuery request, threads_request(query, page_size, now()));
    return each_of_pages(
        connection, session_noun(), orq::threads_pages(connection.orq(), request),
        [](const orq::ThreadPage& page) -> const std::vector<Thread>& { return page.data; }, sink);
}

Result<void> each_found_session(const Connection& connection, const SessionQuery& query, std::size_t page_size,
                                const Sink& sink) {
    SPANREEL_TRY(const orq::SessionList request, sessions_request(query, page_size, now()));
    for (const auto& page : orq::sessions_pages(connection.orq(), request)) {
        if (!page) return std::unexpected(explain(connection, page.error(), "the search for sessions"));
        for (const orq::Session& found : page->data) {
            const Result<Thread> session = get(connection, found.id);
            if (!session && session.error().code == Code::not_found) continue;  // deleted meanwhile
            if (!session) return std::unexpected(session.error());
            if (!sink(session_noun().record(*session))) return {};
        }
    }
    return {};
}

Result<void> list(const Context& context, const ListArguments& arguments) {
    Listing listing(context.output, arguments.list, session_noun().plural, session_noun().headings());
    const Sink sink = [&](Record record) { return listing.add(std::move(record)); };
    const auto each = arguments.query.needs_search() ? each_found_session : each_session;
    SPANREEL_CHECK(each(context.connection, arguments.query, arguments.list.page_size(), sink));
    listing.finish();
    return {};
}

/// What people say of a session; its numbers come from its traces.
struct SessionTexts {
    std::optional<std::string> title, client, repo, project;
    std::string kind;
    std::vector<std::string> tags, contacts;
};

void add_texts(CLI::App& action, SessionTexts& texts) {
    action.add_option("--title", texts.title, "What people know it by")->type_name("TEXT");
    action.add_option("--client", texts.client, "The tool it was had with")->type_name("NAME");
    action.add_option("--repo", texts.repo, "The git repository it is about")->type_name("NAME");
    add_kind(action, texts.kind, "What it is");
    action.add_option("--project", texts.project, "The project it belongs to")->type_name("ID");
    action.add_option("--tag", texts.tags, "A tag; may be repeated")->type_name("TAG")->allow_extra_args(false);
    action.add_option("--contact", texts.contacts, "Id of somebody who took part; may be repeated")
        ->type_name("ID")
        ->allow_extra_args(false);
}

Result<void> show(const Context& context, const sdk::Result<Thread>& answer, std::string_view what) {
    SPANREEL_TRY(const Thread session, told(context.connection, answer, what));
    context.output.one(session_noun().headings(), session_noun().record(session));
    return {};
}

struct CreateArguments : Arguments {
    std::string external_id;
    SessionTexts texts;
};

void declare_create(CLI::App& action, CreateArguments& arguments) {
    action.add_option("--external-id", arguments.external_id, "Your own id for it, which spans name as session.id")
        ->type_name("ID")
        ->required();
    add_texts(action, arguments.texts);
}

Result<void> create(const Context& context, const CreateArguments& arguments) {
    const SessionTexts& texts = arguments.texts;
    orq::ThreadCreate request{.external_id = arguments.external_id,
                              .contact_ids = texts.contacts,
                              .tags = texts.tags,
                              .project_id = texts.project,
                              .title = texts.title,
                              .client = texts.client,
                              .repo = texts.repo};
    if (const auto kind = kind_from(texts.kind)) request.kind = *kind;
    return show(context, orq::threads_create(context.connection.orq(), request),
                "the new session " + arguments.external_id);
}

struct UpdateArguments : Arguments {
    std::string id;
    std::optional<std::string> external_id;
    SessionTexts texts;
    bool clear_tags = false;
    bool clear_contacts = false;
};

void declare_update(CLI::App& action, UpdateArguments& arguments) {
    add_id(action, arguments.id);
    action.add_option("--external-id", arguments.external_id, "Another id of your own for it")->type_name("ID");
    add_texts(action, arguments.texts);
    action.add_flag("--clear-tags", arguments.clear_tags, "Take all tags away")->excludes("--tag");
    action.add_flag("--clear-contacts", arguments.clear_contacts, "Take all contacts away")->excludes("--contact");
}

Result<void> update(const Context& context, const UpdateArguments& arguments) {
    const SessionTexts& texts = arguments.texts;
    orq::ThreadUpdate change{.external_id = arguments.external_id,
                             .project_id = texts.project,
                             .title = texts.title,
                             .client = texts.client,
                             .repo = texts.repo};
    if (const auto kind = kind_from(texts.kind)) change.kind = *kind;
    if (!texts.tags.empty()) change.tags = texts.tags;
    if (!texts.contacts.empty()) change.contact_ids = texts.contacts;
    if (arguments.clear_tags) change.clear_tags = true;
    if (arguments.clear_contacts) change.clear_contact_ids = true;
    return show(
        context,
        orq::threads_update(context.connection.orq(), {.session_id = arguments.id, .request_body = std::move(change)}),
        named("session", arguments.id));
}

Result<void> remove(const Connection& connection, const std::string& id) {
    return told(connection, orq::threads_delete(connection.orq(), {.session_id = id}), named("session", id));
}

}  // namespace

void add_sessions(CLI::App& app, int& status) {
    const Command sessions = add_command(app, "sessions", status);
    const ById object = by_id(session_noun(), get);
    add_action<ListArguments>(sessions, "list", "Show trace sessions, the newest first", declare_list, list);
    add_get(sessions, object);
    add_action<CreateArguments>(sessions, "create", "Make a session before its first span arrives", declare_create,
                                create);
    add_action<UpdateArguments>(sessions, "update", "Change what is said of a session; what is not named stays",
                                declare_update, update);
    add_delete(sessions, "session", remove, "Delete sessions with all their traces");
    add_watch(
        sessions, object,
        [](const Connection& connection, std::size_t page_size, const Sink& sink) {
            return each_session(connection, {}, page_size, sink);
        },
        "Show sessions as their spans arrive, until Ctrl-C");
}

}  // namespace spanreel::client
