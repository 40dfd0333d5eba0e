// SPDX-License-Identifier: Apache-2.0
// Traces and spans as /v3/traces shows them (contract: orq, section 4). What is not known is left out, never null.
#pragma once
#include <boost/json/object.hpp>

#include "trace/derive.hpp"
#include "trace/span_tree.hpp"
#include "trace/trace_reader.hpp"

namespace spanreel::api::orq {

boost::json::object trace_summary_json(const trace::TraceView& trace);
boost::json::object span_summary_json(const trace::StoredSpan& span, const trace::SpanPlace& place);
/// The summary under `summary`, and beside it all the span says: attributes, events, links, resource, scope ...
/// `counting` says of its tokens and its cost whether they are in the trace's totals, and why or why not.
boost::json::object span_json(const trace::StoredSpan& span, const trace::SpanPlace& place,
                              const trace::SpanCounting& counting);

}  // namespace spanreel::api::orq
