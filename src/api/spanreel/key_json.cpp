// SPDX-License-Identifier: Apache-2.0
#include "api/spanreel/key_json.hpp"

#include <boost/json/array.hpp>

#include "access/scopes.hpp"
#include "api/json/json_members.hpp"

namespace spanreel::api::spanreel {

namespace json = boost::json;

namespace {

json::array strings(const std::vector<std::string>& all) { return json::array(all.begin(), all.end()); }

}  // namespace

json::object key_json(const ApiKey& key) {
    json::object out{{"id", key.id},
                     {"name", key.name},
                     {"scopes", strings(access::words_of(key.scopes))},
                     {"created_at", to_iso_millis(key.created_at)}};
    if (!key.project.empty()) out["project"] = key.project;
    if (key.cors.for_pages()) {
        out["allowed_origins"] = strings(key.cors.allowed_origins);
        out["full_access"] = key.cors.full_access;
    }
    if (key.expires_at) out["expires_at"] = to_iso_millis(*key.expires_at);
    if (key.revoked_at) out["revoked_at"] = to_iso_millis(*key.revoked_at);
    return out;
}

Result<access::KeySpec> read_key_body(std::string_view body) {
    SPANREEL_TRY(json::object object, parse_body(body));
    JsonMembers in(object);
    access::KeySpec spec{
        .name = in.required<std::string>("name"),
        .project = in.nullable<std::string>("project").value_or(""),
        .cors = {.allowed_origins =
                     in.optional<std::vector<std::string>>("allowed_origins").value_or(std::vector<std::string>()),
                 .full_access = in.optional<bool>("full_access").value_or(false)}};
    if (auto expires_at = in.nullable<Time>("expires_at")) spec.expires_at = std::chrono::floor<Millis>(*expires_at);
    auto scopes = in.optional<std::vector<std::string>>("scopes");
    SPANREEL_CHECK(in.failure());
    if (scopes) {
        SPANREEL_TRY(spec.scopes, access::scopes_from(*scopes));
    }
    return spec;
}

}  // namespace spanreel::api::spanreel
