// SPDX-License-Identifier: Apache-2.0
// Answers to every operation of the client libraries: the first byte chooses the operation, the second the status and
// the content type, the rest is the body. What is taken, once shown, is JSON; a refusal has a text.
#include <boost/json.hpp>

#include <array>

#include "require.hpp"
#include "spanreel/livepeer.hpp"
#include "spanreel/orq.hpp"

namespace {

using namespace spanreel;

using Read = void (*)(sdk::HttpResponse);

template <const auto& operation>
void read(sdk::HttpResponse response) {
    const auto result = operation.read(std::move(response));
    if (!result) return require(!result.error().message.empty());
    using Value = std::remove_cvref_t<decltype(result)>::value_type;
    if constexpr (requires(const Value& value) { to_json(value); }) {
        boost::json::error_code error;
        boost::json::parse_options options;
        options.max_depth = 200;  // deeper than what is taken
        (void)boost::json::parse(to_json(*result), error, {}, options);
        require(!error);
    }
}

constexpr auto kOperations = std::to_array<Read>({
    read<orq::sessions_create>,
    read<orq::sessions_get>,
    read<orq::sessions_update>,
    read<orq::sessions_delete>,
    read<orq::sessions_list>,
    read<orq::sessions_count>,
    read<orq::threads_create>,
    read<orq::threads_get>,
    read<orq::threads_update>,
    read<orq::threads_delete>,
    read<orq::threads_list>,
    read<orq::threads_count>,
    read<orq::threads_list_tags>,
    read<orq::traces_get>,
    read<orq::traces_list_spans>,
    read<orq::traces_get_span>,
    read<livepeer::session_get_clips>,
    read<livepeer::session_get_all>,
    read<livepeer::session_get>,
    read<livepeer::session_get_recorded>,
    read<livepeer::stream_create>,
    read<livepeer::stream_get>,
    read<livepeer::stream_get_all>,
    read<livepeer::stream_update>,
    read<livepeer::stream_delete>,
    read<livepeer::stream_terminate>,
    read<livepeer::stream_create_clip>,
    read<livepeer::stream_get_clips>,
    read<livepeer::asset_get>,
    read<livepeer::asset_get_all>,
    read<livepeer::asset_update>,
    read<livepeer::asset_delete>,
    read<livepeer::playback_get>,
    read<livepeer::task_get>,
    read<livepeer::task_get_all>,
});

constexpr std::array kStatuses{200, 201, 204, 404, 400, 500, 302, 0};
constexpr std::array kTypes{"application/json", "application/json; charset=utf-8", "text/plain", ""};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    sdk::HttpResponse response{.status = kStatuses[data[1] % kStatuses.size()],
                               .headers = {},
                               .body = std::string(reinterpret_cast<const char*>(data + 2), size - 2),
                               .url = "http://server.example/"};
    if (const std::string type = kTypes[data[1] / kStatuses.size() % kTypes.size()]; !type.empty())
        response.headers.set("Content-Type", type);
    kOperations[data[0] % kOperations.size()](std::move(response));
    return 0;
}
