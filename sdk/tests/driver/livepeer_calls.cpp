// SPDX-License-Identifier: Apache-2.0
#include "livepeer_calls.hpp"

#include <array>

#include "../../src/core/request_json.hpp"
#include "../../src/livepeer/session_json.hpp"
#include "send.hpp"
#include "spanreel/livepeer.hpp"

namespace spanreel::livepeer {

template <class Visitor, class Self>
    requires sdk::IsModel<Self, Id>
void members(Visitor& visit, Self& self) {
    visit("id", self.id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, GetStreamsRequest>
void members(Visitor& visit, Self& self) {
    visit("streamsonly", self.streamsonly);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, UpdateStreamRequest>
void members(Visitor& visit, Self& self) {
    visit("streamPatchPayload", self.stream_patch_payload);
    visit("id", self.id);
}

template <class Visitor, class Self>
    requires sdk::IsModel<Self, UpdateAssetRequest>
void members(Visitor& visit, Self& self) {
    visit("assetPatchPayload", self.asset_patch_payload);
    visit("assetId", self.asset_id);
}

static sdk::Fit read_value(const boost::json::value&, NoRequest&) { return std::nullopt; }

static sdk::Fit read_value(const boost::json::value& json, GetRecordedSessionsRequest& out) {
    const auto* object = json.if_object();
    if (!object) return sdk::Misfit{"", "an object"};
    sdk::JsonReader reader(*object);
    std::optional<std::variant<bool, std::int64_t>> record;
    reader("parentId", out.parent_id);
    reader("record", record);
    if (record) out.record = std::visit([](auto value) { return RecordFilter(value); }, *record);
    return std::move(reader).misfit();
}

}  // namespace spanreel::livepeer

namespace spanreel::sdk::driver {

namespace {

using Run = Outcome (*)(const boost::json::value&, const livepeer::LivepeerCore&, const CallOptions&);

template <const auto& operation, class Request, class Response>
Outcome run(const Operation<Request, Response>&, const boost::json::value& json, const livepeer::LivepeerCore& core,
            const CallOptions& options) {
    Request request = [] {
        if constexpr (std::default_initializable<Request>)
            return Request();
        else
            return Request(std::string());  // an id
    }();
    if (const Fit misfit = read_value(json, request)) return {.json = {}, .error = input_error(misfit->message())};
    const Result<Response> response = send(operation, core, request, options);
    if (!response) return {.json = {}, .error = response.error()};
    return {.json = to_json(*response), .error = {}};
}

template <const auto& operation>
Outcome run_this(const boost::json::value& json, const livepeer::LivepeerCore& core, const CallOptions& options) {
    return run<operation>(operation, json, core, options);
}

struct Named {
    std::string_view name;
    Run run;
};

constexpr std::array kOperations{
    Named{"session_get_clips", run_this<livepeer::session_get_clips>},
    Named{"session_get_all", run_this<livepeer::session_get_all>},
    Named{"session_get", run_this<livepeer::session_get>},
    Named{"session_get_recorded", run_this<livepeer::session_get_recorded>},
    Named{"stream_create", run_this<livepeer::stream_create>},
    Named{"stream_get", run_this<livepeer::stream_get>},
    Named{"stream_get_all", run_this<livepeer::stream_get_all>},
    Named{"stream_update", run_this<livepeer::stream_update>},
    Named{"stream_delete", run_this<livepeer::stream_delete>},
    Named{"stream_terminate", run_this<livepeer::stream_terminate>},
    Named{"stream_create_clip", run_this<livepeer::stream_create_clip>},
    Named{"stream_get_clips", run_this<livepeer::stream_get_clips>},
    Named{"asset_get", run_this<livepeer::asset_get>},
    Named{"asset_get_all", run_this<livepeer::asset_get_all>},
    Named{"asset_update", run_this<livepeer::asset_update>},
    Named{"asset_delete", run_this<livepeer::asset_delete>},
    Named{"playback_get", run_this<livepeer::playback_get>},
    Named{"task_get", run_this<livepeer::task_get>},
    Named{"task_get_all", run_this<livepeer::task_get_all>},
};

}  // namespace

Outcome run_livepeer(std::string_view operation, const boost::json::value& request, const ClientOptions& client,
                     const CallOptions& options) {
    for (const Named& known : kOperations)
        if (known.name == operation) return known.run(request, livepeer::LivepeerCore(client), options);
    return {.json = {}, .error = input_error("there is no operation " + std::string(operation))};
}

}  // namespace spanreel::sdk::driver
