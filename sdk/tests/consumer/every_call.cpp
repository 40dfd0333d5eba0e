// SPDX-License-Identifier: Apache-2.0
// Calls every operation of both libraries once: every_call URL KEY. A line each: its name and how it ended.
#include <iostream>

#include "spanreel/livepeer.hpp"
#include "spanreel/orq.hpp"

namespace {

using namespace spanreel;

template <class Request, class Response>
void call(const char* name, const sdk::Operation<Request, Response>& operation, const sdk::Core& core,
          const std::type_identity_t<Request>& request) {
    const auto inspected = operation.inspect(core, request);
    std::cout << name << ' ' << (inspected.call.response ? inspected.call.response->status : 0) << ' '
              << (inspected.result ? "value" : inspected.result.error().message.substr(0, 40)) << '\n';
}

void call_orq(const orq::OrqCore& core) {
    using namespace orq;
    call("sessions_create", sessions_create, core, SessionCreate{.external_id = "one"});
    call("sessions_get", sessions_get, core, {.session_id = "none"});
    call("sessions_update", sessions_update, core, {.session_id = "none"});
    call("sessions_delete", sessions_delete, core, {.session_id = "none"});
    call("sessions_list", sessions_list, core, {});
    call("sessions_count", sessions_count, core, {});
    const ThreadQuery all{.filters = {.interval = SessionInterval::all_time}};
    call("threads_create", threads_create, core, {.external_id = "two"});
    call("threads_get", threads_get, core, {.session_id = "none"});
    call("threads_update", threads_update, core, {.session_id = "none"});
    call("threads_delete", threads_delete, core, {.session_id = "none"});
    call("threads_list", threads_list, core, all);
    call("threads_count", threads_count, core, all);
    call("threads_list_tags", threads_list_tags, core, {});
    call("traces_get", traces_get, core, {.trace_id = "none"});
    call("traces_list_spans", traces_list_spans, core, {.trace_id = "none"});
    call("traces_get_span", traces_get_span, core, {.trace_id = "none", .span_id = "none"});
}

void call_livepeer(const livepeer::LivepeerCore& core) {
    using namespace livepeer;
    call("session_get_clips", session_get_clips, core, "none");
    call("session_get_all", session_get_all, core, {});
    call("session_get", session_get, core, "none");
    call("session_get_recorded", session_get_recorded, core, {"none", true});
    call("stream_create", stream_create, core, {.name = "camera"});
    call("stream_get", stream_get, core, "none");
    call("stream_get_all", stream_get_all, core, {});
    call("stream_update", stream_update, core, {{.record = true}, "none"});
    call("stream_delete", stream_delete, core, "none");
    call("stream_terminate", stream_terminate, core, "none");
    call("stream_create_clip", stream_create_clip, core, {.playback_id = "none", .start_time = 1});
    call("stream_get_clips", stream_get_clips, core, "none");
    call("asset_get", asset_get, core, "none");
    call("asset_get_all", asset_get_all, core, {});
    call("asset_update", asset_update, core, {{}, "none"});
    call("asset_delete", asset_delete, core, "none");
    call("playback_get", playback_get, core, "none");
    call("task_get", task_get, core, "none");
    call("task_get_all", task_get_all, core, {});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const std::string url = argv[1], key = argv[2];
    call_orq(orq::OrqCore({.api_key = key, .server_url = url}));
    call_livepeer(livepeer::LivepeerCore({.api_key = key, .server_url = url + "/api"}));
}
