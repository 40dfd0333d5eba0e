// SPDX-License-Identifier: Apache-2.0
// Log records as /v3/traces/{trace_id}/logs shows them (contract: orq, section 4). What is not known is left out.
#pragma once
#include <boost/json/object.hpp>

#include <string>

#include "trace/log_reader.hpp"

namespace spanreel::api::orq {

/// `project`: the trace's; empty: none.
boost::json::object log_json(const trace::StoredLog& stored, const std::string& project);

}  // namespace spanreel::api::orq
