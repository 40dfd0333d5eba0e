// SPDX-License-Identifier: Apache-2.0
#include "api/livepeer/list_params.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <charconv>

#include "api/json/json_parse.hpp"
#include "api/json/json_text.hpp"
#include "base/encoding.hpp"

namespace spanreel::api::livepeer {

namespace json = boost::json;
using store::FieldKind;
using store::FilterOperator;
using store::FilterValue;
using store::ListFilter;

namespace {

constexpr std::size_t kDefaultLimit = 20;
constexpr std::size_t kLargestLimit = 1000;
constexpr std::string_view kOffsetCursor = "skip";
/// Conditions of one list, each of which is looked at for every row.
constexpr std::size_t kMaxConditions = 100;

std::size_t read_limit(const net::Request& request) {
    const std::string text = request.query.get("limit").value_or("");
    std::int64_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error == std::errc::result_out_of_range && !text.starts_with('-')) return kLargestLimit;
    if (error != std::errc{} || end != text.data() + text.size() || limit < 1) return kDefaultLimit;
    return std::min(static_cast<std::size_t>(limit), kLargestLimit);
}

Result<void> read_cursor(const net::Request& request, store::ListQuery& query) {
    const std::string cursor = request.query.get("cursor").value_or("");
    if (cursor.empty()) return {};
    if (!cursor.starts_with(kOffsetCursor)) {
        query.after_id = cursor;
        query.order = {{.field = "id"}};  // what is greater comes later in no other order
        return {};
    }
    const std::string_view number = std::string_view(cursor).substr(kOffsetCursor.size());
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), query.offset);
    if (error == std::errc{} && end == number.data() + number.size()) return {};
    return fail(Code::invalid, fmt::format("cursor \"{}\" is not of the form skip<number>", cursor), "cursor");
}

/// `field-true,field-false`; names this server does not know are dropped.
void read_order(const net::Request& request, const store::MetaStore& store, store::Noun noun, store::ListQuery& query) {
    const std::string text = request.query.get("order").value_or("");
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), item.size() + 1));
        const std::size_t dash = item.rfind('-');
        const std::string field(item.substr(0, dash));
        if (dash != std::string_view::npos && store.field_kind(noun, field))
            query.order.push_back({.field = field, .descending = item.substr(dash + 1) == "true"});
    }
}

std::unexpected<Error> bad_filter(std::string_view why) {
    return fail(Code::invalid, fmt::format("error parsing filters: {}", why), "filters");
}

FilterValue number_value(const json::value& value) {
    if (value.is_int64()) return value.get_int64();
    return value.to_number<double>();
}

Result<void> add_comparisons(const std::string& field, const json::object& comparisons,
                             std::vector<ListFilter>& filters) {
    constexpr std::array<std::pair<std::string_view, FilterOperator>, 5> kComparisons{
        {{"gt", FilterOperator::greater},
         {"gte", FilterOperator::greater_equal},
         {"lt", FilterOperator::less},
         {"lte", FilterOperator::less_equal},
         {"eq", FilterOperator::equal}}};
    for (const auto& [name, value] : comparisons) {
        const auto found = std::ranges::find(kComparisons, std::string_view(name), [](auto& c) { return c.first; });
        if (found == kComparisons.end())
            return bad_filter(fmt::format("Error: unknown comparison: \"{}\"", std::string_view(name)));
        if (!value.is_number())
            return bad_filter(
                fmt::format("Error: expected number value for field \"{}\", got: {}", field, to_text(value)));
        filters.push_back({.field = field, .op = found->second, .value = number_value(value)});
    }
    return {};
}

Result<void> add_filter(const std::string& field, FieldKind kind, const json::value& value,
                        std::vector<ListFilter>& filters) {
    const auto expected = [&](std::string_view what) {
        return bad_filter(
            fmt::format("Error: expected {} value for field \"{}\", got: {}", what, field, to_text(value)));
    };
    if (kind == FieldKind::boolean) {
        if (!value.is_bool()) return expected("boolean");
        filters.push_back({.field = field, .value = value.get_bool()});
    } else if (kind == FieldKind::number) {
        if (value.is_object()) return add_comparisons(field, value.get_object(), filters);
        if (!value.is_number()) return expected("number");
        filters.push_back({.field = field, .value = number_value(value)});
    } else {
        if (!value.is_string()) return expected("string");
        const auto op = kind == FieldKind::text ? FilterOperator::contains : FilterOperator::equal;
        filters.push_back({.field = field, .op = op, .value = std::string(value.get_string())});
    }
    return {};
}

Result<void> read_filters(const net::Request& request, const store::MetaStore& store, store::Noun noun,
                          store::ListQuery& query) {
    std::string text = request.query.get("filters").value_or("");
    if (text.empty()) return {};
    if (text.starts_with('%')) {  // no JSON: encoded twice
        Result<std::string> decoded = percent_decode(text);
        if (!decoded) return bad_filter("URIError: URI malformed");
        text = *std::move(decoded);
    }
    const Result<json::value> parsed = parse_json(text);
    if (!parsed) return bad_filter("SyntaxError: " + parsed.error().message);
    if (!parsed->is_array()) return bad_filter("Error: must be an array");
    for (const json::value& item : parsed->get_array()) {
        const json::object* filter = item.if_object();
        const json::value* id = filter ? filter->if_contains("id") : nullptr;
        const std::string field = id && id->is_string() ? std::string(id->get_string()) : std::string();
        const auto kind = store.field_kind(noun, field);
        if (!kind) return bad_filter(fmt::format("Error: unknown field: \"{}\"", field));
        const json::value* value = filter->if_contains("value");
        if (!value) return bad_filter(fmt::format("Error: missing filter value for id \"{}\"", field));
        SPANREEL_CHECK(add_filter(field, *kind, *value, query.filters));
        if (query.filters.size() > kMaxConditions)
            return bad_filter(fmt::format("Error: more than {} conditions", kMaxConditions));
    }
    return {};
}

std::string percent_encoded(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

}  // namespace

Result<store::ListQuery> read_list_query(const net::Request& request, const live::Scope& scope,
                                         const store::MetaStore& store, store::Noun noun, UnixMillis now) {
    store::ListQuery query{.workspace = scope.workspace,
                           .project = scope.project,
                           .limit = read_limit(request),
                           .count = !request.query.get("count").value_or("").empty(),
                           .now = now};
    read_order(request, store, noun, query);
    SPANREEL_CHECK(read_cursor(request, query));
    SPANREEL_CHECK(read_filters(request, store, noun, query));
    return query;
}

bool is_flag_set(const net::Request& request, std::string_view name) {
    const auto value = request.query.get(name);
    return value && *value != "false";
}

void add_page_headers(net::Response& response, const net::Request& request, const Urls& urls,
                      const store::ListQuery& query, const PageEnd& end) {
    if (end.total) response.headers.set("X-Total-Count", std::to_string(*end.total));
    if (!end.has_more) return;
    const std::string cursor =
        query.after_id ? percent_encoded(end.last_id) : fmt::format("{}{}", kOffsetCursor, query.offset + query.limit);
    // First of all pairs, so that it is the one that counts, whatever else the query calls a cursor.
    std::string link = fmt::format("{}{}?cursor={}", urls.base(), request.path, cursor);
    for (const auto& [name, value] : request.query.pairs())
        if (name != "cursor") link += fmt::format("&{}={}", percent_encoded(name), percent_encoded(value));
    response.headers.set("Link", fmt::format("<{}>; rel=\"next\"", link));
}

}  // namespace spanreel::api::livepeer
