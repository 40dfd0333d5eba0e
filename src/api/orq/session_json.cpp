// SPDX-License-Identifier: Apache-2.0
#include "api/orq/session_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>

#include <cmath>

#include "base/time.hpp"

namespace spanreel::api::orq {

namespace json = boost::json;

namespace {

json::array array_of(const std::vector<std::string>& values, const json::storage_ptr& storage) {
    json::array array(storage);
    for (const std::string& value : values) array.emplace_back(value);
    return array;
}

/// The second generation has whole counts only. A double of this size prints without a fraction.
double count(Generation generation, double value) {
    if (generation == Generation::first) return value;
    double whole = std::floor(value);
    return value - whole >= 0.5 ? whole + 1 : whole;
}

std::string date(std::int64_t unix_millis) { return to_iso_millis(from_unix_millis(unix_millis)); }

void add_text(json::object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

}  // namespace

json::object session_json(Generation generation, const store::SessionRow& row, json::storage_ptr storage) {
    constexpr std::size_t kMostMembers = 16;
    json::object session(kMostMembers, storage);
    session["_id"] = row.id;
    session["external_id"] = row.external_id;
    session["duration"] = row.duration;
    session["contact_ids"] = array_of(row.contact_ids, storage);
    session["billing"] = {
        {"input_cost", row.input_cost}, {"output_cost", row.output_cost}, {"total_cost", row.total_cost}};
    session["usage"] = {{"prompt_tokens", count(generation, row.prompt_tokens)},
                        {"completion_tokens", count(generation, row.completion_tokens)},
                        {"total_tokens", count(generation, row.total_tokens)}};
    session["traces_count"] = count(generation, row.traces_count);
    session["tags"] = array_of(row.tags, storage);
    if (generation == Generation::first) {
        session["workspace_id"] = row.workspace;
        session["project_id"] = row.project.empty() ? json::value(nullptr) : json::value(row.project);
    } else {
        add_text(session, "project_id", row.project);
        add_text(session, "title", row.title);
        add_text(session, "client", row.client);
        add_text(session, "repo", row.repo);
        add_text(session, "kind", row.kind);
    }
    session["started_at"] = date(row.started_at);
    session["updated_at"] = date(row.updated_at);
    return session;
}

json::object page_json(Generation generation, const store::SessionPage& page) {
    // All values lie in few large blocks: a thousand sessions are ten thousand values.
    const auto storage = json::make_shared_resource<json::monotonic_resource>();
    json::array rows(storage);
    rows.reserve(page.rows.size());
    for (const auto& row : page.rows) rows.push_back(session_json(generation, *row, storage));
    json::object answer(storage);
    answer["object"] = "list";
    answer["data"] = std::move(rows);
    answer["has_more"] = page.has_more;
    return answer;
}

}  // namespace spanreel::api::orq
