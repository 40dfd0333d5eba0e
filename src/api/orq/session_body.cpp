// SPDX-License-Identifier: Apache-2.0
#include "api/orq/session_body.hpp"

#include <algorithm>
#include <array>

#include "api/json/json_members.hpp"

namespace spanreel::api::orq {

namespace {

using trace::SessionFields;

/// Refuses what is longer than lists keep in memory.
std::optional<std::string> text(const JsonMembers& in, std::string_view key) {
    auto value = in.optional<std::string>(key);
    if (value && value->size() > kMaxTextBytes) in.refuse(key, fmt::format("has more than {} bytes", kMaxTextBytes));
    return value;
}

std::optional<std::vector<std::string>> texts(const JsonMembers& in, std::string_view key) {
    auto values = in.optional<std::vector<std::string>>(key);
    if (!values) return values;
    if (values->size() > kMaxListed) in.refuse(key, fmt::format("has more than {} values", kMaxListed));
    if (std::ranges::any_of(*values, [](const std::string& value) { return value.size() > kMaxListedBytes; }))
        in.refuse(key, fmt::format("has a value of more than {} bytes", kMaxListedBytes));
    return values;
}

/// A count or an amount: shown counters are never below 0, so none may be given.
double amount(const JsonMembers& in, std::string_view key) {
    double value = in.required<double>(key);
    if (value < 0) in.refuse(key, "must not be negative");
    return value;
}

double count(Generation generation, const JsonMembers& in, std::string_view key) {
    if (generation == Generation::second) (void)in.optional<std::int64_t>(key);
    return amount(in, key);
}

void read_numbers(Generation generation, const JsonMembers& in, SessionFields& fields) {
    if (in.has("duration")) fields.duration = amount(in, "duration");
    if (in.has("traces_count")) fields.traces_count = count(generation, in, "traces_count");
    if (auto billing = in.optional<JsonMembers>("billing"))
        fields.billing = {amount(*billing, "input_cost"), amount(*billing, "output_cost"),
                          amount(*billing, "total_cost")};
    if (auto usage = in.optional<JsonMembers>("usage"))
        fields.usage = {count(generation, *usage, "prompt_tokens"), count(generation, *usage, "completion_tokens"),
                        count(generation, *usage, "total_tokens")};
}

void read_project(Generation generation, const JsonMembers& in, SessionFields& fields) {
    if (generation == Generation::first && in.is_null("project_id"))
        fields.project = "";
    else
        fields.project = text(in, "project_id");
}

void read_kind(const JsonMembers& in, SessionFields& fields) {
    constexpr std::array<std::string_view, 3> kKinds{"THREAD_KIND_UNSPECIFIED", "THREAD_KIND_CONVERSATION",
                                                     "THREAD_KIND_CODING_AGENT"};
    fields.kind = in.optional<std::string>("kind");
    if (fields.kind && std::ranges::find(kKinds, *fields.kind) == kKinds.end())
        in.refuse("kind", fmt::format("must be one of {}", fmt::join(kKinds, ", ")));
}

void read_clear(const JsonMembers& in, std::string_view flag, std::string_view of,
                std::optional<std::vector<std::string>>& values) {
    if (!in.optional<bool>(flag).value_or(false)) return;
    if (in.has(of)) return in.refuse(flag, fmt::format("cannot stand beside {}", of));
    values.emplace();
}

void read_fields(Generation generation, const JsonMembers& in, SessionFields& fields) {
    fields.external_id = text(in, "external_id");
    read_numbers(generation, in, fields);
    fields.contact_ids = texts(in, "contact_ids");
    fields.tags = texts(in, "tags");
    read_project(generation, in, fields);
    fields.started_at = in.optional<Time>("started_at");
    fields.updated_at = in.optional<Time>("updated_at");
    if (generation == Generation::first) return;
    fields.title = text(in, "title");
    fields.client = text(in, "client");
    fields.repo = text(in, "repo");
    read_kind(in, fields);
}

Result<void> check_project(const SessionFields& fields, const Caller& caller) {
    if (!fields.project || caller.sees(*fields.project)) return {};
    return fail(Code::forbidden,
                fmt::format("this key belongs to project \"{}\": its sessions cannot be in {}", *caller.project,
                            fields.project->empty() ? "none" : "project \"" + *fields.project + '"'),
                "project_id");
}

}  // namespace

Result<SessionFields> read_create_body(Generation generation, std::string_view body, const Caller& caller) {
    SessionFields fields;
    if (!body.empty() || generation == Generation::second) {
        SPANREEL_TRY(boost::json::object object, body.empty() ? boost::json::object() : parse_body(body));
        JsonMembers in(object);
        for (std::string_view key :
             {"external_id", "duration", "contact_ids", "billing", "usage", "traces_count", "tags"})
            if (!in.has(key)) in.refuse(key, "is required");
        read_fields(generation, in, fields);
        SPANREEL_CHECK(in.failure());
        if (fields.project && fields.project->empty()) fields.project.reset();
        SPANREEL_CHECK(check_project(fields, caller));
    }
    if (caller.project) fields.project = caller.project;
    return fields;
}

Result<SessionFields> read_update_body(Generation generation, std::string_view body, const Caller& caller) {
    SessionFields fields;
    if (body.empty()) return fields;
    SPANREEL_TRY(boost::json::object object, parse_body(body));
    JsonMembers in(object);
    read_fields(generation, in, fields);
    if (generation == Generation::second) {
        read_clear(in, "clear_contact_ids", "contact_ids", fields.contact_ids);
        read_clear(in, "clear_tags", "tags", fields.tags);
    }
    SPANREEL_CHECK(in.failure());
    SPANREEL_CHECK(check_project(fields, caller));
    return fields;
}

}  // namespace spanreel::api::orq
