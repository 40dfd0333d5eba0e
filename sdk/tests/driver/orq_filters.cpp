// SPDX-License-Identifier: Apache-2.0
#include "orq_filters.hpp"

#include "../../src/orq/filter_json.hpp"

namespace spanreel::orq {

using boost::json::value;
using sdk::Fit;
using sdk::JsonReader;
using sdk::Misfit;
using sdk::read_value;

Fit read_value(const value& json, Scalar& out) {
    if (const auto* text = json.if_string()) {
        out = std::string(*text);
        return std::nullopt;
    }
    double number = 0;
    if (read_value(json, number)) return Misfit{"", "a text or a number"};
    out = number;
    return std::nullopt;
}

namespace {

/// Of an object or an evaluator when an option is chosen, else of a list to choose from; none when neither fits.
QueryFilter::Options read_options(const boost::json::object& object) {
    if (!object.contains("options")) return {};
    ObjectOptions fields;
    JsonReader read_fields(object);
    read_fields("options", fields.options);
    read_fields("selectedOptionId", fields.selected_option_id);
    if (!std::move(read_fields).misfit()) return fields;
    ChoiceOptions list;
    JsonReader read_list(object);
    read_list("options", list.options);
    read_list("optionsMap", list.options_map);
    read_list("imageUrlMap", list.image_url_map);
    if (!std::move(read_list).misfit()) return list;
    return {};
}

}  // namespace

Fit read_filter(const value& json, std::vector<QueryFilter>& out) {
    const auto* object = json.if_object();
    if (!object) return Misfit{"", "an object"};
    sdk::OpenEnum<FilterType> type{FilterType::text};
    sdk::OpenEnum<FilterOperator> op{FilterOperator::is};
    FilterField field("");
    std::optional<sdk::Nullable<sdk::JsonText>> value;
    JsonReader read(*object);
    read("type", type);
    read("operator", op);
    read("name", field.name);
    read("path", field.path);
    read("hideOperators", field.hide_operators);
    read("value", value);
    if (Fit misfit = std::move(read).misfit()) return misfit;
    if (!type.is_known() || !op.is_known()) return Misfit{"", "a known type and operator"};
    QueryFilter::Value given;
    if (value) given = value->is_null() ? sdk::Nullable<FilterValue>(nullptr) : FilterValue(value->value());
    out.emplace_back(*type.value(), field, *op.value(), given, read_options(*object));
    return std::nullopt;
}

}  // namespace spanreel::orq
