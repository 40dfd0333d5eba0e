// SPDX-License-Identifier: Apache-2.0
// Requests to Orq out of JSON. Each says what does not fit.
#pragma once
#include "../../src/core/json_model.hpp"
#include "spanreel/orq.hpp"

namespace spanreel::orq {

sdk::Fit read_request(const boost::json::value& json, std::optional<SessionCreate>& out);
sdk::Fit read_request(const boost::json::value& json, SessionId& out);
sdk::Fit read_request(const boost::json::value& json, SessionUpdateRequest& out);
sdk::Fit read_request(const boost::json::value& json, std::optional<SessionList>& out);
sdk::Fit read_request(const boost::json::value& json, ThreadCreate& out);
sdk::Fit read_request(const boost::json::value& json, ThreadId& out);
sdk::Fit read_request(const boost::json::value& json, ThreadUpdateRequest& out);
sdk::Fit read_request(const boost::json::value& json, ThreadQuery& out);
sdk::Fit read_request(const boost::json::value& json, Nothing& out);
sdk::Fit read_request(const boost::json::value& json, TraceId& out);
sdk::Fit read_request(const boost::json::value& json, TraceSpans& out);
sdk::Fit read_request(const boost::json::value& json, SpanId& out);

}  // namespace spanreel::orq
