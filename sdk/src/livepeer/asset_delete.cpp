// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "requests.hpp"
#include "spanreel/livepeer/asset.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_asset_delete(const Id& request) {
    return prepared("deleteAsset", "DELETE", "/asset/" + sdk::encode_component(request.id));
}

sdk::Result<Answer> read_asset_delete(sdk::HttpResponse response) { return read_no_content(std::move(response)); }

}  // namespace spanreel::livepeer::detail
