// SPDX-License-Identifier: Apache-2.0
// Sessions and time lines as /v1/sessions shows them (docs/timeline.md). Members end in `_ms` where they count
// milliseconds; a moment is given as ISO text and, with `_ms`, as Unix milliseconds with a fraction. What is not known
// is left out, never null. Pure functions.
#pragma once
#include <boost/json/object.hpp>

#include <vector>

#include "timeline/sessions.hpp"

namespace spanreel::api::spanreel {

boost::json::object session_json(const timeline::Session& session);
boost::json::object page_json(const timeline::SessionList& list);
/// The session with its counterparts.
boost::json::object detail_json(const timeline::Session& session, const std::vector<timeline::Session>& joined);
boost::json::object timeline_json(const timeline::Session& session, const timeline::Timeline& timeline);

}  // namespace spanreel::api::spanreel
