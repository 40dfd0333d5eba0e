// SPDX-License-Identifier: Apache-2.0
#include "api/json/json_members.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>

#include "api/json/json_parse.hpp"

namespace spanreel::api {

namespace json = boost::json;

namespace {

/// Whole numbers of a double are exact up to here, which is also what JavaScript can send.
constexpr double kMaxExactInteger = 9007199254740992.0;

std::optional<double> number_of(const json::value& value) {
    if (value.is_int64()) return static_cast<double>(value.get_int64());
    if (value.is_uint64()) return static_cast<double>(value.get_uint64());
    if (value.is_double()) return value.get_double();
    return std::nullopt;
}

std::optional<std::vector<std::string>> strings_of(const json::value& value) {
    if (!value.is_array()) return std::nullopt;
    std::vector<std::string> strings;
    for (const json::value& element : value.get_array()) {
        if (!element.is_string()) return std::nullopt;
        strings.emplace_back(element.get_string());
    }
    return strings;
}

const json::object& no_members() {
    static const json::object none;
    return none;
}

}  // namespace

Result<json::object> parse_body(std::string_view body) {
    SPANREEL_TRY(json::value value, parse_json(body));
    if (!value.is_object()) return fail(Code::invalid, "the body must be a JSON object");
    return std::move(value.get_object());
}

JsonMembers::JsonMembers(const json::object& object)
    : JsonMembers(object, {}, std::make_shared<std::optional<Error>>()) {}

JsonMembers::JsonMembers() : JsonMembers(no_members()) {}

JsonMembers::JsonMembers(const json::object& object, std::string path, std::shared_ptr<std::optional<Error>> failure)
    : object_(&object), path_(std::move(path)), failure_(std::move(failure)) {}

std::string JsonMembers::path_of(std::string_view key) const { return path_ + std::string(key); }

JsonMembers JsonMembers::member(std::string_view key, const json::object& object) const {
    return {object, path_of(key) + ".", failure_};
}

bool JsonMembers::is_null(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    return value && value->is_null();
}

void JsonMembers::refuse(std::string_view key, std::string_view why) const {
    if (!*failure_) failure_->emplace(Code::invalid, fmt::format("{} {}", path_of(key), why), path_of(key));
}

void JsonMembers::allow(std::initializer_list<std::string_view> names) const {
    for (const auto& member : *object_)
        if (std::ranges::find(names, std::string_view(member.key())) == names.end())
            refuse(member.key(), "is not known here");
}

Result<void> JsonMembers::failure() const {
    if (*failure_) return std::unexpected(**failure_);
    return {};
}

template <>
std::optional<bool> JsonMembers::optional<bool>(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    if (!value) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    refuse(key, "must be true or false");
    return std::nullopt;
}

template <>
std::optional<double> JsonMembers::optional<double>(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    if (!value) return std::nullopt;
    auto number = number_of(*value);
    if (!number) refuse(key, "must be a number");
    return number;
}

template <>
std::optional<std::int64_t> JsonMembers::optional<std::int64_t>(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    if (!value) return std::nullopt;
    auto number = number_of(*value);
    if (number && *number == std::floor(*number) && std::abs(*number) <= kMaxExactInteger)
        return static_cast<std::int64_t>(*number);
    refuse(key, "must be an integer");
    return std::nullopt;
}

template <>
std::optional<std::string> JsonMembers::optional<std::string>(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    if (!value) return std::nullopt;
    if (value->is_string()) return std::string(value->get_string());
    refuse(key, "must be a string");
    return std::nullopt;
}

template <>
std::optional<std::vector<std::string>> JsonMembers::optional<std::vector<std::string>>(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    if (!value) return std::nullopt;
    auto strings = strings_of(*value);
    if (!strings) refuse(key, "must be an array of strings");
    return strings;
}

template <>
std::optional<Time> JsonMembers::optional<Time>(std::string_view key) const {
    auto text = optional<std::string>(key);
    if (!text) return std::nullopt;
    auto time = from_iso(*text);
    if (time) return *time;
    refuse(key, "is " + time.error().message);
    return std::nullopt;
}

template <>
std::optional<JsonMembers> JsonMembers::optional<JsonMembers>(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    if (!value) return std::nullopt;
    if (value->is_object()) return member(key, value->get_object());
    refuse(key, "must be an object");
    return std::nullopt;
}

template <>
std::optional<std::vector<JsonMembers>> JsonMembers::optional<std::vector<JsonMembers>>(std::string_view key) const {
    const json::value* value = object_->if_contains(key);
    if (!value) return std::nullopt;
    std::vector<JsonMembers> members;
    if (const json::array* array = value->if_array()) {
        for (const json::value& element : *array)
            if (element.is_object())
                members.push_back(member(fmt::format("{}[{}]", key, members.size()), element.get_object()));
        if (members.size() == array->size()) return members;
    }
    refuse(key, "must be an array of objects");
    return std::nullopt;
}

}  // namespace spanreel::api
