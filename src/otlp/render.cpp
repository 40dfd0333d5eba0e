// SPDX-License-Identifier: Apache-2.0
#include "otlp/render.hpp"

#include <boost/json/array.hpp>

#include <array>
#include <cmath>

#include "base/encoding.hpp"
#include "base/time.hpp"

namespace spanreel::otlp {
namespace {

namespace json = boost::json;

/// Stored values nest at most Limits::nesting deep; this bounds bytes from elsewhere.
constexpr unsigned kMaxRenderedNesting = 64;

json::value value_at(const Value& value, unsigned depth);

json::object object_at(const Attributes& attributes, unsigned depth) {
    json::object object;
    for (const Attribute& attribute : attributes)
        object.insert_or_assign(to_utf8(attribute.key), value_at(attribute.value, depth));
    return object;
}

json::value real_value(double real) {
    if (std::isnan(real)) return "NaN";
    if (std::isinf(real)) return real > 0 ? "Infinity" : "-Infinity";
    return real;
}

json::value value_at(const Value& value, unsigned depth) {
    switch (value.type) {
        case ValueType::none: return nullptr;
        case ValueType::text: return json::string(to_utf8(value.data));
        case ValueType::boolean: return value.boolean;
        case ValueType::integer: return value.integer;
        case ValueType::real: return real_value(value.real);
        case ValueType::bytes: return json::string(to_base64(as_bytes(value.data)));
        case ValueType::array: {
            json::array array;
            if (depth == kMaxRenderedNesting) return array;
            for (const Value& element : elements(value)) array.push_back(value_at(element, depth + 1));
            return array;
        }
        case ValueType::map:
            if (depth == kMaxRenderedNesting) return json::object();
            return object_at(entries(value), depth + 1);
    }
    return nullptr;
}

std::string_view kind_text(SpanKind kind) {
    static constexpr std::array<std::string_view, 6> texts = {"unspecified", "internal", "server",
                                                              "client",      "producer", "consumer"};
    return texts[static_cast<std::size_t>(kind)];
}

void add_text(json::object& object, std::string_view key, std::string_view text) {
    if (!text.empty()) object[key] = to_utf8(text);
}

json::object scope_object(const SourceView& source) {
    json::object scope;
    add_text(scope, "name", source.scope_name);
    add_text(scope, "version", source.scope_version);
    json::object attributes = to_json(source.scope_attributes());
    if (!attributes.empty()) scope["attributes"] = std::move(attributes);
    return scope;
}

}  // namespace

json::value to_json(const Value& value) { return value_at(value, 0); }

json::object to_json(const Attributes& attributes) { return object_at(attributes, 0); }

json::array to_json(const Events& events) {
    json::array array;
    for (const EventView& event : events) {
        json::object object;
        object["time"] = to_iso_millis(event.time);
        object["time_unix_nano"] = std::to_string(to_unix_nanos(event.time));
        object["name"] = to_utf8(event.name);
        object["attributes"] = to_json(event.attributes());
        array.push_back(std::move(object));
    }
    return array;
}

json::array to_json(const Links& links) {
    json::array array;
    for (const LinkView& link : links) {
        json::object object;
        object["trace_id"] = to_hex(as_bytes(link.trace_id));
        object["span_id"] = to_hex(as_bytes(link.span_id));
        add_text(object, "trace_state", link.trace_state);
        object["attributes"] = to_json(link.attributes());
        array.push_back(std::move(object));
    }
    return array;
}

json::object to_json(const SpanView& span, const SourceView& source) {
    json::object object;
    object["kind"] = kind_text(span.kind);
    add_text(object, "status_message", span.status_message);
    add_text(object, "trace_state", span.trace_state);
    object["attributes"] = to_json(span.attributes());
    if (json::array events = to_json(span.events()); !events.empty()) object["events"] = std::move(events);
    if (json::array links = to_json(span.links()); !links.empty()) object["links"] = std::move(links);
    if (json::object resource = to_json(source.resource_attributes()); !resource.empty())
        object["resource"] = std::move(resource);
    if (json::object scope = scope_object(source); !scope.empty()) object["scope"] = std::move(scope);
    return object;
}

}  // namespace spanreel::otlp
