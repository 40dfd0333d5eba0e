// SPDX-License-Identifier: Apache-2.0
// Models to JSON and back. A model joins with a function in its own namespace that names its members once, for both
// directions:
//     template <class Visitor, class Self> requires IsModel<Self, Session>
//     void members(Visitor& visit, Self& self) { visit("_id", self.id); visit("title", self.title); }
// A std::optional is left out when it is absent; Nullable may be null; everything else must be there. Members that a
// model does not name are ignored.
#pragma once
#include <boost/json.hpp>

#include <chrono>
#include <cmath>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "json_text.hpp"
#include "spanreel/sdk/error.hpp"
#include "spanreel/sdk/nullable.hpp"

#pragma GCC visibility push(default)
namespace spanreel::sdk {

template <class Self, class Model>
concept IsModel = std::same_as<std::remove_const_t<Self>, Model>;

using Date = std::chrono::sys_time<std::chrono::milliseconds>;

/// YYYY-MM-DDTHH:MM:SS.mmmZ
std::string to_iso(Date date);
/// As the services' clients take it back: seconds, a fraction of any length, and Z, +hh:mm or +hhmm.
std::optional<Date> from_iso(std::string_view text);

/// Where something does not fit, and what was expected there.
struct Misfit {
    std::string path;
    std::string expected;
    std::string message() const { return (path.empty() ? "the value" : path) + ": expected " + expected; }
};

class JsonReader;
class JsonWriter;

template <class T>
concept Model = requires(JsonReader& reader, T& value) { members(reader, value); };

// Reading: each puts what it finds into `out`, or says what does not fit. Paths are put together on the way back.

using Fit = std::optional<Misfit>;

Fit read_value(const boost::json::value& json, std::string& out);
Fit read_value(const boost::json::value& json, bool& out);
Fit read_value(const boost::json::value& json, double& out);
Fit read_value(const boost::json::value& json, std::int64_t& out);  ///< also a number with a point that is whole
Fit read_value(const boost::json::value& json, Date& out);
Fit read_value(const boost::json::value& json, JsonText& out);
template <class E>
Fit read_value(const boost::json::value& json, OpenEnum<E>& out);
template <class T>
Fit read_value(const boost::json::value& json, std::vector<T>& out);
template <class... Ts>
Fit read_value(const boost::json::value& json, std::variant<Ts...>& out);  ///< the first that fits
template <class T>
Fit read_value(const boost::json::value& json, Nullable<T>& out);
template <class T>
Fit read_value(const boost::json::value& json, std::map<std::string, T>& out);
template <Model T>
Fit read_value(const boost::json::value& json, T& out);

/// A visitor of members.
class JsonReader {
  public:
    explicit JsonReader(const boost::json::object& object) : object_(object) {}

    template <class T>
    void operator()(std::string_view name, T& out) {
        if (misfit_) return;
        const boost::json::value* found = object_.if_contains(name);
        if (!found) {
            misfit_ = Misfit{std::string(name), "to be there"};
            return;
        }
        misfit_ = read_value(*found, out);
        if (misfit_) put_before(*misfit_, name);
    }
    template <class T>
    void operator()(std::string_view name, std::optional<T>& out) {
        if (misfit_ || !object_.contains(name)) return;
        T value{};
        (*this)(name, value);
        out = std::move(value);
    }
    static void put_before(Misfit& misfit, std::string_view name) {
        const bool index = misfit.path.starts_with('[') || misfit.path.empty();
        misfit.path = std::string(name) + (index ? "" : ".") + misfit.path;
    }

    Fit misfit() && { return std::move(misfit_); }

