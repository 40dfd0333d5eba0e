// SPDX-License-Identifier: Apache-2.0
// The members of session_list.hpp's models on the wire, in the order in which they are sent.
#pragma once
#include "filter_json.hpp"
#include "session_json.hpp"
#include "spanreel/orq/session_list.hpp"

namespace spanreel::orq {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Query>
void members(Visitor& visit, Self& self) {
    visit("search", self.search);
    visit("operator", self.op);
    visit("filters", self.filters);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Sorting>
void members(Visitor& visit, Self& self) {
    visit("key", self.key);
    visit("direction", self.direction);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Pagination>
void members(Visitor& visit, Self& self) {
    visit("page", self.page);
    visit("limit", self.limit);
    visit("lastId", self.last_id);
    visit("firstId", self.first_id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, SessionList>
void members(Visitor& visit, Self& self) {
    visit("pagination", self.pagination);
    visit("sortingProps", self.sorting_props);
    visit("query", self.query);
    visit("filters", self.filters);
    visit("includedFields", self.included_fields);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, SessionPage>
void members(Visitor& visit, Self& self) {
    visit("object", self.object);
    visit("data", self.data);
    visit("has_more", self.has_more);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, SessionCount>
void members(Visitor& visit, Self& self) {
    visit("count", self.count);
}

}  // namespace spanreel::orq
