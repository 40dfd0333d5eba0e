// SPDX-License-Identifier: Apache-2.0
#include "api/orq/log_json.hpp"

#include <boost/json/serialize.hpp>

#include "base/encoding.hpp"
#include "otlp/render.hpp"

namespace spanreel::api::orq {

namespace json = boost::json;

namespace {

/// Text as it is, bytes as base64, anything else as JSON.
std::string text_of(const otlp::Value& value) {
    const json::value shown = otlp::to_json(value);
    return shown.is_string() ? std::string(shown.get_string()) : json::serialize(shown);
}

bool is_json(const otlp::Value& value) {
    return value.type != otlp::ValueType::text && value.type != otlp::ValueType::bytes;
}

json::object texts_of(const otlp::Attributes& attributes) {
    json::object texts;
    for (const otlp::Attribute& attribute : attributes)
        texts.insert_or_assign(to_utf8(attribute.key), text_of(attribute.value));
    return texts;
}

void add_text(json::object& object, std::string_view key, std::string_view text) {
    if (!text.empty()) object[key] = to_utf8(text);
}

/// The first of the attributes that is there.
void add_first(json::object& object, std::string_view key, const json::object& attributes,
               std::initializer_list<std::string_view> names) {
    for (std::string_view name : names) {
        const json::value* found = attributes.if_contains(name);
        if (!found || found->get_string().empty()) continue;
        object[key] = *found;
        return;
    }
}

}  // namespace

json::object log_json(const trace::StoredLog& stored, const std::string& project) {
    const otlp::LogView& log = stored.log;
    json::object resource = texts_of(stored.source.resource_attributes());
    json::object attributes = texts_of(log.attributes());
    json::object object{{"id", stored.id}, {"trace_id", to_hex(log.trace_id.view())}};
    if (!log.span_id.empty()) object["span_id"] = to_hex(log.span_id.view());
    if (log.time) object["timestamp"] = to_iso_millis(*log.time);
    if (log.observed) object["observed_timestamp"] = to_iso_millis(*log.observed);
    if (log.severity_number != 0) object["severity_number"] = log.severity_number;
    add_text(object, "severity_text", log.severity_text);
    if (log.body.type != otlp::ValueType::none) {
        object["body"] = text_of(log.body);
        object["body_is_json"] = is_json(log.body);
    }
    add_text(object, "event_name", log.event_name);
    if (log.event_name.empty()) add_first(object, "event_name", attributes, {"event.name"});
    object["dropped_attributes_count"] = log.dropped_attributes;
    object["trace_flags"] = log.flags & 0xFF;  // the rest is reserved
    add_text(object, "scope_name", stored.source.scope_name);
    add_text(object, "scope_version", stored.source.scope_version);
    add_first(object, "service_name", resource, {"service.name"});
    add_first(object, "service_version", resource, {"service.version"});
    add_first(object, "deployment_environment", resource, {"deployment.environment.name", "deployment.environment"});
    add_first(object, "host_name", resource, {"host.name"});
    add_text(object, "project_id", project);
    object["scope_attributes"] = texts_of(stored.source.scope_attributes());
    object["log_attributes"] = std::move(attributes);
    object["resource_attributes"] = std::move(resource);
    return object;
}

}  // namespace spanreel::api::orq
