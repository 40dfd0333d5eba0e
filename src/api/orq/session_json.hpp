// SPDX-License-Identifier: Apache-2.0
// Sessions as the two generations show them (contract: orq, sections 2.1 and 3.1).
#pragma once
#include <boost/json/object.hpp>

#include "api/orq/generation.hpp"
#include "store/session_query.hpp"
#include "store/span_store.hpp"

namespace spanreel::api::orq {

boost::json::object session_json(Generation generation, const store::SessionRow& row,
                                 boost::json::storage_ptr storage = {});
/// `{"object": "list", "data": [...], "has_more": ...}`
boost::json::object page_json(Generation generation, const store::SessionPage& page);

}  // namespace spanreel::api::orq
