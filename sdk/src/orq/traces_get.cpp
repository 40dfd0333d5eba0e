// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "trace_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_traces_get(const TraceId& request) {
    return second_generation("TracesGet", "GET", "/v3/traces/" + sdk::encode_component(request.trace_id));
}

Result<TraceResponse> read_traces_get(sdk::HttpResponse response) {
    return read_second_generation<TraceResponse>(std::move(response));
}

}  // namespace spanreel::orq::detail
