// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "asset_json.hpp"
#include "requests.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_asset_get(const Id& request) {
    return prepared("getAsset", "GET", "/asset/" + sdk::encode_component(request.id));
}

sdk::Result<AssetResponse> read_asset_get(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &AssetResponse::asset);
}

}  // namespace spanreel::livepeer::detail
