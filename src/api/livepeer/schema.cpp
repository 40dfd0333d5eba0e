// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/schema.hpp"

#include <boost/json/parse.hpp>

#include <cmath>

#include "api/json/json_text.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;

namespace {

/// Where the check is: in the body and in the schema.
struct Place {
    std::string instance;
    std::string schema;

    Place child(std::string_view instance_step, std::string_view schema_step) const {
        return {instance + std::string(instance_step), schema + std::string(schema_step)};
    }
};

using Failure = std::optional<json::object>;

json::object failure(const Place& place, std::string_view keyword, json::object params, std::string_view message) {
    return {{"instancePath", place.instance},
            {"schemaPath", fmt::format("{}/{}", place.schema, keyword)},
            {"keyword", keyword},
            {"params", std::move(params)},
            {"message", message}};
}

bool is_integer(const json::value& value) {
    if (value.is_int64() || value.is_uint64()) return true;
    return value.is_double() && std::trunc(value.get_double()) == value.get_double();
}

bool has_type(const json::value& value, std::string_view type) {
    if (type == "integer") return is_integer(value);
    if (type == "number") return value.is_number();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    return value.is_null();
}

/// As a step of a JSON pointer (RFC 6901 section 3).
std::string pointer_step(std::string_view name) {
    std::string step = "/";
    for (const char c : name) {
        if (c == '~')
            step += "~0";
        else if (c == '/')
            step += "~1";
        else
            step += c;
    }
    return step;
}

/// UTF-16 code units would be what JavaScript counts; code points are what JSON Schema says.
std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Failure check(const json::value& value, const json::object& schema, const Place& place);

Failure check_type(const json::value& value, const json::object& schema, const Place& place) {
    const json::value* wanted = schema.if_contains("type");
    if (!wanted) return {};
    std::vector<std::string> types;
    if (wanted->is_array())
        for (const auto& type : wanted->get_array()) types.emplace_back(type.get_string());
    else
        types.emplace_back(wanted->get_string());
    for (const auto& type : types)
        if (has_type(value, type)) return {};
    const std::string joined = fmt::format("{}", fmt::join(types, ","));
    return failure(place, "type", {{"type", *wanted}}, "must be " + joined);
}

Failure check_number(const json::value& value, const json::object& schema, const Place& place) {
    if (!value.is_number()) return {};
    const double number = value.to_number<double>();
    const auto limit_of = [&](std::string_view keyword) { return schema.if_contains(keyword); };
    if (const auto* limit = limit_of("minimum"); limit && number < limit->to_number<double>())
        return failure(place, "minimum", {{"comparison", ">="}, {"limit", *limit}}, "must be >= " + to_text(*limit));
    if (const auto* limit = limit_of("maximum"); limit && number > limit->to_number<double>())
        return failure(place, "maximum", {{"comparison", "<="}, {"limit", *limit}}, "must be <= " + to_text(*limit));
    return {};
}

Failure check_string(const json::value& value, const json::object& schema, const Place& place) {
    if (!value.is_string()) return {};
    const std::size_t length = code_points(value.get_string());
    if (const auto* limit = schema.if_contains("maxLength"); limit && length > limit->to_number<std::size_t>())
        return failure(place, "maxLength", {{"limit", *limit}},
                       fmt::format("must NOT have more than {} characters", to_text(*limit)));
    if (const auto* limit = schema.if_contains("minLength"); limit && length < limit->to_number<std::size_t>())
        return failure(place, "minLength", {{"limit", *limit}},
                       fmt::format("must NOT have fewer than {} characters", to_text(*limit)));
    return {};
}

Failure check_choice(const json::value& value, const json::object& schema, const Place& place) {
    if (const auto* allowed = schema.if_contains("enum"))
        if (std::ranges::find(allowed->get_array(), value) == allowed->get_array().end())
            return failure(place, "enum", {{"allowedValues", *allowed}}, "must be equal to one of the allowed values");
    const auto* choices = schema.if_contains("anyOf");
    if (!choices) return {};
    Failure first;
    for (std::size_t i = 0; i < choices->get_array().size(); ++i) {
        Failure failed =
            check(value, choices->get_array()[i].get_object(), place.child("", fmt::format("/anyOf/{}", i)));
        if (!failed) return {};
        if (!first) first = std::move(failed);
    }
    return first;
}

Failure check_items(const json::value& value, const json::object& schema, const Place& place) {
    const auto* items = schema.if_contains("items");
    if (!items || !value.is_array()) return {};
    const json::array& array = value.get_array();
    for (std::size_t i = 0; i < array.size(); ++i)
        if (Failure failed = check(array[i], items->get_object(), place.child(fmt::format("/{}", i), "/items")))
            return failed;
    return {};
}

Failure check_additional(const json::object& object, const json::object& schema, const Place& place) {
    const auto* additional = schema.if_contains("additionalProperties");
    if (!additional) return {};
    const auto* properties = schema.if_contains("properties");
    for (const auto& [name, member] : object) {
        if (properties && properties->get_object().contains(name)) continue;
        if (!additional->is_object())
            return failure(place, "additionalProperties", {{"additionalProperty", name}},
                           "must NOT have additional properties");
        if (Failure failed =
                check(member, additional->get_object(), place.child(pointer_step(name), "/additionalProperties")))
            return failed;
    }
    return {};
}

Failure check_object(const json::value& value, const json::object& schema, const Place& place) {
    const json::object* object = value.if_object();
    if (!object) return {};
    if (const auto* required = schema.if_contains("required"))
        for (const auto& name : required->get_array())
            if (!object->contains(name.get_string()))
                return failure(place, "required", {{"missingProperty", name}},
                               fmt::format("must have required property '{}'", std::string_view(name.get_string())));
    if (Failure failed = check_additional(*object, schema, place)) return failed;
    const auto* properties = schema.if_contains("properties");
    if (!properties) return {};
    for (const auto& [name, member_schema] : properties->get_object()) {
        const auto* member = object->if_contains(name);
        if (!member) continue;
        const std::string step = pointer_step(name);
        if (Failure failed = check(*member, member_schema.get_object(), place.child(step, "/properties" + step)))
            return failed;
    }
    return {};
}

/// Keywords in the order in which Ajv checks them.
Failure check(const json::value& value, const json::object& schema, const Place& place) {
    for (const auto step : {check_type, check_number, check_string, check_choice, check_items, check_object})
        if (Failure failed = step(value, schema, place)) return failed;
    return {};
}

}  // namespace

Schema::Schema(std::string_view text) : schema_(json::parse(text)) {}

std::optional<std::string> Schema::find_failure(const json::value& body) const {
    Failure failed = check(body, schema_.get_object(), {.instance = "", .schema = "#"});
    if (!failed) return std::nullopt;
    return to_text(*std::move(failed));
}

}  // namespace spanreel::api::livepeer
