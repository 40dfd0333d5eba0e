// SPDX-License-Identifier: Apache-2.0
// One of `query.filters` out of JSON, as a user of the service's own client would write it.
#pragma once
#include "../../src/core/json_model.hpp"
#include "spanreel/orq/filters.hpp"

namespace spanreel::orq {

/// Puts it at the end of `out`, or says what does not fit.
sdk::Fit read_filter(const boost::json::value& json, std::vector<QueryFilter>& out);

}  // namespace spanreel::orq
