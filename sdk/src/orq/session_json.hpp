// SPDX-License-Identifier: Apache-2.0
// The members of sessions.hpp's models on the wire, in the order in which they are sent.
#pragma once
#include "../core/json_model.hpp"
#include "spanreel/orq/sessions.hpp"

namespace spanreel::orq {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Billing>
void members(Visitor& visit, Self& self) {
    visit("input_cost", self.input_cost);
    visit("output_cost", self.output_cost);
    visit("total_cost", self.total_cost);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Usage>
void members(Visitor& visit, Self& self) {
    visit("prompt_tokens", self.prompt_tokens);
    visit("completion_tokens", self.completion_tokens);
    visit("total_tokens", self.total_tokens);
}

/// Session and SessionUpdate have `_id` and `workspace_id`, SessionCreate has neither.
template <class Visitor, class Self>
    requires sdk::IsModel<Self, Session> || sdk::IsModel<Self, SessionCreate> || sdk::IsModel<Self, SessionUpdate>
void members(Visitor& visit, Self& self) {
    if constexpr (requires { self.id; }) visit("_id", self.id);
    visit("external_id", self.external_id);
    visit("duration", self.duration);
    visit("contact_ids", self.contact_ids);
    visit("billing", self.billing);
    visit("usage", self.usage);
    visit("traces_count", self.traces_count);
    visit("tags", self.tags);
    if constexpr (requires { self.workspace_id; }) visit("workspace_id", self.workspace_id);
    visit("project_id", self.project_id);
    visit("started_at", self.started_at);
    visit("updated_at", self.updated_at);
}

}  // namespace spanreel::orq
