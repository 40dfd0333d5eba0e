// SPDX-License-Identifier: Apache-2.0
#include "orq_requests.hpp"

#include <charconv>

#include "../../src/orq/session_list_json.hpp"
#include "../../src/orq/thread_json.hpp"
#include "orq_filters.hpp"

namespace spanreel::orq {

using boost::json::value;
using sdk::Fit;
using sdk::JsonReader;
using sdk::Misfit;
using sdk::read_value;

Fit read_value(const value& json, UnixMillis& out) {
    std::string text;
    if (Fit misfit = read_value(json, text)) return misfit;
    std::int64_t millis = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), millis);
    if (error != std::errc() || end != text.data() + text.size()) return Misfit{"", "a text of milliseconds"};
    out = UnixMillis(Date(std::chrono::milliseconds(millis)));
    return std::nullopt;
}

namespace {

/// The members of an object, each by `visit(reader)`.
template <class Visit>
Fit read_members(const value& json, Visit visit) {
    const auto* object = json.if_object();
    if (!object) return Misfit{"", "an object"};
    JsonReader reader(*object);
    visit(reader);
    return std::move(reader).misfit();
}

Fit read_simple_filter(const value& json, SessionFilter& out) {
    std::string type, op, path, word;
    std::vector<std::string> words;
    if (Fit misfit = read_members(json, [&](JsonReader& read) { read("type", type); })) return misfit;
    Fit misfit = read_members(json, [&](JsonReader& read) {
        if (type == "string" || type == "string_array") read("operator", op);
        if (type != "search") read("path", path);
        if (type == "id") read("id", word);
        if (type == "search" || type == "string") read("value", word);
        if (type == "search") read("searchPaths", words);
        if (type == "string_array") read("values", words);
    });
    if (misfit) return misfit;
    if (type == "id")
        out = field(path).is_id(word);
    else if (type == "search")
        out = search(word, words);
    else if (type == "string" && op == "contains")
        out = field(path).contains(word);
    else if (type == "string" && op == "equals")
        out = field(path).equals(word);
    else if (type == "string_array" && op == "in")
        out = field(path).in(words);
    else
        return Misfit{"", "one of four variants"};
    return std::nullopt;
}

/// Calls `read(element)` for each element of a member that is an array.
template <class Read>
Fit read_each(const value& json, std::string_view name, Read read) {
    const value* member = json.as_object().if_contains(name);
    if (!member) return std::nullopt;
    if (!member->is_array()) return Misfit{std::string(name), "an array"};
    for (const value& element : member->get_array())
        if (Fit misfit = read(element)) {
            JsonReader::put_before(*misfit, name);
            return misfit;
        }
    return std::nullopt;
}

Fit read_query(const value& json, std::optional<Query>& out) {
    out.emplace();
    Fit misfit = read_members(json, [&](JsonReader& read) {
        read("search", out->search);
        read("operator", out->op);
    });
    if (misfit) return misfit;
    if (json.as_object().contains("filters")) out->filters.emplace();
    return read_each(json, "filters", [&](const value& filter) { return read_filter(filter, *out->filters); });
}

}  // namespace

Fit read_request(const value& json, std::optional<SessionCreate>& out) {
    return json.is_null() ? std::nullopt : read_value(json, out.emplace());
}

Fit read_request(const value& json, SessionId& out) {
    return read_members(json, [&](JsonReader& read) { read("session_id", out.session_id); });
}

Fit read_request(const value& json, SessionUpdateRequest& out) {
    return read_members(json, [&](JsonReader& read) {
        read("session_id", out.session_id);
        read("request_body", out.request_body);
    });
}

Fit read_request(const value& json, std::optional<SessionList>& out) {
    if (json.is_null()) return std::nullopt;
    if (!json.is_object()) return Misfit{"", "an object"};
    value whole = json;
    boost::json::object& object = whole.get_object();
    if (!object.contains("filters")) return Misfit{"filters", "to be there"};
    if (value* pagination = object.if_contains("pagination"); pagination && pagination->is_object())
        if (!pagination->get_object().contains("limit")) pagination->get_object()["limit"] = Pagination{}.limit;
    out.emplace();
    Fit misfit = read_members(whole, [&](JsonReader& read) {
        read("pagination", out->pagination);
        read("sortingProps", out->sorting_props);
        read("includedFields", out->included_fields);
    });
    if (!misfit)
        misfit = read_each(whole, "filters", [&](const value& filter) {
            return read_simple_filter(filter, out->filters.emplace_back());
        });
    if (const value* query = object.if_contains("query"); query && !misfit) misfit = read_query(*query, out->query);
    return misfit;
}

Fit read_request(const value& json, ThreadCreate& out) { return read_value(json, out); }

Fit read_request(const value& json, ThreadId& out) {
    return read_members(json, [&](JsonReader& read) { read("session_id", out.session_id); });
}

Fit read_request(const value& json, ThreadUpdateRequest& out) {
    return read_members(json, [&](JsonReader& read) {
        read("session_id", out.session_id);
        read("request_body", out.request_body);
    });
}

Fit read_request(const value& json, ThreadQuery& out) { return read_value(json, out); }

Fit read_request(const value&, Nothing&) { return std::nullopt; }

Fit read_request(const value& json, TraceId& out) {
    return read_members(json, [&](JsonReader& read) { read("trace_id", out.trace_id); });
}

Fit read_request(const value& json, TraceSpans& out) {
    return read_members(json, [&](JsonReader& read) {
        read("trace_id", out.trace_id);
        read("limit", out.limit);
        read("page_token", out.page_token);
    });
}

Fit read_request(const value& json, SpanId& out) {
    return read_members(json, [&](JsonReader& read) {
        read("trace_id", out.trace_id);
        read("span_id", out.span_id);
    });
}

}  // namespace spanreel::orq
