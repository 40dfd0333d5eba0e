// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "trace_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_traces_get_span(const SpanId& request) {
    return second_generation(
        "TracesGetSpan", "GET",
        "/v3/traces/" + sdk::encode_component(request.trace_id) + "/spans/" + sdk::encode_component(request.span_id));
}

Result<SpanResponse> read_traces_get_span(sdk::HttpResponse response) {
    return read_second_generation<SpanResponse>(std::move(response));
}

}  // namespace spanreel::orq::detail
