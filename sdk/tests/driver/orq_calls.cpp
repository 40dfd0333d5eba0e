// SPDX-License-Identifier: Apache-2.0
#include "orq_calls.hpp"

#include <algorithm>
#include <array>

#include "../../src/core/request_json.hpp"
#include "orq_requests.hpp"
#include "send.hpp"

namespace spanreel::sdk::driver {

namespace {

Outcome failed(Error error) { return {.json = {}, .error = std::move(error)}; }

template <class T>
std::string json_text(const T& answer) {
    if constexpr (requires { to_json(answer); })
        return to_json(answer);
    else
        return json_of(answer);
}

template <class Request, class Response>
Outcome call(const Operation<Request, Response>& operation, Request request, const boost::json::value& json,
             const Core& core, const CallOptions& options) {
    if (Fit misfit = orq::read_request(json, request)) return failed(input_error(misfit->message()));
    Result<Response> result = send(operation, core, request, options);
    if (!result) return failed(std::move(result).error());
    if constexpr (std::is_void_v<Response>)
        return {.json = "null", .error = {}};
    else
        return {.json = json_text(*result), .error = {}};
}

using Run = Outcome (*)(const boost::json::value& json, const Core& core, const CallOptions& options);

template <const auto& operation>
Outcome run(const boost::json::value& json, const Core& core, const CallOptions& options) {
    return call(operation, {}, json, core, options);
}

template <const auto& operation>
Outcome run_query(const boost::json::value& json, const Core& core, const CallOptions& options) {
    return call(operation, {.filters = {.interval = orq::SessionInterval::unspecified}}, json, core, options);
}

struct Row {
    std::string_view name;
    Run run;
};

constexpr auto kOperations = std::to_array<Row>({
    {"sessions_create", run<orq::sessions_create>},
    {"sessions_get", run<orq::sessions_get>},
    {"sessions_update", run<orq::sessions_update>},
    {"sessions_delete", run<orq::sessions_delete>},
    {"sessions_list", run<orq::sessions_list>},
    {"sessions_count", run<orq::sessions_count>},
    {"threads_create", run<orq::threads_create>},
    {"threads_get", run<orq::threads_get>},
    {"threads_update", run<orq::threads_update>},
    {"threads_delete", run<orq::threads_delete>},
    {"threads_list", run_query<orq::threads_list>},
    {"threads_count", run_query<orq::threads_count>},
    {"threads_list_tags", run<orq::threads_list_tags>},
    {"traces_get", run<orq::traces_get>},
    {"traces_list_spans", run<orq::traces_list_spans>},
    {"traces_get_span", run<orq::traces_get_span>},
});

}  // namespace

Outcome run_orq(std::string_view operation, const boost::json::value& request, const ClientOptions& client,
                const CallOptions& options) {
    const auto* row = std::ranges::find(kOperations, operation, &Row::name);
    if (row == kOperations.end()) return failed(input_error("no operation " + std::string(operation)));
    try {
        return row->run(request, orq::OrqCore(client), options);
    } catch (const std::exception& error) {
        return failed({.kind = Error::Kind::invalid_request, .message = error.what()});
    }
}

}  // namespace spanreel::sdk::driver