  private:
    const boost::json::object& object_;
    Fit misfit_;
};

template <class E>
Fit read_value(const boost::json::value& json, OpenEnum<E>& out) {
    std::string word;
    if (Fit misfit = read_value(json, word)) return misfit;
    out = OpenEnum<E>(std::move(word));
    return std::nullopt;
}

template <class T>
Fit read_value(const boost::json::value& json, std::vector<T>& out) {
    const auto* array = json.if_array();
    if (!array) return Misfit{"", "an array"};
    for (std::size_t i = 0; i < array->size(); ++i) {
        if (Fit misfit = read_value((*array)[i], out.emplace_back())) {
            JsonReader::put_before(*misfit, "[" + std::to_string(i) + "]");
            return misfit;
        }
    }
    return std::nullopt;
}

template <class... Ts>
Fit read_value(const boost::json::value& json, std::variant<Ts...>& out) {
    Misfit misfit{"", ""};
    const auto fits = [&]<class T>(T value) {
        Fit other = read_value(json, value);
        if (!other) {
            out = std::move(value);
            return true;
        }
        misfit.expected +=
            (misfit.expected.empty() ? "" : " or ") + (other->path.empty() ? "" : other->path + ": ") + other->expected;
        return false;
    };
    if ((fits(Ts{}) || ...)) return std::nullopt;
    return misfit;
}

template <class T>
Fit read_value(const boost::json::value& json, Nullable<T>& out) {
    if (json.is_null()) {
        out = nullptr;
        return std::nullopt;
    }
    T value{};
    if (Fit misfit = read_value(json, value)) return misfit;
    out = std::move(value);
    return std::nullopt;
}

template <class T>
Fit read_value(const boost::json::value& json, std::map<std::string, T>& out) {
    const auto* object = json.if_object();
    if (!object) return Misfit{"", "an object"};
    for (const auto& [name, value] : *object) {
        if (Fit misfit = read_value(value, out[std::string(name)])) {
            JsonReader::put_before(*misfit, std::string(name));
            return misfit;
        }
    }
    return std::nullopt;
}

template <Model T>
Fit read_value(const boost::json::value& json, T& out) {
    const auto* object = json.if_object();
    if (!object) return Misfit{"", "an object"};
    JsonReader reader(*object);
    members(reader, out);
    return std::move(reader).misfit();
}

// Writing.

inline void append_json(std::string& out, const std::string& text) { append_json_string(out, text); }
inline void append_json(std::string& out, std::same_as<bool> auto flag) { out += flag ? "true" : "false"; }
inline void append_json(std::string& out, double number) { append_json_number(out, number); }
inline void append_json(std::string& out, std::int64_t number) { out += std::to_string(number); }
inline void append_json(std::string& out, Date date) { append_json_string(out, to_iso(date)); }
inline void append_json(std::string& out, const JsonText& json) { out += json.text; }
template <class E>
void append_json(std::string& out, const OpenEnum<E>& value) {
    append_json_string(out, value.word());
}
template <class T>
void append_json(std::string& out, const std::vector<T>& values);
template <class T>
void append_json(std::string& out, const std::map<std::string, T>& values);
template <class T>
void append_json(std::string& out, const Nullable<T>& value);
template <class... Ts>
void append_json(std::string& out, const std::variant<Ts...>& value);
template <class T>
    requires requires(JsonWriter& writer, const T& value) { members(writer, value); }
void append_json(std::string& out, const T& value);

/// A visitor of members.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}
    template <class T>
    void operator()(std::string_view name, const T& value) {
        if (!first_) out_ += ',';
        first_ = false;
        append_json_string(out_, name);
        out_ += ':';
        append_json(out_, value);
    }
    template <class T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (value) (*this)(name, *value);
    }

  private:
    std::string& out_;
    bool first_ = true;
};

template <class T>
void append_json(std::string& out, const std::vector<T>& values) {
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ',';
        append_json(out, values[i]);
    }
    out += ']';
}

template <class T>
void append_json(std::string& out, const std::map<std::string, T>& values) {
    out += '{';
    JsonWriter writer(out);
    for (const auto& [name, value] : values) writer(name, value);
    out += '}';
}

template <class T>
void append_json(std::string& out, const Nullable<T>& value) {
    if (value.is_null())
        out += "null";
    else
        append_json(out, value.value());
}

template <class... Ts>
void append_json(std::string& out, const std::variant<Ts...>& value) {
    std::visit([&](const auto& one) { append_json(out, one); }, value);
}

template <class T>
    requires requires(JsonWriter& writer, const T& value) { members(writer, value); }
void append_json(std::string& out, const T& value) {
    out += '{';
    JsonWriter writer(out);
    members(writer, value);
    out += '}';
}

template <class T>
std::string json_of(const T& value) {
    std::string out;
    append_json(out, value);
    return out;
}

/// Nothing fits a text that is no JSON.
Result<boost::json::value> parse_answer(const HttpResponse& response);

/// The body of an answer as a model; `response_validation` when it does not fit.
template <class T>
Result<T> read_body(HttpResponse response) {
    Result<boost::json::value> json = parse_answer(response);
    if (!json) return std::unexpected(std::move(json).error());
    T value{};
    if (Fit misfit = read_value(*json, value))
        return std::unexpected(Error{.kind = Error::Kind::response_validation,
                                     .message = "Response validation failed: " + misfit->message(),
                                     .cause = misfit->message(),
                                     .response = std::move(response)});
    return value;
}

}  // namespace spanreel::sdk
#pragma GCC visibility pop
