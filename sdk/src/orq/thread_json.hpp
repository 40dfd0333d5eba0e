// SPDX-License-Identifier: Apache-2.0
// The members of threads.hpp's models on the wire, in the order in which they are sent.
#pragma once
#include "../core/json_model.hpp"
#include "spanreel/orq/threads.hpp"

namespace spanreel::orq {

inline void append_json(std::string& out, const UnixMillis& time) {
    out += '"' + std::to_string(time.date.time_since_epoch().count()) + '"';
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ThreadBilling>
void members(Visitor& visit, Self& self) {
    visit("input_cost", self.input_cost);
    visit("output_cost", self.output_cost);
    visit("total_cost", self.total_cost);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ThreadUsage>
void members(Visitor& visit, Self& self) {
    visit("prompt_tokens", self.prompt_tokens);
    visit("completion_tokens", self.completion_tokens);
    visit("total_tokens", self.total_tokens);
}

/// Only Thread has an `_id`, only ThreadUpdate clears.
template <class Visitor, class Self>
    requires sdk::IsModel<Self, Thread> || sdk::IsModel<Self, ThreadCreate> || sdk::IsModel<Self, ThreadUpdate>
void members(Visitor& visit, Self& self) {
    if constexpr (requires { self.id; }) visit("_id", self.id);
    visit("external_id", self.external_id);
    visit("duration", self.duration);
    visit("contact_ids", self.contact_ids);
    visit("billing", self.billing);
    visit("usage", self.usage);
    visit("traces_count", self.traces_count);
    visit("tags", self.tags);
    visit("project_id", self.project_id);
    visit("started_at", self.started_at);
    visit("updated_at", self.updated_at);
    if constexpr (requires { self.clear_tags; }) {
        visit("clear_contact_ids", self.clear_contact_ids);
        visit("clear_tags", self.clear_tags);
    }
    visit("title", self.title);
    visit("client", self.client);
    visit("repo", self.repo);
    visit("kind", self.kind);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ThreadFilters>
void members(Visitor& visit, Self& self) {
    visit("interval", self.interval);
    visit("project_id", self.project_id);
    visit("tags", self.tags);
    visit("start_date", self.start_date);
    visit("end_date", self.end_date);
    visit("client", self.client);
    visit("repo", self.repo);
    visit("kind", self.kind);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ThreadQuery>
void members(Visitor& visit, Self& self) {
    visit("filters", self.filters);
    visit("limit", self.limit);
    visit("page", self.page);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ThreadPage>
void members(Visitor& visit, Self& self) {
    visit("object", self.object);
    visit("data", self.data);
    visit("has_more", self.has_more);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, ThreadCount>
void members(Visitor& visit, Self& self) {
    visit("count", self.count);
}

}  // namespace spanreel::orq
