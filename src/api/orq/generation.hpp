// SPDX-License-Identifier: Apache-2.0
// The two sets of paths over the same sessions (contract: orq, sections 2 and 3).
#pragma once

namespace spanreel::api::orq {

enum class Generation {
    first,   ///< /v2/traces/sessions: fractions allowed, `project_id: null`, `workspace_id`
    second,  ///< /v2/sessions: integers, absent instead of null, title, client, repo and kind
};

}  // namespace spanreel::api::orq
