// SPDX-License-Identifier: Apache-2.0
#include "second_generation.hpp"
#include "trace_json.hpp"

namespace spanreel::orq::detail {

Result<sdk::Prepared> prepare_traces_list_spans(const TraceSpans& request) {
    sdk::Prepared prepared =
        second_generation("TracesListSpans", "GET", "/v3/traces/" + sdk::encode_component(request.trace_id) + "/spans");
    if (request.limit) prepared.query = "limit=" + std::to_string(*request.limit);
    if (request.page_token) {
        if (!prepared.query.empty()) prepared.query += '&';
        prepared.query += "page_token=" + sdk::encode_component(*request.page_token);
    }
    return prepared;
}

Result<SpanPage> read_traces_list_spans(sdk::HttpResponse response) {
    return read_second_generation<SpanPage>(std::move(response));
}

}  // namespace spanreel::orq::detail
