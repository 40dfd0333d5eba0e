// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "asset_json.hpp"
#include "requests.hpp"

namespace spanreel::livepeer::detail {

sdk::Result<sdk::Prepared> prepare_asset_get_all(const NoRequest&) { return prepared("getAssets", "GET", "/asset"); }

sdk::Result<AssetsResponse> read_asset_get_all(sdk::HttpResponse response) {
    return read_answer(std::move(response), 200, &AssetsResponse::data);
}

}  // namespace spanreel::livepeer::detail
