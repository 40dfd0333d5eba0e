// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "asset_json.hpp"
#include "requests.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_asset_update(const UpdateAssetRequest& request) {
    return with_json(prepared("updateAsset", "PATCH", "/asset/" + sdk::encode_component(request.asset_id)),
                     request.asset_patch_payload);
}

sdk::Result<AssetResponse> read_asset_update(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &AssetResponse::asset);
}

}  // namespace spanreel::livepeer::detail
