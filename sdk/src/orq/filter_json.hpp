// SPDX-License-Identifier: Apache-2.0
// The members of filters on the wire, in the order in which they are sent.
#pragma once
#include "../core/request_json.hpp"
#include "spanreel/orq/filters.hpp"

namespace spanreel::orq {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, IdFilter>
void members(Visitor& visit, Self& self) {
    visit("type", std::string("id"));
    visit("id", self.id);
    visit("path", self.path);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, SearchFilter>
void members(Visitor& visit, Self& self) {
    visit("type", std::string("search"));
    visit("value", self.value);
    visit("searchPaths", self.search_paths);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, StringFilter>
void members(Visitor& visit, Self& self) {
    visit("type", std::string("string"));
    visit("operator", std::string(self.op == StringFilter::Operator::equals ? "equals" : "contains"));
    visit("value", self.value);
    visit("path", self.path);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, StringArrayFilter>
void members(Visitor& visit, Self& self) {
    visit("type", std::string("string_array"));
    visit("operator", std::string("in"));
    visit("values", self.values);
    visit("path", self.path);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, DateCriteria>
void members(Visitor& visit, Self& self) {
    visit("unit", self.unit);
    visit("count", self.count);
    visit("relativeTime", self.relative_time);
    visit("customDate", self.custom_date);
    visit("direction", self.direction);
    visit("startDate", self.start_date);
    visit("endDate", self.end_date);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, DateValue>
void members(Visitor& visit, Self& self) {
    visit("criteria", self.criteria);
    visit("mode", self.mode);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, FilterOption>
void members(Visitor& visit, Self& self) {
    visit("name", self.name);
    visit("path", self.path);
    visit("type", self.type);
    visit("hideOperators", self.hide_operators);
    visit("id", self.id);
}

/// Filters are only written.
template <class Visitor>
void members(Visitor& visit, const QueryFilter& self) {
    visit("operator", sdk::OpenEnum(self.op()));
    visit("value", self.value());
    visit("type", sdk::OpenEnum(self.type()));
    if (const auto* choice = std::get_if<ChoiceOptions>(&self.options())) {
        visit("options", choice->options);
        visit("optionsMap", choice->options_map);
        visit("imageUrlMap", choice->image_url_map);
    } else if (const auto* object = std::get_if<ObjectOptions>(&self.options())) {
        visit("options", object->options);
        visit("selectedOptionId", object->selected_option_id);
    }
    visit("name", self.field().name);
    visit("path", self.field().path);
    visit("hideOperators", self.field().hide_operators);
}

/// What the functions of filters.hpp make fits; what is put together by hand may not.
sdk::Fit misfit_of(const QueryFilter& filter);

}  // namespace spanreel::orq
